"""A clock that is told, an outbox that keeps to itself, and chance that repeats itself."""

from __future__ import annotations

import statistics
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from agencies.rules.needs import all_needs
from agencies.rules.person import may_be_child
from core import clock, outbox
from core.db import db, writing
from referral.commands.notices.telling import TO_COORDINATORS
from referral.rules.facts import person_in, tidy_facts, too_long_facts
from referral.rules.urgency import SIGNS_BY_NAME
from referral.simulator.chance import chance_of
from referral.simulator.people import somebody
from referral.simulator.seasons import delay_on, demand_on, seasons_between
from referral.simulator.world import Manner, delay_minutes

THEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_clock_can_be_told_for_a_while() -> None:
    """Within the block, in this thread, and never for what is to come."""
    elsewhere: list[datetime] = []
    with clock.at(THEN):
        assert clock.now() == THEN
        with clock.at(THEN - timedelta(days=1)):
            assert clock.now() == THEN - timedelta(days=1)
        assert clock.now() == THEN
        other = threading.Thread(target=lambda: elsewhere.append(clock.now()))
        other.start()
        other.join()
    assert elsewhere[0] > THEN + timedelta(days=1)
    assert clock.now() > THEN + timedelta(days=1)
    for wrong in (datetime(2026, 3, 1), clock.now() + timedelta(minutes=1)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="instant"), clock.at(wrong):
            pass


def test_no_door_tells_the_clock(app: Flask) -> None:
    """In a request it is now."""
    with (
        app.test_request_context("/"),
        pytest.raises(RuntimeError, match="no door"),
        clock.at(THEN),
    ):
        pass


def test_what_is_held_back_is_never_sent(app: Flask) -> None:
    """No row, whatever a command puts; afterwards rows again."""
    facts: dict[str, Any] = {
        "agency": "1",
        "what": "late",
        "cause": "x",
        "urgency": None,
        "referral": None,
    }
    with writing(), outbox.holding_back():
        outbox.put(TO_COORDINATORS, **facts)
    assert db.session.scalar(select(func.count()).select_from(outbox.OutboxRow)) == 0
    with writing():
        outbox.put(TO_COORDINATORS, **facts)
    assert db.session.scalar(select(func.count()).select_from(outbox.OutboxRow)) == 1


def test_persons_can_be_and_are_the_same_for_a_seed() -> None:
    """Facts that the form would take, needs that there are, and no real name."""
    for number in range(400):
        one, again = somebody(chance_of(1, number)), somebody(chance_of(1, number))
        assert one == again
        facts = tidy_facts(one.facts)
        assert not too_long_facts(facts)
        assert person_in(facts) == one.person
        assert one.name.endswith("(contoh)")
        assert one.wants
        for want in one.wants:
            assert want.need in all_needs()
            assert want.sign is None or SIGNS_BY_NAME[want.sign].urgency is want.urgency
        assert one.kind != "child" or may_be_child(one.person)


def test_answers_take_what_was_planted() -> None:
    """The median is the planted one."""
    chance = chance_of("delays")
    taken = [delay_minutes(chance, Manner(0.8, 0.1, 100.0), 1.4) for _ in range(4000)]
    assert statistics.median(taken) == pytest.approx(140, rel=0.06)


def test_seasons_change_how_many_come_and_how_long_it_takes() -> None:
    """Lebaran is quiet and slow; after it many come; a weekday without a season is usual."""
    seasons = seasons_between(date(2026, 1, 1), date(2026, 12, 31))
    feast, after, usual = date(2026, 3, 24), date(2026, 3, 30), date(2026, 5, 13)
    assert (demand_on(usual, seasons), delay_on(usual, seasons)) == (1.0, 1.0)
    assert demand_on(feast, seasons) < 1 < demand_on(after, seasons)
    assert delay_on(feast, seasons) == 2.5
    assert seasons_between(usual, usual) == ()
