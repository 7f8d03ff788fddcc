"""The way there, the hand-over that both confirm, the transfer of a case, and follow-ups."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.commands.secret.places import Exact, say_place
from agencies.commands.secret.places import Wanted as Published
from agencies.models import MeetingPoint
from agencies.rules.needs import Urgency
from core.actors import Tier
from core.clock import now
from core.db import db, write, writing
from core.errors import RefusedError
from referral.commands.hand_over.arrivals import Way, say_arrival
from referral.commands.hand_over.hand_overs import remind_unconfirmed
from referral.commands.moves.answering import accept
from referral.commands.moves.handing import complete, hand_over, miss
from referral.commands.moves.sending import reopen, send
from referral.commands.record.reading import read_referral
from referral.models import CaseFile, FollowUp, HandOver, Hold, Kind, Notice, Reached
from referral.queries.referrals import any_referral_by_code
from referral.rules.notices import What
from referral.rules.reasons import Outcome
from referral.rules.states import State
from tests.support.handing import (
    NAME,
    PHONE,
    Two,
    make_accepted,
    make_consent,
    make_draft,
    make_two,
)
from tests.support.people import make_account, sign_in
from tests.support.sending import post, read

pytestmark = pytest.mark.both_databases


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies."""
    return make_two()


def _told(what: What) -> list[uuid.UUID]:
    """Which agencies were told so, on the platform."""
    said = select(Notice.agency_id).where(Notice.what == what.value, Notice.channel_id.is_(None))
    return list(db.session.scalars(said.order_by(Notice.due_at)))


def _browser(app: Flask, account: Any) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    return client


def _transferred(two: Two, *fields: str) -> str:
    code = make_draft(two, kind=Kind.TRANSFER)
    write(send, two.sending, code=code, consent_id=make_consent(two, fields=fields))
    write(accept, two.answering, code=code, promise=two.promise())
    return code


def _case(two: Two) -> CaseFile:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(CaseFile).where(CaseFile.code == two.case_code)).one()


def _tasks(code: str) -> list[FollowUp]:
    db.session.rollback()
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    wanted = select(FollowUp).where(FollowUp.referral_id == found.id).order_by(FollowUp.due_at)
    return list(db.session.scalars(wanted))


def test_a_late_flight_keeps_the_place_and_the_other_side_is_told(app: Flask, two: Two) -> None:
    code = make_accepted(two)
    worker = _browser(app, two.worker)
    expected = (now() + timedelta(hours=20)).replace(second=0, microsecond=0)
    typed = expected.astimezone(ZoneInfo("Asia/Jakarta")).strftime("%Y-%m-%dT%H:%M")
    answer = post(
        worker, f"/referrals/{code}/arrival", expected_at=typed, transport="Flight QZ 201"
    )
    assert answer.status_code == 303
    db.session.rollback()
    hold = db.session.scalars(select(Hold)).one()
    assert hold.until == expected + timedelta(hours=3)
    assert _told(What.ARRIVAL) == [two.receiver_id]
    assert "Flight QZ 201" in read(_browser(app, two.clerk), f"/referrals/{code}")


def test_what_was_typed_is_not_lost_and_the_fault_stands_at_its_field(app: Flask, two: Two) -> None:
    code = make_accepted(two)
    answer = post(
        _browser(app, two.clerk), f"/referrals/{code}/arrival", expected_at="soon", escort="Dewi"
    )
    assert answer.status_code == 422
    assert 'value="Dewi"' in answer.text
    assert 'id="expected_at-error"' in answer.text


def test_before_an_acceptance_nobody_says_a_way(app: Flask, two: Two) -> None:
    code = make_draft(two)
    write(send, two.sending, code=code, consent_id=make_consent(two))
    with pytest.raises(RefusedError):
        write(say_arrival, two.answering, code=code, way=Way(escort="Dewi"))


def _make_secret(two: Two) -> None:
    manager = make_account(Role.MANAGER, agency_id=two.receiver_id)
    exact = Exact("Jl. Rahasia 7", latitude=-6.32, longitude=106.90)
    write(
        say_place,
        actor_of(manager, strong=True),
        location_id=two.offer.location_id,
        wanted=Published(Tier.SECRET, exact),
    )


