"""Keys of programs: made by a manager, shown once, scoped, ended."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from accounts.bearer import scope_of, scopes_offered
from accounts.commands.keys import make_key
from accounts.models import Account, ApiKey, AuditEntry, Membership
from accounts.queries.keys import program_behind
from accounts.queries.who import actor_of, hash_of
from accounts.rules.rights import Right, Role, Scope, holds
from agencies.models import Agency, Status
from core.clock import now
from core.db import db, write, writing
from core.hooks import is_machine
from tests.conftest import MakeApp
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.people import make_account, sign_in
from tests.support.sending import post, send, words

pytestmark = pytest.mark.both_databases(in_soak=True)
URL = "/api/v1/find?need=S1"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, not a demo."""
    return make_app(demo=False)


@pytest.fixture
def manager(app: Flask) -> Account:
    """A manager of an agency."""
    return make_account(Role.MANAGER, agency_id=make_offer(needs="M1").service.agency_id)


def _browser(app: Flask, account: Account, *, strong: bool = True) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account, strong=strong)
    client.get("/?lang=en")
    return client


def _make(client: FlaskClient, **fields: Any) -> Any:
    given = {"name": "Sistem kami", "scopes": "find", "days": "30", **fields}
    return send(client, "/keys", **given)


def _secret(answer: Any) -> str:
    found = re.search(r"rjk_[\w-]{40,}", answer.text)
    assert found, words(answer)
    return found[0]


def _ask(app: Flask, key: str | None, url: str = URL, kind: str = "Bearer") -> Any:
    headers = {"Authorization": f"{kind} {key}"} if key is not None else {}
    return app.test_client().get(url, headers=headers)


def _key(account: Account, *scopes: Scope, days: int = 30) -> str:
    actor = actor_of(account, strong=True)
    (agency,) = actor.agencies
    return write(make_key, actor, agency_id=agency, name="k", scopes=scopes, days=days)


def test_a_key_is_made_shown_once_used_and_ended(app: Flask, manager: Account) -> None:
    """And kept as a hash alone."""
    browser = _browser(app, manager)
    made = _make(browser)
    secret = _secret(made)
    page = browser.get("/keys")
    assert secret not in page.text
    assert secret[:10] in page.text
    assert "not used yet" in words(page)
    assert _ask(app, secret).status_code == 200
    assert "last used" in words(browser.get("/keys"))
    db.session.rollback()
    row = db.session.query(ApiKey).one()
    assert row.secret_hash == hash_of(secret)
    assert send(browser, "/keys", f"/keys/{row.id}/end").status_code == 303
    assert _ask(app, secret).status_code == 401
    assert "Ended" in words(browser.get("/keys"))
    db.session.rollback()
    actions = [entry.action for entry in db.session.query(AuditEntry)]
    assert actions.count("key.made") == actions.count("key.ended") == 1
    assert secret not in str([entry.facts for entry in db.session.query(AuditEntry)])


def test_a_key_for_find_sees_the_network_tier_and_not_the_secret_one(
    app: Flask, manager: Account
) -> None:
    """GET and POST alike; without a key, the public tier."""
    for name, tier in (("Umum", 0), ("Jaringan", 1), ("Rahasia", 2)):
        place = {"tier": tier, "precision": "hidden" if tier == 2 else "point"}
        make_offer(agency={"name": name}, location=place, **WELCOMES_ALL)
    key = _key(manager, Scope.FIND)
    names = _names(_ask(app, key))
    assert names == {"Umum", "Jaringan"}
    assert _names(_ask(app, None)) == {"Umum"}
    posted = app.test_client().post(
        "/api/v1/find", json={"needs": ["S1"]}, headers={"Authorization": f"bearer {key}"}
    )
    assert _names(posted) == {"Umum", "Jaringan"}


def _names(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    return {found["agency"]["name"] for found in [*body["results"], *body["near_misses"]]}


def test_every_key_that_opens_nothing_is_answered_alike(app: Flask, manager: Account) -> None:
    """Wrong, cut, ended, expired, of another kind: 401, the same bytes."""
    key = _key(manager, Scope.FIND, days=1)
    wrong = ["", "rjk_", key[:-1], key + "x", key.upper(), "x" * 5000]
    answers = [_ask(app, one) for one in wrong]
    answers += [_ask(app, key, kind="Basic"), _ask(app, "", kind=""), _ask(app, key, kind="")]
    with time_machine.travel(now() + timedelta(days=1, seconds=1)):
        answers.append(_ask(app, key))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    for answer in answers:
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert _ask(app, key).status_code == 200


def test_without_the_scope_there_is_nothing(app: Flask, manager: Account) -> None:
    """403, whatever else the key may do; what everybody may read stays readable."""
    key = _key(manager, Scope.BEDS, Scope.DIRECTORY)
    refused = _ask(app, key)
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert _ask(app, key, "/api/v1/openapi.json").status_code == 200
    assert _ask(app, key, "/api/v1/nothing").status_code == 404


def test_a_key_holds_what_its_scopes_say(app: Flask, manager: Account) -> None:
    """No more than the referrals of its agency; a person's data opens with a second factor."""
    shown = program_behind(_key(manager, *Scope))
    assert shown
    held = {right for right in Right if holds(shown.actor.grants, right)}
    handing = {Right.SEE_REFERRALS, Right.REFER, Right.ANSWER}
    assert held == {Right.SEE_NETWORK, Right.SAY_BEDS, *handing}
    assert not shown.actor.strong
    assert shown.actor.agencies == actor_of(manager, strong=True).agencies


def test_every_operation_of_the_api_names_its_scope(app: Flask) -> None:
    """Else no key would reach it, and the page would not offer the scope."""
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if is_machine(rule.rule)
        and rule.endpoint != "api-docs.openapi_json"
        and scope_of(app, rule.endpoint) is None
    ]
    assert not silent
    assert Scope.FIND in scopes_offered(app)


