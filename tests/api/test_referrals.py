"""The hand-off by programs: the same moves, and never who the person is."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from accounts.models import AuditEntry
from accounts.rules.rights import Scope
from core.clock import now
from core.db import db, write
from referral.commands.case.sealing import open_facts, person_of
from referral.commands.moves.answering import acknowledge
from referral.models import CaseFile, Consent, Referral, ReferralMove
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.handing import NAME, PHONE, Two, make_accepted, make_draft, make_sent, make_two
from tests.support.people import sign_in
from tests.support.programs import Program, program_of
from tests.support.sending import fields

pytestmark = pytest.mark.both_databases
FACTS = {
    "sex": "female",
    "age": 27,
    "age_certainty": "estimated",
    "children": "M8",
    "danger": "high",
    "reason": f"{NAME} needs a bed tonight, call {PHONE}",
    "contact": "By the neighbour",
    "time_critical": {"kind": "hearing", "hours": 48},
}
CONSENT = {"basis": "consent", "giver": "survivor", "mode": "written", "fields": ["name", "phone"]}


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, not a demo."""
    return make_app(demo=False)


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies; what is asked is of the public tier."""
    return make_two()


@pytest.fixture
def sender(app: Flask, two: Two) -> Program:
    """A program of the sending agency."""
    return program_of(app, two.sender_id)


@pytest.fixture
def receiver(app: Flask, two: Two) -> Program:
    """A program of the receiving agency."""
    return program_of(app, two.receiver_id)


def _ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def _begin(sender: Program, two: Two, **more: Any) -> Any:
    person = {"name": NAME, "phone": PHONE, "birth_year": "1999"}
    said = {"person": person, "needs": ["S1"], "offer": str(two.offer.id)}
    said |= {"facts": FACTS, "urgency": "emergency", **more}
    return sender.post("", said)


def test_a_whole_hand_off_by_programs(
    app: Flask, two: Two, sender: Program, receiver: Program
) -> None:
    """From a draft to the closed loop; nobody's key ever answers who the person is."""
    said: list[str] = []

    def keep(answer: Any, status: int = 200) -> Any:
        said.append(answer.text)
        return _ok(answer, status)

    made = keep(_begin(sender, two), 201)
    ruj = made["code"]
    assert made["state"] == "draft"
    assert "send" in made["moves"]
    assert receiver.get(f"/{ruj}").status_code == 404  # a draft is its writer's
    consent = keep(sender.post(f"/{ruj}/consents", CONSENT), 201)["id"]
    assert receiver.get(f"/{ruj}/consents").status_code == 404
    keep(sender.move(ruj, "send", consent_id=consent))

    got = keep(receiver.get(f"/{ruj}"))
    assert (got["state"], got["side"], got["facts"]["age"]) == ("sent", "receiver", "25-59")
    assert got["case_code"] is None
    assert "▮▮▮" in got["facts"]["reason"]
    keep(receiver.move(ruj, "ask", words="Can she climb stairs?"))
    assert keep(sender.get(f"/{ruj}"))["log"][-1]["words"] == "Can she climb stairs?"
    keep(sender.move(ruj, "give_answer", words=f"Yes. {NAME} can"))
    assert keep(receiver.get(f"/{ruj}"))["log"][-1]["words"] == "Yes. ▮▮▮ can"

    pool = next(one for one in keep(receiver.get(f"/{ruj}/holds"))["choices"] if one["fits"])
    accepted = keep(
        receiver.move(ruj, "accept", person="Ibu Rini", pool=pool["pool"], at_state="acknowledged")
    )
    assert accepted["state"] == "accepted"
    kept = keep(sender.get(f"/{ruj}/holds"))["items"]
    assert [(one["state"], one["places"]) for one in kept] == [("held", 2)]
    seen = keep(sender.get(f"/{ruj}"))
    assert seen["promise"]["person"] == "Ibu Rini"
    keep(receiver.get(f"/{ruj}"))  # the identity is open by now, and not to a key
    expected = (now() + timedelta(hours=2)).isoformat()
    keep(sender.post(f"/{ruj}/arrival", {"expected_at": expected, "escort": NAME}))
    keep(receiver.post(f"/{ruj}/notes", {"words": f"Is {NAME} on the way?"}), 201)
    notes = keep(sender.get(f"/{ruj}/notes"))["items"]
    assert [(one["is_mine"], one["is_read"]) for one in notes] == [(False, False)]

    keep(receiver.move(ruj, "hand_over", received_by=NAME, came=2))
    keep(sender.post(f"/{ruj}/hand-over/confirm"))
    keep(receiver.move(ruj, "begin"))
    keep(receiver.move(ruj, "complete", outcome="met", service_given=f"Ten nights for {NAME}"))
    seen = keep(sender.get(f"/{ruj}"))
    assert seen["return_referral"] == {"outcome": "met", "next_date": None, "is_read": False}
    assert seen["hand_over"]["sender_confirmed"]
    assert seen["hand_over"]["receiver_confirmed"]
    assert keep(sender.move(ruj, "close"))["state"] == "closed"
    keep(sender.get())
    keep(sender.get(f"/{ruj}/consents"))
    keep(receiver.get("?side=received"))
    said.append(sender.get("/export.csv").text)
    for secret in (NAME, "Melati", "Canary", PHONE, "1999", "neighbour", "Ten nights"):
        assert not [text for text in said if secret in text], secret
    _written_and_sealed(ruj)


