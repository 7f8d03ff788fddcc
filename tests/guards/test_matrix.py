"""Every endpoint × method × who: let in as the table says, or told that there is nothing.

Real requests. What may not be seen answers exactly like what does not exist: same status, same
headers, same bytes (but for the nonce and the address itself).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask, url_for
from werkzeug.routing import Rule as Address
from werkzeug.test import TestResponse

from accounts.access import RULES, rule_for
from accounts.bearer import DESCRIPTION, scope_of
from accounts.cli.access import ACCESS_PAGE, ASKED, document
from accounts.doorkeeper import SECOND_FACTOR, SIGN_IN
from accounts.rules.access import Other, Rule, Verdict, decide
from accounts.rules.rights import Right, holds, holds_for, holds_in
from core.api_docs import operations
from core.hooks import is_machine
from tests.conftest import fresh_url, running
from tests.support.world import (
    ARGUMENTS,
    GUARDED,
    HERE,
    QUERIES,
    SOAK,
    Knocker,
    WayBack,
    World,
    make_world,
    who_asks,
)

ENDS_AT_SIGN_IN = {"account.sign_out", "account.sign_out_everywhere", "account.password",
                   "account.end", "leaving.leave"}  # fmt: skip
ENROLMENT = "factors.overview"
Plain = tuple[int, dict[str, str], str]  # status, headers, body
# Sample accounts are of a demo, and this is none: here the door leads nowhere, for anybody.
DEMO_ONLY = {"sign_in.as_sample"}
# What is sent to the door when it is asked about something else than our agency.
OTHER_ROLES = {Other.NETWORK: "coordinator", Other.UNMANAGED: "manager"}


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
        # What costs time and is not asked here: slow hashes, the minutes of presence.
        patch.setattr("core.hashing._HASHER", PasswordHasher(1, 8, 1))
        patch.setattr("accounts.queries.who.SEEN_EVERY", timedelta(hours=1))
        # The page for programs is very long; who may open it is seen at its beginning.
        patch.setattr("core.api_docs.operations", lambda spec: operations(spec)[:2])
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
    """Everybody at every door, but for those who are alike (`who_asks`)."""
    faults = []
    for door, (address, method) in enumerate(_doors(app)):
        rule = rule_for(address.endpoint, method)
        others = tuple(dict.fromkeys(other for _, other in rule.also)) if rule else ()
        asking = who_asks(world, door, at_page=not is_machine(address.rule))
        for knocker, other in product(asking, (None, *others)):
            fault = _fault(app, world, way_back, address, method, rule, knocker, other)
            if fault:
                of = f" of {other.value}" if other else ""
                faults.append(f"{method} {address.rule}{of} as {knocker.name}: {fault}")
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
    other: Other | None,
) -> str:
    expected = expected_of(rule, knocker, world, address, other)
    path = _address(app, address, world, world.other(other) if other else None)
    body = world.bodies.get(address.endpoint)
    if body and other:
        body = {**body, "roles": OTHER_ROLES[other]}
    answer = _send(app, knocker, method, path, body)
    try:
        if is_machine(path) and knocker.scopes is not None:
            theirs = rule is None or not rule.of_agency or knocker.of_agency == world.agency_id
            if not theirs and scope_of(app, address.endpoint) in knocker.scopes:
                same = _is_nothing(app, knocker, method, path, address, world, answer)
                return "" if same else f"differs from what does not exist ({answer.status_code})"
            return _judge_program(app, answer, knocker, address)
        return _judge(app, expected, answer, knocker, method, path, address, world)
    finally:
        if method != "GET":
            way_back.take()


def expected_of(
    rule: Rule | None,
    knocker: Knocker,
    world: World,
    address: Address,
    other: Other | None = None,
) -> Verdict:
    """What the table says of somebody at a thing of our agency, or of something else."""
    if address.endpoint in DEMO_ONLY:
        return Verdict.NOTHING
    verdict = decide(
        rule,
        grants=knocker.grants,
        is_member=knocker.is_member,
        strong=knocker.strong,
        scopes=None,  # a page does not look at keys
        names_object=bool(address.arguments),
        waits=knocker.waits_to_show,
    )
    if verdict is not Verdict.ENTER or rule is None or not rule.of_agency:
        return verdict  # what is somebody's own is never a knocker's here
    reached = any(
        _reaches(knocker, right, rule, address, world, other) for right in _rights(rule, other)
    )
    return Verdict.ENTER if reached else Verdict.NOTHING


def _rights(rule: Rule, other: Other | None) -> tuple[Right, ...]:
    """Which rights count there: those for an agency do not in the network."""
    also = tuple(right for right, of in rule.also if of is other)
    return also if other is Other.NETWORK else (*rule.rights, *also)


def _reaches(
    knocker: Knocker,
    right: Right,
    rule: Rule,
    address: Address,
    world: World,
    other: Other | None,
) -> bool:
    if other is Other.NETWORK:
        if "invitation_id" in address.arguments:  # it is for our district
            return holds_in(knocker.grants, right, area=HERE)
        return holds(knocker.grants, right)
    agency = world.things["unmanaged_id"] if other else world.agency_id
    assert isinstance(agency, uuid.UUID)
    return holds_for(knocker.grants, right, agency_id=agency, areas=[HERE])


def _judge_program(app: Flask, answer: TestResponse, knocker: Knocker, address: Address) -> str:
    """A key opens what names its scope, and nothing else but the description."""
    assert knocker.scopes is not None
    scope = scope_of(app, address.endpoint)
    opens = address.endpoint == DESCRIPTION or (scope is not None and scope.value in knocker.scopes)
    status = answer.status_code
    if not knocker.known:
        return "" if status == 401 else f"an unknown key is answered {status}"
    if not opens:
        return "" if status == 403 else f"a key of no such scope is answered {status}"
    is_answer = status in (200, 201, 409, 422)
    return "" if is_answer else f"a key of that scope is answered {status}"


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
        if answer.status_code == 404 and _is_no_secret(knocker, address):
            return ""
        same = _is_nothing(app, knocker, method, path, address, world, answer)
        return "" if same else f"differs from what does not exist ({answer.status_code})"
    if is_machine(path):
        return "" if answer.status_code == 401 else f"answered {answer.status_code}, not 401"
    wanted = SIGN_IN if expected is Verdict.SIGN_IN else SECOND_FACTOR
    if wanted not in app.view_functions:
        return "" if answer.status_code == 404 else f"answered {answer.status_code}, not 404"
    return "" if _leads_to(app, answer, wanted) else f"answered {answer.status_code}"


def _is_no_secret(knocker: Knocker, address: Address) -> bool:
    """Whether it need not look like an address that was never made: that is no secret of a door
    that names nothing, where a demo has it, or where all others lead on to the second factor.
    """
    return address.endpoint in DEMO_ONLY or (knocker.waits and not address.arguments)


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
    said = _without_address(answer, path)
    if address.arguments and not SOAK and not _is_let_in(knocker, address, method):
        # Kept out by the door itself, which knows no thing, and told what any address says: whether
        # this door says that of a thing that was never made, they are asked in turns.
        asked = _kept_out[method, address.rule] = _kept_out.get((method, address.rule), -1) + 1
        if asked % EVERY and said == _never_made(app, knocker, method, path):
            return True
    return said == _nothing(app, knocker, method, path, address, world)


EVERY = 3
_kept_out: dict[tuple[str, str], int] = {}  # by method and address: how many so far
_known_nothing: dict[tuple[str, str, bool], Plain] = {}


def _is_let_in(knocker: Knocker, address: Address, method: str) -> bool:
    """Whether the doorkeeper leaves it to the view to say that there is nothing."""
    verdict = decide(
        rule_for(address.endpoint, method),
        grants=knocker.grants,
        is_member=knocker.is_member,
        strong=knocker.strong,
        scopes=knocker.scopes,
        names_object=True,
        waits=knocker.waits_to_show,
    )
    return verdict is Verdict.ENTER


def _nothing(
    app: Flask, knocker: Knocker, method: str, path: str, address: Address, world: World
) -> Plain:
    """How a thing that was never made answers; an address that was never made is asked once."""
    if address.arguments:
        missing = _missing(app, address, world)
        body = world.bodies.get(address.endpoint)
        return _without_address(_send(app, knocker, method, missing, body), missing)
    return _never_made(app, knocker, method, path)


def _never_made(app: Flask, knocker: Knocker, method: str, path: str) -> Plain:
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
    body = body.replace(f'href="{path}&amp;', 'href="ADDRESS?')  # it asks for something too
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
        sent: dict[str, Any] = {"json": body or {}}
    else:
        sent = {"data": {"csrf_token": "x", **(body or {})}} if method == "POST" else {}
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
        queries = QUERIES.get(address.endpoint, {})
        return url_for(address.endpoint, **values, **queries)  # type: ignore[arg-type]


def _value(address: Address, name: str, world: World) -> object:
    make = ARGUMENTS.get(f"{address.endpoint}:{name}") or ARGUMENTS.get(name)
    assert make, (
        f"{address.rule}: what stands for <{name}>? Add a line to ARGUMENTS in "
        f"tests/support/world.py: a function of the world that returns a {name} of our agency."
    )
    return make(world)
