"""Several agencies for one person, and several people on one flight, by programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from accounts.models import AuditEntry
from agencies.rules.needs import Urgency
from core.clock import now
from core.db import db
from referral.commands.case.sealing import person_of
from referral.models import Batch, CaseFile, Consent, Hold, Referral
from tests.conftest import MakeApp
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.handing import NAME, PHONE, Two, make_sent, make_two
from tests.support.programs import Program, program_of

pytestmark = pytest.mark.both_databases
GROUNDS = {"basis": "consent", "giver": "survivor", "mode": "written", "fields": ["name", "phone"]}


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, not a demo."""
    return make_app(demo=False)


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies; what is asked is of the public tier."""
    return make_two()


class Other:
    """A further agency with places, and its program."""

    def __init__(self, app: Flask) -> None:
        offer = make_offer(beds=(3, 1), **WELCOMES_ALL)
        self.agency_id = offer.service.agency_id
        self.offer, self.pool = str(offer.id), str(offer.pools[0].id)
        self.program = program_of(app, self.agency_id)

    def accept(self, ruj: str) -> Any:
        """Take somebody in."""
        return self.program.move(ruj, "accept", person="Ibu Rini", pool=self.pool)


def test_several_agencies_are_asked_by_a_program(app: Flask, two: Two) -> None:
    """Begun, put in order, asked in turn and stopped; nobody of them learns of the others."""
    sender, receiver = program_of(app, two.sender_id), program_of(app, two.receiver_id)
    second, third = Other(app), Other(app)
    first = make_sent(two)
    asking = f"/{first}/asking"
    assert sender.get(asking).status_code == 404  # one agency only
    wanted = {"offers": [second.offer, third.offer], "consent": GROUNDS}
    begun = sender.post(asking, wanted, once="begin")
    assert sender.post(asking, wanted, once="begin").data == begun.data
    items = _ok(begun, 201)["items"]
    assert [one["state"] for one in items] == ["sent", "draft", "draft"]
    behind, last = items[1]["code"], items[2]["code"]
    for program in (receiver, second.program):
        theirs = program.get(asking)
        assert (theirs.status_code, theirs.data) == (404, program.get("/RUJ-22222/asking").data)
        for step in ("next", "stop"):
            assert program.post(f"{asking}/{step}").status_code == 404
        assert program.post(asking, wanted).status_code == 404
    assert second.program.get(f"/{behind}").status_code == 404  # not asked yet

    moved = _ok(sender.post(f"{asking}/order", {"alternative": last}))
    assert [one["code"] for one in moved["items"]] == [first, last, behind]
    _ok(receiver.move(first, "decline", reason="PENUH"))
    assert _states(sender, asking) == {first: "declined", last: "sent", behind: "draft"}
    asked = _ok(sender.post(f"{asking}/next"))
    assert [one["state"] for one in asked["items"]] == ["declined", "sent", "sent"]
    assert _fields(sender.post(f"{asking}/next", language="id")) == {"state"}  # nobody is left
    _ok(third.accept(last))
    done = _ok(sender.get(asking))
    assert done["filled_at"]
    assert _states(sender, asking) == {first: "declined", last: "accepted", behind: "cancelled"}
    assert second.accept(behind).status_code == 409
    assert _fields(sender.post(asking, {**wanted, "offers": [Other(app).offer]})) == {"state"}
    assert NAME not in sender.get(asking).text


def test_a_program_chooses_leaves_out_and_stops(app: Flask, two: Two) -> None:
    """In an emergency at once, to choose; each alternative with a basis of its own."""
    sender, receiver = program_of(app, two.sender_id), program_of(app, two.receiver_id)
    second, third = Other(app), Other(app)
    first = make_sent(two)
    asking = f"/{first}/asking"
    one = {"offers": [second.offer], "agreed": True}
    _ok(sender.post(asking, one), 201)
    out = {"alternative": _last(sender, asking), "step": "leave_out"}
    left = _ok(sender.post(f"{asking}/order", out))["items"][-1]
    assert (left["state"], left["has_basis"]) == ("cancelled", False)
    _ok(sender.post(asking, {"offers": [third.offer], "agreed": True}), 201)
    stopped = _ok(sender.post(f"{asking}/stop"))
    assert (bool(stopped["stopped_at"]), stopped["may_ask_next"]) == (True, False)

    fourth = Other(app)
    wanted = {"offers": [fourth.offer], "agreed": True, "how": "choose", "choose_minutes": 10}
    _ok(sender.post(asking, wanted), 201)
    chosen = _last(sender, asking)
    _ok(receiver.move(first, "accept", person="Rini", pool=str(two.pool_id)))
    _ok(fourth.accept(chosen))
    open_choice = _ok(sender.get(asking))
    assert (open_choice["may_choose"], open_choice["filled_at"]) == (True, None)
    assert open_choice["choose_until"]
    assert sender.post(f"{asking}/choose", {"alternative": "RUJ-22222"}).status_code == 404
    assert _ok(sender.post(f"{asking}/choose", {"alternative": chosen}))["filled_at"]
    states = _states(sender, asking)
    assert (states[first], states[chosen]) == ("cancelled", "accepted")


def test_a_flight_by_programs(app: Flask, two: Two) -> None:
    """Each person with a case, a basis and an answer of their own, and none of them is answered."""
    sender, receiver = program_of(app, two.sender_id), program_of(app, two.receiver_id)
    other, stranger = Other(app), Other(app).program
    said: list[str] = []

    def keep(answer: Any, status: int = 200) -> Any:
        said.append(answer.text)
        return _ok(answer, status)

    with time_machine.travel(now(), tick=False) as clock:
        lands = now() + timedelta(days=4)
        flight = {"name": "QZ 7681", "expected_at": lands.isoformat()}
        batch = keep(sender.post("/batches", flight, once="b"), 201)["code"]
        assert _ok(sender.post("/batches", flight, once="b"), 201)["code"] == batch
        people = [
            {"name": NAME, "phone": PHONE, "sex": "female", "age": 24, "children": "M8"},
            {"name": "Anto Canary", "phone": "neighbour", "sex": "male", "age": 31},
            {"name": "Tono Canary", "sex": "male", "age": 33, "reason": "Flies home"},
            {"name": "Tini Canary", "sex": "female", "age": 9},
        ]
        wanted = {"needs": ["S1"], "people": people}
        added = keep(sender.post(f"/batches/{batch}/people", wanted, language="id"), 201)
        assert [one["number"] for one in added["items"]] == [1, 3, 4]
        assert [(one["number"], one["field"]) for one in added["refused"]] == [(2, "phone")]
        woman, man, child = (one["code"] for one in added["items"])
        assert len({one["case_code"] for one in added["items"]}) == 3

        # Each is asked for by themselves; a child does not consent like an adult.
        offer = str(two.offer.id)
        asked = [
            {"code": woman, "offer": offer, "consent": {**GROUNDS, "ends_on_arrival": True}},
            {"code": man, "offer": other.offer, "consent": {**GROUNDS, "fields": []}},
            {"code": child, "offer": offer, "consent": GROUNDS},
        ]
        result = keep(sender.post(f"/batches/{batch}/ask", {"people": asked}))
        assert result["asked"] == [woman, man]
        assert [(one["code"], one["field"]) for one in result["refused"]] == [
            (child, "consent.giver")
        ]
        again = keep(sender.post(f"/batches/{batch}/ask", {"people": asked[:1]}))
        assert [one["field"] for one in again["refused"]] == ["state"]
        keep(receiver.move(woman, "accept", person="Ibu Rini", pool=str(two.pool_id)))
        keep(other.accept(man))
        seen = keep(sender.get(f"/batches/{batch}"))
        assert (seen["people"], seen["counts"]) == (3, {"accepted": 2, "not_asked": 1})
        assert [one["code"] for one in keep(sender.get("/batches"))["items"]] == [batch]
        assert _untils() == {lands + timedelta(hours=3)}

        later = (lands + timedelta(hours=5)).isoformat()
        path = f"/batches/{batch}/expected"
        assert keep(sender.post(path, {"expected_at": later}))["kept"] == 2
        assert _untils() == {lands + timedelta(hours=8)}
        assert _fields(sender.post(f"/batches/{batch}/landed")) == {"arrived"}
        for program in (receiver, stranger):
            for path in (f"/batches/{batch}/landed", "/batches/ROM-22222/landed"):
                assert program.post(path).status_code == 404
            theirs, none = program.get(f"/batches/{batch}"), program.get("/batches/ROM-22222")
            assert (theirs.status_code, theirs.data) == (404, none.data)
            assert _ok(program.get("/batches"))["total"] == 0
        clock.move_to(lands + timedelta(hours=5))
        landed = keep(sender.post(f"/batches/{batch}/landed"))
        assert (bool(landed["arrived_at"]), landed["consents_ended"]) == (True, 1)
        assert keep(sender.post(f"/batches/{batch}/landed"))["consents_ended"] == 0
    for secret in (NAME, "Canary", PHONE, "Flies home"):
        assert not [text for text in said if secret in text], secret
    _written_and_sealed(batch, woman)


def _written_and_sealed(batch_code: str, ruj: str) -> None:
    """What the program wrote is there for people; the audit names nobody."""
    db.session.rollback()
    batch = db.session.scalars(select(Batch).where(Batch.code == batch_code)).one()
    assert batch.made_by is None
    row = db.session.scalars(select(Referral).where(Referral.code == ruj)).one()
    assert person_of(db.session.get_one(CaseFile, row.case_id))["name"] == NAME
    consents = {tuple(one.fields) for one in db.session.scalars(select(Consent))}
    assert len(consents) == 2  # each their own
    written = select(AuditEntry).where(AuditEntry.actor_kind == "key")
    entries = list(db.session.scalars(written))
    actions = {entry.action for entry in entries}
    assert {"batch.begun", "batch.people", "batch.asked", "batch.expected"} <= actions
    assert {"batch.landed", "case.opened", "consent.recorded"} <= actions
    assert NAME not in str([entry.facts for entry in entries])


def test_refusals_name_the_fields(app: Flask, two: Two) -> None:
    """Schema, tier and rules; nothing is done."""
    sender = program_of(app, two.sender_id)
    second = Other(app)
    asking = f"/{make_sent(two, urgency=Urgency.ROUTINE)}/asking"
    offers = {"offers": [second.offer]}
    assert _fields(sender.post(asking, offers)) == {"agreed"}
    assert _fields(sender.post(asking, {**offers, "agreed": True, "consent": GROUNDS})) == {
        "consent"
    }
    spoken = {**GROUNDS, "mode": "verbal_with_witness"}
    assert _fields(sender.post(asking, {**offers, "consent": spoken})) == {"consent.witness"}
    assert _fields(sender.post(asking, {**offers, "agreed": True, "how": "at_once"})) == {"how"}
    hidden = str(make_offer(location={"tier": 1}).id)
    assert _fields(sender.post(asking, {"offers": [hidden], "agreed": True})) == {"offers.0"}
    assert sender.get(asking).status_code == 404
    batch = _ok(sender.post("/batches", {"name": "KM Lambelu"}), 201)["code"]
    past = {"name": "x", "expected_at": "2020-01-01T00:00:00+00:00"}
    assert _fields(sender.post("/batches", past)) == {"expected_at"}
    people = {"needs": ["S1"], "people": [{"sex": "female"}, {"sex": "x", "age": 3}]}
    path = f"/batches/{batch}/people"
    assert _fields(sender.post(path, people)) == {"people.0.age", "people.1.sex"}
    one = {"code": "RUJ-22222", "offer": hidden, "consent": GROUNDS}
    ask = f"/batches/{batch}/ask"
    assert _fields(sender.post(ask, {"people": [one, one]})) == {"people"}
    assert _fields(sender.post(ask, {"people": [one]})) == {"people.0.offer"}
    strange = {**one, "offer": second.offer}
    assert sender.post(ask, {"people": [strange]}).status_code == 404


def _ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def _fields(answer: Any) -> set[str]:
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text
    return {error["field"] for error in answer.get_json()["errors"]}


def _states(program: Program, asking: str) -> dict[str, str]:
    return {one["code"]: one["state"] for one in _ok(program.get(asking))["items"]}


def _last(program: Program, asking: str) -> str:
    code: str = _ok(program.get(asking))["items"][-1]["code"]
    return code


def _untils() -> set[datetime | None]:
    db.session.rollback()
    return set(db.session.scalars(select(Hold.until)))