def _written_and_sealed(ruj: str) -> None:
    """What programs wrote is there for people, and columns that name an account name nobody."""
    db.session.rollback()
    referral = db.session.query(Referral).filter_by(code=ruj).one()
    case = db.session.get_one(CaseFile, referral.case_id)
    assert person_of(case)["name"] == NAME
    facts = open_facts(case.id, f"referral/{referral.id}/facts", referral.facts_sealed)
    assert facts["reason"] == FACTS["reason"]
    assert facts["time_critical"].startswith("hearing@")
    assert (referral.made_by, case.opened_by) == (None, None)
    assert [one.recorded_by for one in db.session.query(Consent)] == [None]
    moves = db.session.query(ReferralMove).filter_by(referral_id=referral.id)
    assert {move.actor_kind for move in moves} == {"key"}
    entries = db.session.query(AuditEntry).filter(AuditEntry.actor_kind == "key").all()
    assert {"case.opened", "consent.recorded", "referral.accept", "referral.read"} <= {
        entry.action for entry in entries
    }
    assert NAME not in str([entry.facts for entry in entries])


def test_who_comes_second_is_told_where_it_stands(
    two: Two, sender: Program, receiver: Program
) -> None:
    """409 with the state as a code and in the asked language; nothing is done."""
    ruj = make_sent(two)
    write(acknowledge, two.answering, code=ruj)
    moved = receiver.post(f"/{ruj}/moves/put_on_list", {"at_state": "sent"}, language="id")
    assert moved.status_code == 409
    body = moved.get_json()
    assert (body["state"], body["status"]) == ("acknowledged", 409)
    assert body["state_label"] == "Sudah dibaca, belum diputuskan"
    assert body["state_label"] in body["detail"]
    assert receiver.move(ruj, "begin").get_json()["state"] == "acknowledged"
    assert receiver.move(ruj, "hand_over", received_by="Rini").status_code == 409
    assert sender.move(ruj, "accept", person="x").status_code == 404  # never the sender's


def test_refusals_name_the_fields_in_the_asked_language(two: Two, sender: Program) -> None:
    """Schema, rules and what is missing before it can be sent."""
    wrong = sender.post("", {"needs": ["X9"], "facts": {"age": 300}, "extra": 1})
    assert _fields(wrong) == {"needs.0", "facts.age", "extra"}
    bad = _begin(sender, two, person={"name": NAME, "phone": "neighbour"})
    assert _fields(bad) == {"person.phone"}
    assert _fields(sender.post("", {"needs": ["S1"], "case_code": "RJK-22222"})) == {"case_code"}
    hidden = make_offer(location={"tier": 1})
    unseen = _begin(sender, two, offer=str(hidden.id))
    assert _fields(unseen) == {"offer"}
    bare = {"needs": ["S1"], "offer": str(two.offer.id), "urgency": "urgent"}
    ruj = _ok(sender.post("", bare), 201)["code"]
    spoken = sender.post(f"/{ruj}/consents", {**CONSENT, "mode": "verbal_with_witness"})
    assert _fields(spoken) == {"witness"}
    consent = _ok(sender.post(f"/{ruj}/consents", CONSENT), 201)["id"]
    refused = sender.post(f"/{ruj}/moves/send", {"consent_id": consent}, language="id")
    assert _fields(refused) >= {"reason", "sex", "age", "danger", "contact", "escort", "purpose"}
    assert "sebelum" in refused.text
    assert sender.get(f"/{ruj}").get_json()["state"] == "draft"


