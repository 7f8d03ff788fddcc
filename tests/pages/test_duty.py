"""Rosters, shifts and the coordinator's list, through their pages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.rules.rights import Role
from core import worker
from core.clock import now
from core.db import db
from referral.models import ClockMark, DutyShift, Notice, Referral, ShiftHandOver
from tests.support.handing import NAME, Two, make_sent, make_two
from tests.support.people import make_account, sign_in

MONDAY_NIGHT = datetime(2026, 3, 16, 23, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


def _send(client: FlaskClient, page: str, path: str, **form: object) -> tuple[int, str]:
    shown = client.get(page).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token, shown[:2000]
    answer = client.post(path, data={"csrf_token": token[1], **form}, follow_redirects=True)
    db.session.rollback()
    return answer.status_code, answer.get_data(as_text=True)


def _put_on(client: FlaskClient, roster: str, **form: object) -> tuple[int, str]:
    said: dict[str, object] = {"roster": roster, "weekdays": list("1234567")}
    said |= {"begins": "22:00", "ends": "06:00", "phone": "0812-3333-4444"}
    return _send(client, "/duty", "/duty/shifts", **{**said, **form})


def test_a_roster_says_who_is_on_duty_and_when_nobody_is(app: Flask) -> None:
    two = make_two()
    manager = make_account(Role.MANAGER, agency_id=two.receiver_id)
    client = app.test_client()
    sign_in(client, manager)
    assert "Nobody is on duty now" in client.get("/duty?lang=en").get_data(as_text=True)
    status, page = _put_on(client, str(two.receiver_id), name="Pak Joko", ends="x")
    assert status == 422
    assert "A time such as 22:00" in page
    assert "Pak Joko" in page
    assert _put_on(client, str(two.receiver_id), name="Pak Joko", weekdays=list("123456"))[0] == 200
    with time_machine.travel(MONDAY_NIGHT, tick=False):
        sign_in(client, manager)
        page = client.get("/duty?lang=en").get_data(as_text=True)
    assert "Nobody is on duty now" not in page
    assert "tel:" in page
    assert "Sunday 06:00" in page
    shift = db.session.query(DutyShift).one()
    sign_in(client, manager)
    _send(client, "/duty", "/duty/shifts/end", shift=str(shift.id))
    assert db.session.get_one(DutyShift, shift.id, populate_existing=True).ended_at


def test_nobody_keeps_the_roster_of_somebody_else(app: Flask) -> None:
    two = make_two()
    other = make_account(Role.MANAGER, agency_id=two.sender_id)
    client = app.test_client()
    sign_in(client, other)
    assert _put_on(client, str(two.receiver_id), name="Pak Joko")[0] == 404
    sign_in(client, two.clerk)
    assert "Put somebody on the roster" not in client.get("/duty?lang=en").get_data(as_text=True)


@pytest.mark.both_databases
def test_the_alarm_reaches_the_deputy_and_the_coordinator_on_duty(app: Flask) -> None:
    """And not whoever is not on duty."""
    two = make_two()
    deputy = make_account(Role.INTAKE, agency_id=two.receiver_id, name="Dini")
    manager = make_account(Role.MANAGER, agency_id=two.receiver_id, name="Mira")
    on_duty = make_account(Role.COORDINATOR, name="Kora")
    asleep = make_account(Role.COORDINATOR, name="Tidur")
    client = app.test_client()
    sign_in(client, manager)
    _put_on(client, str(two.receiver_id), account=str(deputy.id), post="deputy")
    sign_in(client, on_duty)
    _put_on(client, "area:", account=str(on_duty.id))
    with time_machine.travel(MONDAY_NIGHT, tick=False):
        make_sent(two)
    with time_machine.travel(MONDAY_NIGHT + timedelta(minutes=15), tick=False):
        worker.one_round()
    told = {notice.account_id for notice in db.session.scalars(select(Notice))}
    assert {deputy.id, on_duty.id} <= told
    assert not {asleep.id, manager.id} & told


def test_a_shift_hands_over_and_the_next_takes_over(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    next_clerk = make_account(Role.INTAKE, agency_id=two.receiver_id, name="Nana")
    client = app.test_client()
    sign_in(client, two.clerk)
    words = {"roster": str(two.receiver_id), "words": "Bed 3 is being cleaned"}
    status, page = _send(client, "/duty?lang=en", "/duty/hand-over?lang=en", **words)
    assert status == 200
    row = db.session.query(ShiftHandOver).one()
    assert row.codes == [code]
    assert row.taken_at is None
    # Whoever gave it keeps it, until somebody else takes over.
    status, page = _send(client, "/duty", "/duty/hand-over/take", hand_over=str(row.id))
    assert status == 422
    with time_machine.travel(now() + timedelta(minutes=45)):
        worker.one_round()
        worker.one_round()
    assert [n.what for n in db.session.scalars(select(Notice)) if n.what == "shift_open"] == [
        "shift_open"
    ]
    sign_in(client, next_clerk)
    page = client.get("/duty?lang=en").get_data(as_text=True)
    assert "In the hands of Rini" in page
    assert "Bed 3 is being cleaned" in page
    _send(client, "/duty", "/duty/hand-over/take", hand_over=str(row.id))
    assert "In the hands of Nana" in client.get("/duty?lang=en").get_data(as_text=True)


def test_the_coordinator_sees_what_is_late_and_says_what_was_done(app: Flask) -> None:
    two: Two = make_two(location={"area_code": "31.75.10"})
    code = make_sent(two)
    coordinator = make_account(Role.COORDINATOR, area="31.75.10", name="Kora")
    elsewhere = make_account(Role.COORDINATOR, area="32.76.01")
    client = app.test_client()
    with time_machine.travel(now() + timedelta(minutes=20)):
        worker.one_round()
        sign_in(client, coordinator)
        page = client.get("/late?lang=en").get_data(as_text=True)
        assert code in page
        assert "An emergency that nobody has read" in page
        assert "Deputy and coordinator on duty alarmed" in page
        assert NAME not in page
        _send(client, "/late", "/late/called", code=code, reached="no")
        _send(client, "/late", "/late/ask-next", code=code)
        page = client.get("/late?lang=en").get_data(as_text=True)
        assert "Called, and reached nobody" in page
        assert "Kora" in page
        sign_in(client, elsewhere)
        assert code not in client.get("/late").get_data(as_text=True)
    asked = [n for n in db.session.scalars(select(Notice)) if n.what == "ask_next"]
    assert [n.agency_id for n in asked] == [two.sender_id]
    assert {mark.by for mark in db.session.scalars(select(ClockMark))} == {None, coordinator.id}
    assert db.session.query(Referral).one().state == "sent"
