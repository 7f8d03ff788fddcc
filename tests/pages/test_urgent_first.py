"""Lists and the board begin with whose clock ends first, whatever was due and is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from core.clock import now
from core.db import db, write, writing
from referral.commands.moves.handing import hand_over
from referral.models import Referral
from referral.queries.listed import first_due
from referral.queries.referrals import any_referral_by_code
from referral.rules.due import Clock, running
from referral.rules.states import State
from tests.support.handing import Two, make_accepted, make_sent, make_two
from tests.support.people import sign_in
from tests.support.sending import read


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies."""
    return make_two()


def _decision_was_due(code: str, *, hours_ago: int) -> None:
    with writing():
        row = any_referral_by_code(code)
        assert row is not None
        row.decide_by = now() - timedelta(hours=hours_ago)


@pytest.mark.both_databases
def test_an_emergency_that_waits_comes_before_what_was_long_answered(
    app: Flask, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, waiting = make_accepted(two), make_sent(two)
    _decision_was_due(answered, hours_ago=30)
    worker, clerk = app.test_client(), app.test_client()
    sign_in(worker, two.worker)
    page = read(worker, "/referrals")
    assert page.index(waiting) < page.index(answered)
    # However much was promised, what waits for an answer is not cut off the board.
    monkeypatch.setattr("referral.queries.board.MOST", 1)
    sign_in(clerk, two.clerk)
    board = read(clerk, "/board")
    assert waiting in board
    assert answered not in board


def test_what_waits_for_nothing_comes_last(app: Flask, two: Two) -> None:
    arrived, waiting = make_accepted(two), make_sent(two)
    write(hand_over, two.answering, code=arrived, received_by="Rini")
    _decision_was_due(arrived, hours_ago=30)
    worker = app.test_client()
    sign_in(worker, two.worker)
    page = read(worker, "/referrals")
    assert page.index(waiting) < page.index(arrived)


@pytest.mark.both_databases
@pytest.mark.parametrize("hours", [(1, 2, 3), (None, 2, 3), (None, None, None)])
def test_the_database_knows_the_same_clock_as_the_rule(
    two: Two, hours: tuple[int | None, ...]
) -> None:
    at = now().replace(microsecond=0)
    ends = {
        clock: None if after is None else at + timedelta(hours=after)
        for clock, after in zip(Clock, hours, strict=True)
    }
    code = make_sent(two)
    for state in State:
        columns = {f"{clock.value}_by": end for clock, end in ends.items()}
        with writing():
            one = update(Referral).where(Referral.code == code)
            db.session.execute(one.values(state=state, **columns))
            told = db.session.scalar(select(first_due()).where(Referral.code == code))
            db.session.rollback()
        dues = running(state, ends)
        assert told == (dues[0].at if dues else None), state
