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


@pytest.fixture(scope="module")
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app as it runs for real (no demo: a visitor sees the public tier), forms unguarded.

    Without the forms' token every post would stop there and never reach the rules that are asked
    here; that the token is demanded has a test of its own (`test_forms.py`).
    """
    folder = tmp_path_factory.mktemp("matrix")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder, demo=False) as app:
        app.config["WTF_CSRF_ENABLED"] = False
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
    expected = expected_of(rule, knocker, world, address)
    path = _address(app, address, world)
    answer = _send(app, knocker, method, path)
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
        return verdict
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
    if expected is Verdict.ENTER:
        refused = answer.status_code in (401, 404) or _leads_to(app, answer, SIGN_IN)
        return f"kept out ({answer.status_code})" if refused else ""
    if expected is Verdict.NOTHING:
        same = _is_nothing(app, knocker, method, path, address, world)
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
    app: Flask, knocker: Knocker, method: str, path: str, address: Address, world: World
) -> bool:
    """Whether the answer is the one for an address (or a thing) that does not exist."""
    missing = _missing(app, address, world) if address.arguments else "/there-is-nothing-here"
    if is_machine(path) and not address.arguments:
        missing = "/api/v1/there-is-nothing-here"
    ours = _without_address(_send(app, knocker, method, path), path)
    return ours == _without_address(_send(app, knocker, method, missing), missing) and (
        ours[0] == 404
    )


def _without_address(answer: TestResponse, path: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, but for what differs by nature: nonce, token, the address."""
    nonce = re.search(r"'nonce-([^']+)'", answer.headers.get("Content-Security-Policy", ""))
    body = answer.get_data(as_text=True).replace(path, "ADDRESS")
    body = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "TOKEN", body)
    headers = {k: v for k, v in answer.headers.items() if k not in ("Date", "Content-Length")}
    if nonce:
        body = body.replace(nonce[1], "NONCE")
        headers["Content-Security-Policy"] = headers["Content-Security-Policy"].replace(
            nonce[1], "NONCE"
        )
    return answer.status_code, headers, body


def _send(app: Flask, knocker: Knocker, method: str, path: str) -> TestResponse:
    body: dict[str, str] | None = {} if is_machine(path) else None
    answer = knocker.client(app).open(path, method=method, headers=knocker.headers, json=body)
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