def _fields(answer: Any) -> set[str]:
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text
    return {error["field"] for error in answer.get_json()["errors"]}


def test_a_moment_of_no_time_of_ours_is_refused(two: Two, receiver: Program) -> None:
    """The ends of the calendar cannot be kept in UTC; a year half typed was meant by nobody."""
    ruj = make_sent(two)
    for when in ("0001-01-01T00:00:00+07:00", "9999-12-31T23:59:00-07:00", "0026-11-25T22:30:00Z"):
        told = {"person": "Rini", "pool": str(two.pool_id), "at": when}
        assert _fields(receiver.post(f"/{ruj}/moves/accept", told)) == {"at"}, when


def test_nothing_of_others_and_nothing_without_the_scope(
    app: Flask, two: Two, sender: Program
) -> None:
    """A third agency's key is answered as for a code that nobody has."""
    ruj = make_accepted(two)
    third = program_of(app, make_offer().service.agency_id)
    for path in ("", "/holds", "/notes", "/consents"):
        theirs, none = third.get(f"/{ruj}{path}"), third.get(f"/RUJ-22222{path}")
        assert (theirs.status_code, theirs.data) == (404, none.data)
    for path, body in (
        ("/moves/cancel", {"reason": "need_gone"}),
        ("/moves/accept", {"person": "x"}),
        ("/arrival", {}),
        ("/notes", {"words": "x"}),
        ("/consents", CONSENT),
        ("/consents/withdraw-all", {}),
        ("/hand-over/confirm", {}),
        ("/phone-answer/confirm", {}),
    ):
        theirs, none = third.post(f"/{ruj}{path}", body), third.post(f"/RUJ-22222{path}", body)
        assert (theirs.status_code, theirs.data) == (404, none.data), path
    assert _ok(third.get())["total"] == 0
    assert _ok(third.get("?side=received"))["total"] == 0
    assert third.post(f"/{ruj}/moves/break_glass").status_code == 404
    stranger = program_of(app, two.sender_id, Scope.FIND)
    assert stranger.get(f"/{ruj}").status_code == 403
    assert app.test_client().get(f"/api/v1/referrals/{ruj}").status_code == 401
    browser = app.test_client()
    sign_in(browser, two.worker)
    assert browser.get(f"/api/v1/referrals/{ruj}").status_code == 401  # a cookie is no key


def test_the_same_key_is_one_effect(two: Two, sender: Program, receiver: Program) -> None:
    """On creating and on moving; another body with it is refused."""
    said = {"needs": ["S1"], "case_code": two.case_code, "offer": str(two.offer.id)}
    first, again = sender.post("", said, once="a1"), sender.post("", said, once="a1")
    assert _ok(first, 201) == _ok(again, 201)
    assert sender.post("", {**said, "needs": ["S2"]}, once="a1").status_code == 422
    assert _ok(sender.get("?state=draft"))["total"] == 1
    ruj = make_sent(two)
    body = {"words": "Can she climb stairs?"}
    answers = [receiver.post(f"/{ruj}/moves/ask", body, once="b1") for _ in range(3)]
    assert {answer.data for answer in answers} == {answers[0].data}
    assert len(_ok(receiver.get(f"/{ruj}"))["log"]) == 2


