"""Nights: when one looks, and how a month of them is one number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.nights import bit_of, month_of, months_between, night_at

JAKARTA, JAYAPURA = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("hour", "night"),
    [
        ("2026-03-01T21:59", None),
        ("2026-03-01T22:00", date(2026, 3, 1)),
        ("2026-03-01T23:59", date(2026, 3, 1)),
        ("2026-03-01T03:59", date(2026, 2, 28)),
        ("2026-03-01T04:00", None),
        ("2026-03-01T12:00", None),
    ],
)
def test_a_night_is_called_by_the_day_on_which_it_begins(hour: str, night: date | None) -> None:
    """Looked at from 22:00 until 4:00 of the house's clock."""
    moment = datetime.fromisoformat(hour).replace(tzinfo=JAKARTA)
    assert night_at(moment.astimezone(UTC), JAKARTA) == night
    later = moment.astimezone(UTC) - timedelta(hours=2)  # the same reading of a clock in Papua
    assert night_at(later, JAYAPURA) == night


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_months_hold_each_night_once(first: date, number: int) -> None:
    """No night is lost or told twice, whatever the span."""
    end = first + number * DAY
    found = list(months_between(first, end))
    assert [month for month, _ in found] == sorted({month for month, _ in found})
    assert sum(bits.bit_count() for _, bits in found) == number
    months = dict(found)
    for night in (first + n * DAY for n in range(number)):
        assert months[month_of(night)] & bit_of(night)
    assert all(0 < bits < 2**31 for bits in months.values())
