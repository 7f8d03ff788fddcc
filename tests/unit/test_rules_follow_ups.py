"""When and by which way somebody asks whether the person is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agencies.rules.needs import Urgency
from referral.rules.follow_ups import (
    Means,
    months_later,
    next_try,
    safe_way,
    steps_after_arrival,
    steps_after_end,
)

AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("urgency", "names"),
    [
        (Urgency.EMERGENCY, ["24h", "72h", "7d", "14d"]),
        (Urgency.URGENT, ["72h", "7d", "14d"]),
        (Urgency.ROUTINE, ["7d", "14d"]),
    ],
)
def test_the_more_urgent_the_sooner(urgency: Urgency, names: list[str]) -> None:
    steps = steps_after_arrival(urgency, AT)
    assert [name for name, _due in steps] == names
    assert steps[-1][1] == AT + timedelta(days=14)


def test_months_keep_the_day_or_take_the_last_one() -> None:
    assert [due.date().isoformat() for _name, due in steps_after_end(AT)] == [
        "2026-12-30",
        "2027-02-28",
        "2027-05-30",
    ]
    assert months_later(datetime(2027, 8, 31, tzinfo=UTC), 6).date().isoformat() == "2028-02-29"


def test_another_try_comes_sooner_in_an_emergency() -> None:
    tries = [next_try(urgency, AT) for urgency in (Urgency.EMERGENCY, Urgency.URGENT)]
    assert AT < tries[0] < tries[1]


@pytest.mark.parametrize(
    ("facts", "means"),
    [
        ({"contact": "her sister", "phone": "0812", "may_leave_message": True}, Means.CONTACT),
        ({"phone": "0812", "may_leave_message": False}, Means.NONE),
        ({"phone": "0812"}, Means.PHONE),
        ({}, Means.NONE),
    ],
)
def test_their_own_phone_only_if_nothing_speaks_against_it(
    facts: dict[str, object], means: Means
) -> None:
    assert safe_way(facts).means is means
