"""Opening hours: what OpenStreetMap says becomes weekly rows, and one spelling comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from agencies.exchange import messages as says
from agencies.exchange import week
from agencies.exchange.hours import MONDAY, read_hours, spell_holidays, spell_hours
from agencies.exchange.messages import CellError
from agencies.models import HolidayRule, Schedule
from agencies.models.records import ScheduleRecord
from agencies.queries.weekly import weekly_hours

CLOSED, OPEN = HolidayRule.CLOSED, HolidayRule.OPEN


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("24/7", "24/7"),
        ("Mo-Su 00:00-24:00", "24/7"),
        ("Mo-Fr 08:00-16:00", "Mo-Fr 08:00-16:00"),
        ("08:00-16:00", "Mo-Su 08:00-16:00"),
        ("Mo-Fr 08.00–16.00", "Mo-Fr 08:00-16:00"),
        ("Fr,Mo 08:00-12:00,13:00-16:00", "Mo,Fr 08:00-12:00,13:00-16:00"),
        ("Mo-Th 07:30-15:00; Fr 07:30-11:00", "Mo-Th 07:30-15:00; Fr 07:30-11:00"),
        ("Mo-Fr 08:00-16:00, Sa 09:00-12:00", "Mo-Fr 08:00-16:00; Sa 09:00-12:00"),
        ("Mo-Fr 22:00-06:00", "Mo-Fr 22:00-06:00"),
        ("Su 22:00-06:00", "Su 22:00-06:00"),
        ("Mo-Su 16:00-08:00", "Mo-Su 16:00-08:00"),
        ("Mo 20:00-28:00", "Mo 20:00-04:00"),
        ("Mo 00:00-48:00", "Mo-Tu 00:00-24:00"),
        ("Mo-Su 08:00-20:00; Su off", "Mo-Sa 08:00-20:00"),
    ],
)
def test_one_spelling(text: str, spelled: str) -> None:
    """Many ways to say it, one in which it is kept."""
    rows = read_hours(text, None)
    assert spell_hours(rows) == spelled
    assert read_hours(spelled, None) == rows


@pytest.mark.parametrize(
    ("text", "rule", "spelled"),
    [
        ("Mo-Fr 08:00-16:00; PH off", CLOSED, "Mo-Fr 08:00-16:00"),
        ("Mo-Fr 08:00-16:00, PH off", CLOSED, "Mo-Fr 08:00-16:00"),
        ("24/7; PH open", OPEN, "24/7"),
        ("Mo-Fr,PH 08:00-16:00", OPEN, "Mo-Fr 08:00-16:00"),
        ("Mo-Sa 08:00-12:00; Su,PH off", CLOSED, "Mo-Sa 08:00-12:00"),
        ("PH off", CLOSED, ""),
    ],
)
def test_public_holidays(text: str, rule: HolidayRule, spelled: str) -> None:
    """`PH` is understood wherever it stands, and never opens a day that is off."""
    rows = read_hours(text, None)
    assert {row.on_holidays for row in rows} == {rule}
    assert (spell_hours(rows), spell_holidays(rows)) == (spelled, rule.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Jan-Mar 08:00-16:00", says.NOT_WEEKLY),
        ("Mo[1] 08:00-16:00", says.NOT_WEEKLY),
        ("week 1-53/2 Mo 08:00-10:00", says.NOT_WEEKLY),
        ("2026 Mo 08:00-10:00", says.NOT_WEEKLY),
        ("sunrise-sunset", says.NOT_WEEKLY),
        ("SH off", says.NOT_WEEKLY),
        ('Mo 08:00-10:00 "by appointment"', says.NOT_WEEKLY),
        ("Mo 10:00+", says.NOT_WEEKLY),
        ("PH 09:00-12:00", says.HOLIDAY_HOURS),
        ("24/7; PH off; PH open", says.HOLIDAYS_CONTRADICT),
        ("Mo-Su off", says.NEVER_OPEN),
        ("Senin sampai Jumat", says.UNREADABLE_HOURS),
        ("Mo 8-16", says.UNREADABLE_HOURS),
        ("Mo 25:00-26:00", says.UNREADABLE_HOURS),
        ("x" * 2000, says.TOO_LONG),
    ],
)
def test_what_cannot_be_kept_says_why(text: str, message: str) -> None:
    """Seasons, moving days and words are refused, not guessed."""
    with pytest.raises(CellError) as error:
        read_hours(text, None)
    assert error.value.message == message


def test_hours_and_the_column_may_not_contradict() -> None:
    """`PH off` beside `holidays=open` is nobody's opening hours."""
    with pytest.raises(CellError) as error:
        read_hours("24/7; PH off", OPEN)
    assert error.value.message == says.HOLIDAYS_CONTRADICT


def test_holidays_without_hours_are_kept() -> None:
    """One row that says only that, which evaluation takes for unknown hours."""
    rows = read_hours("", CLOSED)
    assert rows == (ScheduleRecord(on_holidays=CLOSED),)
    assert (spell_hours(rows), spell_holidays(rows)) == ("", "closed")
    assert weekly_hours([Schedule(on_holidays=CLOSED)]) == ()


spans = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440))
minutes = st.lists(spans, min_size=1, max_size=6)


@given(minutes)
def test_rows_and_spelling_are_each_others_opposite(given_spans: list[week.Span]) -> None:
    """Whatever the intervals: joined once, they stay."""
    intervals = [_interval(span) for span in given_spans]
    once = week.spans(intervals)
    rows = week.rows_of(once)
    again = week.spans(i for row in rows for i in week.intervals_of(row) or [])
    assert again == once
    assert read_hours(week.spell(once), None) == rows


@given(minutes, st.integers(0, week.WEEK - 1))
def test_nothing_opens_or_closes_by_being_kept(given_spans: list[week.Span], minute: int) -> None:
    """At every minute of the week it is open exactly when one of the intervals holds it."""
    intervals = [_interval(span) for span in given_spans]
    wanted = any(
        start <= minute + shift < end for start, end in intervals for shift in (0, week.WEEK)
    )
    spelled = week.spell(week.spans(intervals))
    moment = MONDAY + timedelta(days=7, minutes=minute)
    assert OpeningHours(spelled).is_open(moment) is wanted


@given(minutes, st.integers(0, week.WEEK - 1))
def test_the_kept_rows_evaluate_the_same(given_spans: list[week.Span], minute: int) -> None:
    """What find makes of the schedule rows is what the file said."""
    records = week.rows_of(week.spans(map(_interval, given_spans)))
    rows = [
        Schedule(freq=r.freq, byday=r.byday, opens_at=r.opens_at, closes_at=r.closes_at)
        for r in records
    ]
    moment = MONDAY + timedelta(days=7, minutes=minute)
    found = any(OpeningHours(span.weekly).is_open(moment) for span in weekly_hours(rows))
    assert found is OpeningHours(spell_hours(records)).is_open(moment)


def _interval(span: week.Span) -> week.Interval:
    day, opens, closes = span
    start = day * week.DAY + opens
    return (start, day * week.DAY + closes + (week.DAY if closes <= opens else 0))


def test_the_reference_week_begins_on_monday() -> None:
    """All arithmetic counts from there."""
    assert MONDAY.replace(tzinfo=UTC) == datetime(2024, 1, 1, tzinfo=UTC)
    assert MONDAY.weekday() == 0
