"""The clocks of referrals: who is told when nobody answers, what lapses, what is never early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from accounts.rules.rights import Role
from agencies.models import Pool
from agencies.rules.needs import Urgency
from core import events, worker
from core.clock import now
from core.db import db, write, writing
from referral.commands.moves.answering import acknowledge, decline
from referral.commands.moves.handing import hand_over, miss
from referral.commands.moves.sending import reopen
from referral.models import ClockMark, Hold, Notice, Referral
from referral.queries.referrals import any_referral_by_code
from referral.rules.duties import LATE, Act
from referral.rules.reasons import Decline
from referral.rules.states import State
from tests.support.handing import Two, make_accepted, make_sent, make_two
from tests.support.people import make_account

pytestmark = pytest.mark.both_databases


@pytest.fixture
def late() -> Iterator[list[str]]:
    """The codes of which the cascade was told that nobody decided in time."""
    codes: list[str] = []

    def note(*, referral: Referral) -> None:
        codes.append(referral.code)

    events.subscribe(LATE, note)
    yield codes
    events._handlers[LATE].remove(note)


def _referral(code: str) -> Referral:
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _after(**span: float) -> int:
    """The worker comes round, that long from now; once more than it needs."""
    with time_machine.travel(now() + timedelta(**span), tick=False):
        done = worker.one_round()
        worker.one_round()
    return done


def _marks() -> set[str]:
    """Which clocks ran out."""
    db.session.rollback()
    marks = {mark.what.partition("@")[0] for mark in db.session.scalars(select(ClockMark))}
    return marks & set(Act)


def _told() -> set[tuple[str, str]]:
    """Which sentence, and to whom: an agency or the name of somebody."""
    db.session.rollback()
    notices = db.session.scalars(select(Notice))
    return {(notice.what, str(notice.account_id or notice.agency_id)) for notice in notices}


def test_an_emergency_that_nobody_reads(app: Flask, late: list[str]) -> None:
    """At 15 minutes deputy and coordinator, at 60 the sender too, after four hours the end."""
    two = make_two()
    manager = make_account(Role.MANAGER, agency_id=two.receiver_id, name="Mira")
    coordinator = make_account(Role.COORDINATOR, name="Kora")
    code = make_sent(two)
    _after(minutes=14.9)
    assert _marks() == set()
    _after(minutes=15)
    assert _marks() == {"silent"}
    assert {("late", str(manager.id)), ("late", str(coordinator.id))} <= _told()
    assert late == []
    _after(minutes=60)
    assert _marks() == {"silent", "late", "escalate"}
    assert ("late", str(two.sender_id)) in _told()
    assert late == [code]
    assert _referral(code).state is State.SENT
    _after(minutes=240)
    assert _referral(code).state is State.EXPIRED
    assert late == [code]


def test_a_late_answer_still_counts(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    _after(minutes=61)
    with time_machine.travel(now() + timedelta(minutes=70)):
        move = write(decline, two.answering, code=code, reason=Decline.FULL)
    assert move.in_time is False
    _after(hours=9)
    assert _referral(code).state is State.DECLINED
    assert "expire" not in _marks()


def test_who_reads_in_time_wakes_nobody(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    write(acknowledge, two.answering, code=code)
    _after(minutes=59)
    assert _marks() == set()


def test_a_hold_is_warned_of_and_lapses_to_be_decided_again_in_time(app: Flask) -> None:
    """Both are told before, the place is free again, and the time to decide begins anew."""
    two = make_two()
    code = make_accepted(two)
    _after(hours=3.9)
    assert _marks() == set()
    _after(hours=4.1)
    assert _marks() == {"lapses_soon"}
    assert {("lapses_soon", str(two.sender_id)), ("lapses_soon", str(two.receiver_id))} <= _told()
    _after(hours=6.1)
    referral = _referral(code)
    assert referral.state is State.ACKNOWLEDGED
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 0
    _after(hours=7.0)
    assert "late" not in _marks()
    _after(hours=7.3)
    assert "late" in _marks()


def test_a_place_that_is_kept_longer_does_not_lapse(app: Flask) -> None:
    """An arrival that is put off (domain.md §6B 2)."""
    two = make_two()
    code = make_accepted(two)
    with writing():
        hold = db.session.query(Hold).one()
        assert hold.until is not None
        hold.until += timedelta(hours=2.5)
    _after(hours=6.1)
    assert _referral(code).state is State.ACCEPTED
    _after(hours=8.6)
    assert _referral(code).state is State.ACKNOWLEDGED


def test_a_place_that_is_kept_shorter_lapses_in_time(app: Flask) -> None:
    """Whoever changes the end of a hold need not think of the clock."""
    two = make_two()
    code = make_accepted(two)
    with writing():
        db.session.query(Hold).one().until = now() + timedelta(minutes=30)
    _after(minutes=31)
    assert _referral(code).state is State.ACKNOWLEDGED


def test_who_did_not_come_keeps_the_place_until_its_time(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    write(miss, two.answering, code=code)
    _after(hours=5.9)
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 1
    _after(hours=6.1)
    assert _referral(code).state is State.NO_SHOW
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 0


def test_who_is_there_has_no_clock_that_ends_anything(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    write(hand_over, two.answering, code=code, received_by="Rini")
    _after(days=40)
    assert _referral(code).state is State.HANDED_OVER
    assert _marks() == set()


def test_reopened_all_clocks_begin_anew(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    _after(minutes=16)
    _after(hours=5)
    write(reopen, two.sending, code=code, words="Still needed")
    _after(minutes=16)
    rounds = [m.round for m in db.session.scalars(select(ClockMark)) if m.what == "silent"]
    assert sorted(rounds) == [1, 2]


def test_an_urgent_one_reminds_first(app: Flask) -> None:
    two = make_two()
    make_sent(two, urgency=Urgency.URGENT)
    _after(hours=2.1)
    assert _marks() == {"remind"}
    assert {one for one in _told() if one[0] != "new"} == {("reminder", str(two.receiver_id))}


def test_alarms_reach_the_coordinator(app: Flask) -> None:
    """Declined for papers; a promise that falls through. Once each, whatever the worker does."""
    two: Two = make_two()
    coordinator = make_account(Role.COORDINATOR, name="Kora")
    code = make_sent(two)
    write(decline, two.answering, code=code, reason=Decline.PAPERS)
    write(decline, two.answering, code=make_accepted(two), reason=Decline.RISK)
    worker.one_round()
    worker.one_round()
    mine = [n.what for n in db.session.scalars(select(Notice)) if n.account_id == coordinator.id]
    assert sorted(mine) == ["fallen", "unfounded"]