def test_lists_turn_their_pages_in_the_body(two: Two, sender: Program, receiver: Program) -> None:
    """By side, state and clock."""
    rujs = [make_sent(two) for _ in range(3)]
    make_draft(two)
    page = _ok(sender.get("?size=2&state=sent"))
    assert (page["total"], page["pages"], page["page"], page["size"]) == (3, 2, 1, 2)
    rest = _ok(sender.get("?size=2&state=sent&page=2"))
    assert [one["code"] for one in page["items"] + rest["items"]] == rujs[::-1]
    assert _ok(sender.get())["total"] == 4  # the draft too
    assert _ok(receiver.get("?side=received"))["total"] == 3
    assert _ok(receiver.get("?side=received&late=true"))["total"] == 0
    assert _fields(sender.get("?state=lost&page=0&colour=red")) == {"state.0", "page", "colour"}


def test_consents_are_renewed_and_withdrawn(two: Two, sender: Program, receiver: Program) -> None:
    """A withdrawal calls off what is on the way; the receiver's key sees no fact any more."""
    ruj = make_accepted(two)
    (old,) = _ok(sender.get(f"/{ruj}/consents"))["items"]
    assert old["is_live"]
    new = _ok(sender.post(f"/{ruj}/consents/{old['id']}/renew", CONSENT), 201)["id"]
    closed = _ok(sender.post(f"/{ruj}/consents/{new}/withdraw"))
    assert (closed["consents"], closed["called_off"]) == (1, [ruj])
    assert _ok(sender.post(f"/{ruj}/consents/withdraw-all"))["consents"] == 1
    seen = _ok(receiver.get(f"/{ruj}"))
    assert (seen["state"], seen["is_sealed"], seen["facts"]) == ("cancelled", True, {})
    assert _ok(receiver.get(f"/{ruj}/holds"))["items"][0]["state"] == "released"


def test_an_answer_by_phone_is_confirmed(two: Two, sender: Program, receiver: Program) -> None:
    """Written down by the sender's program, confirmed by the receiver's."""
    ruj = make_sent(two)
    _ok(sender.move(ruj, "accept", person="Rini", pool=str(two.pool_id), by_phone_from="Rini"))
    assert _ok(receiver.get(f"/{ruj}"))["by_phone"]
    assert sender.post(f"/{ruj}/phone-answer/confirm").status_code == 404
    _ok(receiver.post(f"/{ruj}/phone-answer/confirm"))
    seen = _ok(receiver.get(f"/{ruj}"))
    assert not seen["by_phone"]
    assert seen["log"][-1]["confirmed"]


def test_a_draft_of_a_program_is_whole_for_people(app: Flask, two: Two, sender: Program) -> None:
    """Somebody opens it, saves it as it is, and nothing of it is lost."""
    ruj = _ok(_begin(sender, two, signs=["threat"]), 201)["code"]
    browser = app.test_client()
    sign_in(browser, two.worker)
    browser.get("/?lang=en")
    page = f"/referrals/{ruj}/draft"
    shown = browser.get(page)
    assert NAME in shown.text
    before = _facts(ruj)
    typed = {**fields(shown.text, "/referrals/drafts"), "go": ["save"], "lang": ["en"]}
    assert browser.post("/referrals/drafts", data=typed).status_code == 303
    assert _facts(ruj) == before


def _facts(ruj: str) -> Any:
    db.session.rollback()
    referral = db.session.query(Referral).filter_by(code=ruj).one()
    case = db.session.get_one(CaseFile, referral.case_id)
    facts = open_facts(case.id, f"referral/{referral.id}/facts", referral.facts_sealed)
    return facts, person_of(case), referral.urgency, referral.urgency_sign, referral.offer_id


def test_the_export_holds_no_person_and_runs_nothing(app: Flask, two: Two, sender: Program) -> None:
    """One line a referral; a name that begins with = is no formula; the audit has it."""
    ruj = make_accepted(two)
    answer = sender.get("/export.csv?since=2020-01-01")
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["code"], row["state"], row["answer"]) == (ruj, "accepted", "accept")
    assert NAME not in answer.text
    assert sender.get("/export.csv?until=2020-01-01").text.count("\n") == 1
    told = app.test_cli_runner().invoke(args=["referral", "export", str(two.sender_id)])
    assert told.output == answer.text
    db.session.rollback()
    actions = [entry.action for entry in db.session.query(AuditEntry)]
    assert actions.count("referral.exported") == 3