def test_at_a_secret_place_the_way_and_the_hours_end_at_the_meeting_point(
    app: Flask, two: Two
) -> None:
    _make_secret(two)
    code = make_accepted(two)
    with pytest.raises(RefusedError, match="meeting_point"):
        write(say_arrival, two.answering, code=code, way=Way(escort="Dewi"))
    with writing():
        point = MeetingPoint(
            agency_id=two.receiver_id, name="Stasiun Jatinegara", latitude=-6.2, longitude=106.8
        )
        db.session.add(point)
    write(say_arrival, two.answering, code=code, way=Way(meeting_point_id=point.id))
    with pytest.raises(RefusedError, match="meeting_point"):
        write(say_arrival, two.sending, code=code, way=Way())
    with pytest.raises(RefusedError, match="met_at"):
        write(hand_over, two.answering, code=code, received_by="Rini")
    met = now() + timedelta(minutes=30)
    with time_machine.travel(met + timedelta(minutes=47), tick=False):
        write(hand_over, two.answering, code=code, received_by="Rini", met_at=met)
        db.session.rollback()
        referral = any_referral_by_code(code)
        assert referral is not None
        assert referral.moved_at == met
        row = db.session.get_one(HandOver, referral.id)
        assert row.arrived_at == row.receiver_confirmed_at == met
        assert all(task.due_at - met >= timedelta(hours=24) for task in _tasks(code))
        page = read(_browser(app, two.worker), f"/referrals/{code}")
    at_the_door = (met + timedelta(minutes=47)).astimezone(ZoneInfo("Asia/Jakarta"))
    assert f"{at_the_door:%H:%M}" not in page
    assert "The time is that of the meeting point." in page


def test_both_sides_confirm_and_who_does_not_is_reminded_once(app: Flask, two: Two) -> None:
    code = make_accepted(two)
    write(hand_over, two.answering, code=code, received_by="Rini", belongings="One bag")
    worker = _browser(app, two.worker)
    assert code in read(worker, "/follow-ups")
    assert write(remind_unconfirmed) == 0
    with time_machine.travel(now() + timedelta(hours=25)):
        assert [write(remind_unconfirmed), write(remind_unconfirmed)] == [1, 0]
    assert _told(What.UNCONFIRMED) == [two.sender_id]
    assert "One bag" in read(worker, f"/referrals/{code}")
    assert post(worker, f"/referrals/{code}/arrived/confirm-sent").status_code == 303
    row = db.session.scalars(select(HandOver)).one()
    assert row.sender_confirmed_by == two.worker.id
    with time_machine.travel(now() + timedelta(hours=50)):
        assert write(remind_unconfirmed) == 0
    clerk = _browser(app, two.clerk)
    assert post(clerk, f"/referrals/{code}/arrived/confirm-sent").status_code == 404


def test_the_sender_may_say_that_the_person_came_after_all(app: Flask, two: Two) -> None:
    code = _transferred(two, "name", "phone", "birth_year")
    write(miss, two.answering, code=code)
    write(hand_over, two.sending, code=code, received_by="Budi")
    db.session.rollback()
    hold = db.session.scalars(select(Hold)).one()
    assert hold.state.value == "taken"
    row = db.session.scalars(select(HandOver)).one()
    assert (row.receiver_confirmed_at, row.case_moved_at) == (None, None)
    clerk = _browser(app, two.clerk)
    assert post(clerk, f"/referrals/{code}/arrived/confirm-got").status_code == 303
    db.session.rollback()
    assert _case(two).agency_id == two.receiver_id


def test_a_transfer_moves_the_case_on_arrival_and_leaves_a_trace(app: Flask, two: Two) -> None:
    code = _transferred(two, "name", "phone", "birth_year")
    assert _case(two).agency_id == two.sender_id
    write(hand_over, two.answering, code=code, received_by="Rini")
    case = _case(two)
    assert case.agency_id == two.receiver_id
    worker, clerk = _browser(app, two.worker), _browser(app, two.clerk)
    assert worker.get(f"/cases/{two.case_code}").status_code == 404
    assert NAME in clerk.get(f"/cases/{two.case_code}").text
    trace = read(worker, f"/referrals/{code}")
    assert "You keep this trace" in trace
    assert NAME not in trace
    assert PHONE not in trace
    assert {task.agency_id for task in _tasks(code)} == {two.receiver_id}
    chains = set(
        db.session.scalars(select(AuditEntry.chain).where(AuditEntry.action == "case.moved"))
    )
    assert chains == {str(one).replace("-", "") for one in (two.sender_id, two.receiver_id)}


def test_what_the_person_kept_back_keeps_the_case_where_it_is(app: Flask, two: Two) -> None:
    code = _transferred(two, "name")
    assert "Phone" in read(_browser(app, two.worker), f"/referrals/{code}")
    write(hand_over, two.answering, code=code, received_by="Rini")
    assert _case(two).agency_id == two.sender_id


def test_the_receiver_opens_a_case_of_its_own_once_with_what_is_released(
    app: Flask, two: Two
) -> None:
    code = make_accepted(two)
    clerk = _browser(app, two.clerk)
    post(clerk, f"/referrals/{code}/own-case")
    assert len(db.session.scalars(select(CaseFile)).all()) == 1
    write(hand_over, two.answering, code=code, received_by="Rini")
    for _ in range(2):
        assert post(clerk, f"/referrals/{code}/own-case").status_code == 303
    db.session.rollback()
    own = db.session.scalars(select(CaseFile).where(CaseFile.agency_id == two.receiver_id)).all()
    assert len(own) == 1
    shown = clerk.get(f"/cases/{own[0].code}").text
    assert NAME in shown
    assert "1999" not in shown  # the year of birth was not released
    assert _browser(app, two.worker).get(f"/cases/{own[0].code}").status_code == 404


