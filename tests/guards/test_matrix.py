"""Every endpoint × method × who: let in as the table says, or told that there is nothing.

Real requests. What may not be seen answers exactly like what does not exist: same status, same
headers, same bytes (but for the nonce and the address itself).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule as Address
from werkzeug.test import TestResponse

from accounts.access import RULES, rule_for
from accounts.cli.access import ACCESS_PAGE, ASKED, document
from accounts.doorkeeper import SECOND_FACTOR, SIGN_IN
from accounts.rules.access import Rule, Verdict, decide
from accounts.rules.rights import holds_for
from core.pages import is_machine
from tests.conftest import fresh_url, running
from tests.support.world import ARGUMENTS, GUARDED, HERE, Knocker, WayBack, World, make_world

ENDS_AT_SIGN_IN = {"account.sign_out", "account.sign_out_everywhere", "account.password",
                   "account.end", "leaving.leave"}  # fmt: skip
ENROLMENT = "factors.overview"
Plain = tuple[int, dict[str, str], str]  # status, headers, body
# Doors of which this world has nothing: sample accounts are of a demo, a second step of sessions
# that wait (tests/pages/test_sign_in.py), an address of a secret place of ours
# (tests/pages/test_secret_places.py). They are asked there.
NOTHING_HERE = {
    "sign_in.as_sample",
    "second_step.with_code",
    "second_step.passkey_options",
    "second_step.with_passkey",
    "secret_places.address",
}


@pytest.fixture(scope="module")
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app as it runs for real (no demo: a visitor sees the public tier), forms unguarded.

    Without the forms' token every post would stop there and never reach the rules that are asked
    here; that the token is demanded has a test of its own (`test_forms.py`).
    """
    folder = tmp_path_factory.mktemp("matrix")
    with (
        fresh_url(request, "sqlite", folder) as url,
        running(url, folder, demo=False) as app,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("flask_wtf.csrf.validate_csrf", lambda *_given, **_more: None)
        yield app


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    """Who and what there is."""
    return make_world()


@pytest.fixture(scope="module")
def way_back(app: Flask, world: World) -> WayBack:
    """How to undo what a request did."""
    return WayBack(Path(urlsplit(app.config["SQLALCHEMY_DATABASE_URI"]).path))


def _doors(app: Flask) -> list[tuple[Address, str]]:
    return [
        (address, method)
        for address in app.url_map.iter_rules()
        for method in ASKED
        if method in (address.methods or ())
    ]


def test_every_door_has_a_rule_and_every_rule_a_door(app: Flask) -> None:
    """A route that is not in the table is a wall, and a rule without a route is a mistake."""
    without = {
        f"{method} {address.endpoint}"
        for address, method in _doors(app)
        if rule_for(address.endpoint, method) is None
    }
    assert not without, f"add to accounts/access.py: {sorted(without)}"
    known = {
        name for address, m in _doors(app) for name in (address.endpoint, f"{m} {address.endpoint}")
    }
    assert not RULES.keys() - known, "accounts/access.py speaks of what is not there"


def test_the_access_page_is_current(app: Flask) -> None:
    """`flask access --write` has nothing to do."""
    assert ACCESS_PAGE.read_text(encoding="utf-8") == document(app)


def test_the_matrix(app: Flask, world: World, way_back: WayBack) -> None:
    """Everybody at every door."""
    faults = []
    for address, method in _doors(app):
        rule = rule_for(address.endpoint, method)
        for knocker in world.knockers:
            fault = _fault(app, world, way_back, address, method, rule, knocker)
            if fault:
                faults.append(f"{method} {address.rule} as {knocker.name}: {fault}")
    assert not faults, "\n".join(faults)


def test_the_guarded_tiers_do_not_exist_for_a_visitor(app: Flask, world: World) -> None:
    """An entry of the secret tier answers a visitor like an entry that was never made."""
    visitor = world.knockers[0]
    asked = 0
    for address, method in _doors(app):
        if method != "GET" or not address.arguments & GUARDED.keys():
            continue
        hidden = _address(app, address, world, {name: GUARDED[name](world) for name in GUARDED})
        assert _is_nothing(app, visitor, method, hidden, address, world), address.rule
        asked += 1
    assert asked


def _fault(
    app: Flask,
    world: World,
    way_back: WayBack,
    address: Address,
    method: str,
    rule: Rule | None,
    knocker: Knocker,
) -> str:
    if address.endpoint in NOTHING_HERE:
        return ""
    expected = expected_of(rule, knocker, world, address)
    path = _address(app, address, world)
    answer = _send(app, knocker, method, path, world.bodies.get(address.endpoint))
    try:
        return _judge(app, expected, answer, knocker, method, path, address, world)
    finally:
        if method != "GET":
            way_back.take()


def expected_of(rule: Rule | None, knocker: Knocker, world: World, address: Address) -> Verdict:
    """What the table says of somebody at a thing of our agency."""
    verdict = decide(
        rule,
        grants=knocker.grants,
        is_member=knocker.is_member,
        strong=knocker.strong,
        scopes=knocker.scopes,
        names_object=bool(address.arguments),
    )
    if verdict is not Verdict.ENTER or rule is None or not rule.of_agency:
        return verdict  # what is somebody's own is never a knocker's here
    reached = any(
        holds_for(knocker.grants, right, agency_id=world.agency_id, areas=[HERE])
        for right in rule.rights
    )
    return Verdict.ENTER if reached else Verdict.NOTHING


def _judge(
    app: Flask,
    expected: Verdict,
    answer: TestResponse,
    knocker: Knocker,
    method: str,
    path: str,
    address: Address,
    world: World,
) -> str:
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if knocker.waits and any(_leads_to(app, answer, door) for door in (SECOND_FACTOR, ENROLMENT)):
        return ""  # every door leads there, also one that does not exist
    if expected is Verdict.ENTER:
        led = _leads_to(app, answer, SIGN_IN) and address.endpoint not in ENDS_AT_SIGN_IN
        refused = answer.status_code in (401, 404) or led
        return f"kept out ({answer.status_code})" if refused else ""
    if expected is Verdict.NOTHING:
        same = _is_nothing(app, knocker, method, path, address, world, answer)
        return "" if same else f"differs from what does not exist ({answer.status_code})"
    if is_machine(path):
        return "" if answer.status_code == 401 else f"answered {answer.status_code}, not 401"
    wanted = SIGN_IN if expected is Verdict.SIGN_IN else SECOND_FACTOR
    if wanted not in app.view_functions:
        return "" if answer.status_code == 404 else f"answered {answer.status_code}, not 404"
    return "" if _leads_to(app, answer, wanted) else f"answered {answer.status_code}"


def _leads_to(app: Flask, answer: TestResponse, endpoint: str) -> bool:
    if endpoint not in app.view_functions or answer.status_code not in (302, 303):
        return False
    with app.test_request_context():
        return urlsplit(answer.headers["Location"]).path == url_for(endpoint)


def _is_nothing(
    app: Flask,
    knocker: Knocker,
    method: str,
    path: str,
    address: Address,
    world: World,
    answer: TestResponse | None = None,
) -> bool:
    """Whether the answer is the one for an address (or a thing) that does not exist."""
    body = world.bodies.get(address.endpoint)
    answer = answer or _send(app, knocker, method, path, body)
    if answer.status_code != 404:
        return False
    return _without_address(answer, path) == _nothing(app, knocker, method, path, address, world)


_known_nothing: dict[tuple[str, str, bool], Plain] = {}


def _nothing(
    app: Flask, knocker: Knocker, method: str, path: str, address: Address, world: World
) -> Plain:
    """How a thing that was never made answers; an address that was never made is asked once."""
    if address.arguments:
        missing = _missing(app, address, world)
        body = world.bodies.get(address.endpoint)
        return _without_address(_send(app, knocker, method, missing, body), missing)
    key = (knocker.name, method, is_machine(path))
    if key not in _known_nothing:
        missing = "/api/v1/there-is-nothing-here" if is_machine(path) else "/there-is-nothing-here"
        _known_nothing[key] = _without_address(_send(app, knocker, method, missing), missing)
    return _known_nothing[key]


def _without_address(answer: TestResponse, path: str) -> Plain:
    """Status, headers and body, but for what differs by nature: nonce, token, the address."""
    nonce = re.search(r"'nonce-([^']+)'", answer.headers.get("Content-Security-Policy", ""))
    # The address stands in the links to the other languages.
    body = answer.get_data(as_text=True).replace(f'href="{path}?', 'href="ADDRESS?')
    body = re.sub(r'next=[^"&]*', "next=ADDRESS", body)
    body = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "TOKEN", body)
    headers = {k: v for k, v in answer.headers.items() if k not in ("Date", "Content-Length")}
    if "Set-Cookie" in headers:
        headers["Set-Cookie"] = re.sub(r"^session=[^;]+", "session=…", headers["Set-Cookie"])
    if nonce:
        body = body.replace(nonce[1], "NONCE")
        headers["Content-Security-Policy"] = headers["Content-Security-Policy"].replace(
            nonce[1], "NONCE"
        )
    return answer.status_code, headers, body


