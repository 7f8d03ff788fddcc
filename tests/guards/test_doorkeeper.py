"""The doorkeeper, at doors made for the test: one for each kind of rule."""

from __future__ import annotations

import uuid

import pytest
from flask import Blueprint, Flask, abort, g

from accounts.access import RULES
from accounts.current import who
from accounts.rules.access import everybody, holder_of, key_with, signed_in
from accounts.rules.rights import Right, Role, holds_for
from core.actors import Actor, ActorKind
from tests.support.people import make_account, sign_in
from tests.support.world import Knocker, World, make_world

DOORS = {
    "probe.anyone": everybody(),
    "probe.mine": signed_in(),
    "probe.beds": holder_of(Right.SAY_BEDS),
    "probe.cases": holder_of(Right.SEE_CASES, of_agency=True),
    "probe.program": key_with("beds:write"),
    "POST probe.two": holder_of(Right.RUN_SERVER),
    "probe.two": signed_in(),
}


@pytest.fixture
def doors(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app with the doors."""
    probe = Blueprint("probe", __name__)

    def answer(agency_id: uuid.UUID | None = None) -> str:
        if agency_id and not holds_for(who().grants, Right.SEE_CASES, agency_id=agency_id):
            abort(404)
        return "in"

    for name, path in {
        "anyone": "/probe/anyone",
        "mine": "/probe/mine",
        "beds": "/probe/beds",
        "forgotten": "/probe/forgotten",
        "cases": "/probe/cases/<uuid:agency_id>",
        "program": "/api/v1/probe",
        "two": "/probe/two",
    }.items():
        methods = ["GET", "POST"] if name == "two" else ["GET"]
        probe.add_url_rule(path, name, answer, methods=methods)
    app.register_blueprint(probe)
    for name, rule in DOORS.items():
        monkeypatch.setitem(RULES, name, rule)
    return app


@pytest.fixture
def signing(doors: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The same with pages to sign in at, unless the app has them."""
    pages = Blueprint("signing", __name__)
    for name in ("sign_in", "second_factor"):
        if f"signing.{name}" not in doors.view_functions:
            pages.add_url_rule(f"/probe/{name}", name, lambda: "sign in")
        monkeypatch.setitem(RULES, f"signing.{name}", everybody())
    if pages.deferred_functions:
        doors.register_blueprint(pages, name="signing")
    return doors


@pytest.fixture
def world(doors: Flask) -> World:
    """Everybody who could knock."""
    return make_world()


TOKEN = {"csrf_token": "x"}  # a post that brings none is refused before it is heard


def _ask(app: Flask, world: World, path: str, method: str = "GET") -> dict[str, int]:
    return {
        k.name: k.client(app)
        .open(path, method=method, data=TOKEN if method == "POST" else None)
        .status_code
        for k in world.knockers
    }


def _in(answers: dict[str, int]) -> set[str]:
    return {name for name, status in answers.items() if status == 200}


def test_a_door_without_a_rule_is_a_wall(doors: Flask, world: World) -> None:
    """For everybody, whoever they are; it answers like an address that does not exist."""
    waiting = {k.name for k in world.knockers if k.waits}  # led to its second factor everywhere
    answers = _ask(doors, world, "/probe/forgotten")
    assert {name for name, status in answers.items() if status != 404} == waiting


def test_members_are_let_in_by_right(doors: Flask, world: World) -> None:
    """By right held anywhere, by agency, by session; a removed member holds nothing."""
    members = {k.name for k in world.knockers if k.is_member and not k.waits}
    everybody = {k.name for k in world.knockers if not k.waits}
    assert _in(_ask(doors, world, "/probe/anyone")) == everybody
    assert _in(_ask(doors, world, "/probe/mine")) == members
    assert _in(_ask(doors, world, "/probe/beds")) == {
        "intake, own agency",
        "intake, other agency",
        "manager, own agency",
        "manager, other agency",
    }
    assert _in(_ask(doors, world, f"/probe/cases/{world.agency_id}")) == {
        "worker, own agency",
        "intake, own agency",
        "manager, own agency",
    }


def test_a_rule_may_speak_of_one_method(doors: Flask, world: World) -> None:
    """The method's own rule goes before the endpoint's."""
    assert _in(_ask(doors, world, "/probe/two", "POST")) == {"administrator"}
    assert len(_in(_ask(doors, world, "/probe/two"))) > 3


def test_a_visitor_is_led_to_sign_in_where_that_reveals_nothing(
    signing: Flask, world: World
) -> None:
    """Pages that everybody knows of lead to sign-in and back; things do not exist."""
    visitor = Knocker("visitor").client(signing)
    answer = visitor.get("/probe/beds?day=today")
    assert answer.status_code == 302
    assert answer.location.endswith("?next=/probe/beds?day%3Dtoday")
    assert visitor.get(f"/probe/cases/{world.agency_id}").status_code == 404
    posted = visitor.post("/probe/two")
    assert posted.status_code == 302
    assert "next" not in posted.location


def test_one_factor_is_asked_for_the_second(signing: Flask, world: World) -> None:
    """Whoever may, but has not shown the second factor; nobody else learns that it would do."""
    answers = _ask(signing, world, f"/probe/cases/{world.agency_id}")
    assert {name for name, status in answers.items() if status == 302} == {
        "manager, one factor",
        "worker, at the second step",
    }


def test_programs_are_told_in_json(doors: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key: 401 with how; a key without the scope: nothing here; a cookie counts for nothing."""
    client = doors.test_client()
    sign_in(client, make_account(Role.ADMINISTRATOR))
    answer = client.get("/api/v1/probe")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")
    for scopes, status in ((frozenset({"find"}), 404), (frozenset({"beds:write"}), 200)):

        def key(_scopes: frozenset[str] = scopes) -> Actor:
            g.key_scopes = _scopes
            return Actor(ActorKind.KEY, "a program")

        monkeypatch.setattr("accounts.doorkeeper.who", key)
        assert client.get("/api/v1/probe").status_code == status


def test_what_is_for_somebody_is_kept_by_nobody(doors: Flask, world: World) -> None:
    """`no-store` on every page of somebody who is signed in, the directory too."""
    member = next(k for k in world.knockers if k.is_member)
    for path in ("/probe/mine", "/directory", "/style"):
        assert member.client(doors).get(path).headers["Cache-Control"] == "no-store", path
    assert "Cache-Control" not in Knocker("visitor").client(doors).get("/style").headers
