"""The rules of what is published: periods, tables, and figures that tell nothing more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.rules.coarse import LADDER, OTHERS, share_around, steps_around
from referral.rules.periods import Period, closed_periods, newest_first, read_period
from referral.rules.published import REFERRAL_BUNDLES, REFERRALS, SEARCH_BUNDLES, SEARCHES

JAKARTA = ZoneInfo("Asia/Jakarta")


def test_a_period_is_a_quarter_or_a_year_of_the_house() -> None:
    """It begins at local midnight; each quarter ends where the next begins."""
    third = read_period("2026-Q3")
    assert third.begins(JAKARTA) == datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert third.ends(JAKARTA) == Period(2026, 4).begins(JAKARTA)
    assert Period(2026, 4).ends(JAKARTA) == read_period("2026").ends(JAKARTA)
    assert [str(one) for one in read_period("2026").quarters] == [
        *("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    ]
    for wrong in ("2026-Q5", "2026-07", "Q1", "", "1926", "2026-Q1 "):
        with pytest.raises(ValueError, match="no period"):
            read_period(wrong)


def test_a_period_is_closed_after_its_grace_and_quarters_come_first() -> None:
    """Not a day before; a year after its last quarter."""
    first, grace = datetime(2025, 11, 3, tzinfo=UTC), timedelta(days=14)

    def closed(*moment: int) -> list[str]:
        there = datetime(*moment, tzinfo=JAKARTA)  # type: ignore[arg-type,misc]
        return [str(one) for one in closed_periods(first, there, zone=JAKARTA, grace=grace)]

    assert closed(2026, 1, 14, 23) == []
    assert closed(2026, 1, 15) == ["2025-Q4", "2025"]
    assert closed(2026, 4, 20) == ["2025-Q4", "2025", "2026-Q1"]
    names = [str(one) for one in newest_first([read_period(name) for name in closed(2026, 4, 20)])]
    assert names == ["2026-Q1", "2025", "2025-Q4"]


def test_tables_have_names_of_their_own_and_every_column_may_change_hands() -> None:
    """A column in no bundle could never be proved."""
    for tables, bundles in ((REFERRALS, REFERRAL_BUNDLES), (SEARCHES, SEARCH_BUNDLES)):
        assert len({one.name for one in tables}) == len(tables)
        assert not any("/" in one.name for one in tables)
        movable = frozenset().union(*(one.columns for one in bundles))
        assert {name for one in tables for name in one.columns} <= movable


@given(whole=st.integers(12, 300), part=st.integers(0, 300), added=st.integers(-OTHERS, OTHERS))
def test_a_share_stays_true_if_some_were_others(whole: int, part: int, added: int) -> None:
    """Whatever two of the records might have been, what was said holds."""
    part = min(part, whole)
    said = share_around(part, whole)
    if said is not None:
        low, high = said
        other = min(max(part + added, 0), whole)
        assert low <= other / whole <= high
        assert high - low <= 0.4001


@given(st.floats(0, 50_000), st.floats(0, 50_000))
def test_minutes_lie_between_their_steps(one: float, other: float) -> None:
    """Steps of the ladder, or nothing where they are too far apart."""
    low, high = sorted((one, other))
    said = steps_around(low, high)
    if said is not None:
        assert said[0] <= low <= high <= said[1]
        assert {*said} <= {*LADDER}