def test_the_last_use_is_noted_once_a_minute(app: Flask, manager: Account) -> None:
    """A write for each request would be dear."""
    key = _key(manager, Scope.FIND)

    def used() -> Any:
        db.session.rollback()
        return db.session.query(ApiKey).one().used_at

    moment = now()
    with time_machine.travel(moment, tick=False):
        _ask(app, key)
        first = used()
    with time_machine.travel(moment + timedelta(seconds=50), tick=False):
        _ask(app, key)
        assert used() == first
    with time_machine.travel(moment + timedelta(seconds=70), tick=False):
        _ask(app, key)
        assert used() > first


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Give the key a name"),
        ({"name": "x" * 61}, "Give the key a name"),
        ({"scopes": []}, "Choose what the key is for"),
        ({"scopes": "everything"}, "Choose what the key is for"),
        ({"days": "366"}, "from 1 to 365"),
        ({"days": "0"}, "from 1 to 365"),
        ({"days": "-1"}, "from 1 to 365"),
        ({"days": "soon"}, "from 1 to 365"),
        ({"days": "9" * 5000}, "from 1 to 365"),
        ({"csrf_token": "x"}, "open for long"),
    ],
)
def test_wrong_input(app: Flask, manager: Account, fields: dict[str, Any], said: str) -> None:
    """Told beside its field; no key is made."""
    wrong = _make(_browser(app, manager), **fields)
    assert wrong.status_code == 422
    assert said in words(wrong)
    assert db.session.query(ApiKey).count() == 0


def test_who_may(app: Flask, manager: Account) -> None:
    """A manager with a second factor, for the own agency."""
    weak = _browser(app, manager, strong=False)
    assert weak.get("/keys").status_code == 302  # on to a second factor
    other = make_account(Role.MANAGER, agency_id=make_offer().service.agency_id)
    _key(manager, Scope.FIND)
    theirs = db.session.query(ApiKey.id).scalar()
    browser = _browser(app, other)
    assert post(browser, f"/keys/{theirs}/end").status_code == 404
    (agency,) = actor_of(manager, strong=True).agencies
    assert _make(browser, agency=str(agency)).status_code == 404
    assert _make(browser, agency=str(uuid.uuid4())).status_code == 404
    for role in (Role.WORKER, Role.INTAKE, Role.COORDINATOR, Role.ADMINISTRATOR):
        stranger = _browser(app, make_account(role))
        assert stranger.get("/keys").status_code == 404, role
    assert app.test_client().get("/keys").location == "/sign-in?next=/keys"


def test_a_cookie_is_no_key_and_a_key_is_no_session(app: Flask, manager: Account) -> None:
    """Each opens its own kind of door."""
    make_offer(agency={"name": "Jaringan"}, location={"tier": 1}, **WELCOMES_ALL)
    assert _names(_browser(app, manager).get(URL)) == set()
    key = _key(manager, Scope.FIND)
    page = app.test_client().get("/directory", headers={"Authorization": f"Bearer {key}"})
    assert "Jaringan" not in page.text


@pytest.mark.parametrize("status", [Status.INACTIVE, Status.DEFUNCT])
def test_a_suspended_or_closed_agency_is_stopped_at_once(
    app: Flask, manager: Account, status: Status
) -> None:
    """Its keys and its people's sessions open nothing; once it works again, they do."""
    browser, secret = _browser(app, manager), _key(manager, Scope.FIND)
    assert _ask(app, secret).status_code == 200
    assert browser.get("/entry").status_code == 200
    (agency,) = actor_of(manager, strong=True).agencies
    _set_status(agency, status)
    assert _ask(app, secret).status_code == 401
    for page in ("/entry", "/keys", "/cases", "/account"):
        answer = browser.get(page)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in")
    _set_status(agency, Status.ACTIVE)
    assert _ask(app, secret).status_code == 200
    assert _browser(app, manager).get("/entry").status_code == 200


def test_a_house_that_is_closed_for_some_time_goes_on(app: Flask, manager: Account) -> None:
    """Its people still answer for their cases."""
    browser, secret = _browser(app, manager), _key(manager, Scope.FIND)
    (agency,) = actor_of(manager, strong=True).agencies
    _set_status(agency, Status.TEMPORARILY_CLOSED)
    assert _ask(app, secret).status_code == 200
    assert browser.get("/entry").status_code == 200


def test_who_works_elsewhere_too_keeps_that(app: Flask, manager: Account) -> None:
    """Only what was given in the suspended agency is gone."""
    other = make_offer().service.agency_id
    with writing():
        db.session.add(
            Membership(account_id=manager.id, role=Role.MANAGER, agency_id=other, began_at=now())
        )
    mine = actor_of(manager, strong=True).agencies - {other}
    _set_status(next(iter(mine)), Status.INACTIVE)
    assert actor_of(manager, strong=True).agencies == {other}
    assert _browser(app, manager).get("/entry").status_code == 200


def _set_status(agency: uuid.UUID, status: Status) -> None:
    with writing():
        db.session.get_one(Agency, agency).status = status