def test_follow_ups_come_by_urgency_and_again_after_the_service(app: Flask, two: Two) -> None:
    code = make_accepted(two, urgency=Urgency.URGENT)
    write(hand_over, two.answering, code=code, received_by="Rini")
    assert [task.step for task in _tasks(code)] == ["72h", "7d", "14d"]
    assert {task.agency_id for task in _tasks(code)} == {two.sender_id}
    write(complete, two.answering, code=code, outcome=Outcome.LOST, service_given="A week")
    steps = sorted(task.step for task in _tasks(code))
    assert steps == sorted(["72h", "7d", "14d", "lost1", "lost2", "lost3", "1m", "3m", "6m"])
    assert code in read(_browser(app, two.worker), "/follow-ups")
    write(reopen, two.sending, code=code, words="Found again")
    assert not [task for task in _tasks(code) if task.done_at is None]


def _handed_over(two: Two, **facts: Any) -> str:
    said = {"sex": "female", "age": 27, **facts}
    code = make_accepted(two, facts=said)
    write(hand_over, two.answering, code=code, received_by="Rini")
    return code


def test_the_safe_way_is_the_only_one(app: Flask, two: Two) -> None:
    worker, clerk = _browser(app, two.worker), _browser(app, two.clerk)
    for facts, shown, hidden in (
        ({"contact": "Through Pastor Yosef"}, "Through Pastor Yosef", PHONE),
        ({"may_leave_message": False}, "No safe way is known", PHONE),
        ({"may_leave_message": True}, PHONE, "No safe way is known"),
    ):
        fresh = make_two()
        worker, clerk = _browser(app, fresh.worker), _browser(app, fresh.clerk)
        task = _tasks(_handed_over(fresh, **facts))[0]
        page = read(worker, f"/follow-ups/{task.id}")
        assert shown in page
        assert hidden not in page
        assert PHONE not in read(worker, "/follow-ups")
        assert clerk.get(f"/follow-ups/{task.id}").status_code == 404


def test_what_a_follow_up_finds_leads_on(app: Flask, two: Two) -> None:
    code = _handed_over(two, contact="Through Pastor Yosef")
    worker = _browser(app, two.worker)
    first, second, third, fourth = _tasks(code)
    assert post(worker, f"/follow-ups/{first.id}", found="skip").status_code == 422
    assert (
        post(worker, f"/follow-ups/{first.id}", found="skip", words="Met them").status_code == 303
    )
    assert post(worker, f"/follow-ups/{first.id}", found="safe").status_code == 422
    post(worker, f"/follow-ups/{second.id}", found="not_reached")
    assert "again" in {task.step for task in _tasks(code)}
    post(worker, f"/follow-ups/{third.id}", found="lost")
    assert _told(What.LOST) == [two.receiver_id]
    open_steps = {task.step for task in _tasks(code) if task.done_at is None}
    assert open_steps == {"again", "lost1", "lost2", "lost3", "14d"}
    post(worker, f"/follow-ups/{fourth.id}", found="safe", words="At her sister's")
    assert not [task for task in _tasks(code) if task.done_at is None]
    found = [task.found for task in _tasks(code) if task.found]
    assert set(found) == {Reached.NOT_REACHED, Reached.LOST, Reached.SAFE}
    sealed = [task.words_sealed for task in _tasks(code) if task.words_sealed]
    assert not any(b"sister" in words_sealed for words_sealed in sealed)


def test_return_referrals_wait_until_they_are_read(app: Flask, two: Two) -> None:
    code = _handed_over(two)
    write(complete, two.answering, code=code, outcome=Outcome.MET, service_given="A safe week")
    worker = _browser(app, two.worker)
    post(worker, f"/referrals/{code}/arrived/confirm-sent")
    assert "Return referrals to read" in read(worker, "/follow-ups")
    assert "Return referrals to read" not in read(_browser(app, two.clerk), "/follow-ups")
    post(worker, f"/referrals/{code}/change", move="close")
    referral = any_referral_by_code(code)
    assert referral is not None
    db.session.refresh(referral)
    assert referral.state is State.CLOSED
    assert "Return referrals to read" not in read(worker, "/follow-ups")


def test_after_a_transfer_the_referral_says_nothing_of_the_person_to_its_sender(
    app: Flask, two: Two
) -> None:
    code = _transferred(two, "name", "phone", "birth_year")
    write(hand_over, two.answering, code=code, received_by="Rini")
    seen = write(read_referral, two.sending, code=code)
    assert not {"name", "phone", "birth_year", "contact"} & set(seen.fields)
    read = itertools.islice(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "referral.read")
            .order_by(AuditEntry.number.desc())
        ),
        1,
    )
    assert [entry.chain for entry in read] == [str(two.sender_id).replace("-", "")]