def _send(
    app: Flask, knocker: Knocker, method: str, path: str, body: dict[str, str] | None = None
) -> TestResponse:
    if is_machine(path):
        sent: dict[str, Any] = {"json": {}}
    else:
        sent = {"data": body} if method == "POST" else {}
    answer = knocker.client(app).open(path, method=method, headers=knocker.headers, **sent)
    answer.get_data()
    answer.close()
    return answer


def _missing(app: Flask, address: Address, world: World) -> str:
    """The address with things that were never made; a made-up word where no id stands."""
    made_up: dict[str, Any] = {}
    for name in address.arguments:
        known = _value(address, name, world)
        made_up[name] = uuid.uuid4() if isinstance(known, uuid.UUID) else uuid.uuid4().hex
        if isinstance(known, int):
            made_up[name] = 987_654_321
    return _address(app, address, world, made_up)


def _address(
    app: Flask, address: Address, world: World, given: dict[str, Any] | None = None
) -> str:
    values = {name: _value(address, name, world) for name in address.arguments}
    values |= {name: value for name, value in (given or {}).items() if name in values}
    with app.test_request_context():
        return url_for(address.endpoint, **values)  # type: ignore[arg-type]


def _value(address: Address, name: str, world: World) -> object:
    make = ARGUMENTS.get(f"{address.endpoint}:{name}") or ARGUMENTS.get(name)
    assert make, (
        f"{address.rule}: what stands for <{name}>? Add a line to ARGUMENTS in "
        f"tests/support/world.py: a function of the world that returns a {name} of our agency."
    )
    return make(world)
