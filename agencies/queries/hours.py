"""Is it open at an instant? Weekly hours, Indonesian holidays, three time zones.

A shift belongs to the day on which it begins: the night from Thursday to Friday is Thursday's, so
Thursday's holiday closes it and Friday's does not. Answers are remembered by the minute, because
one question asks the same of many services with equal hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from agencies.rules.candidate import UNKNOWN_HOURS, Candidate, HoursSpan, Openness, Plan

LOOK_AHEAD_DAYS = 15  # longer than any run of holidays
DAY = timedelta(days=1)
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MINUTES = 24 * 60


class _Shift(NamedTuple):
    """Somebody is there from one local moment to another; not `sure` on an unsaid holiday."""

    begins: datetime
    ends: datetime
    sure: bool


def openness(candidate: Candidate, at: datetime) -> Openness:
    """Whether a candidate is open at an instant, until when, and when next (aware instants).

    Unknown when no hours are known, or on a holiday of which the agency never said.
    """
    if not candidate.hours:
        return UNKNOWN_HOURS
    return _openness(candidate.plan, minute_of(at))


def is_open(candidate: Candidate, at: datetime) -> bool | None:
    """Only whether it is open at an instant; None is unknown. Quicker than `openness`."""
    if not candidate.hours:
        return None
    return _open_now(candidate.plan, minute_of(at))


def open_at(at: datetime) -> Callable[[Candidate], bool | None]:
    """`is_open` at one instant, looked up once for all candidates that share their hours."""
    known = _known_at(minute_of(at))

    def look_up(candidate: Candidate) -> bool | None:
        plan = candidate.plan
        if plan not in known:
            known[plan] = is_open(candidate, at)
        return known[plan]

    return look_up


@lru_cache(maxsize=16)
def _known_at(_minute: datetime) -> dict[Plan, bool | None]:
    """What is known of one minute."""
    return {}


@lru_cache(maxsize=64)  # one question asks it of the same instant again and again
def minute_of(at: datetime) -> datetime:
    """The minute of an instant: hours begin and end with a minute."""
    return at.replace(second=0, microsecond=0) if at.second or at.microsecond else at


def is_holiday(day: date) -> bool:
    """A national holiday or a day of cuti bersama."""
    return day in _holidays(day.year)


@lru_cache(maxsize=32)
def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name."""
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(
        holidays.country_holidays("ID", years=year, categories=("public", "government"))
    )


@lru_cache(maxsize=20_000)
def _openness(plan: Plan, at: datetime) -> Openness:
    zone = zone_of(plan.timezone)
    local = at.astimezone(zone).replace(tzinfo=None)
    now = _open_now(plan, at)
    if now is None:
        return UNKNOWN_HOURS
    if now:
        return Openness(True, until=_aware(_end(plan, local), zone))
    return Openness(False, next=_aware(_next(plan, local), zone))


@lru_cache(maxsize=20_000)
def _open_now(plan: Plan, at: datetime) -> bool | None:
    local = at.astimezone(zone_of(plan.timezone)).replace(tzinfo=None)
    today = local.date()
    here = [
        shift.sure
        for day in (today - DAY, today)
        for shift in _shifts(plan, day)
        if shift.begins <= local < shift.ends
    ]
    return None if here and not any(here) else bool(here)


def _end(plan: Plan, local: datetime) -> datetime | None:
    """When it closes, for one that is open; None when it never does, as far as we look."""
    end = local
    last = local + LOOK_AHEAD_DAYS * DAY
    day = local.date() - DAY
    while day <= end.date() and end < last:
        # In the order of their beginnings each shift either continues the open time or is later.
        for shift in sorted(_shifts(plan, day)):
            if shift.sure and shift.begins <= end:
                end = max(end, shift.ends)
        day += DAY
    return end if end < last else None


def _next(plan: Plan, local: datetime) -> datetime | None:
    """When it surely opens next; None when not soon."""
    for ahead in range(LOOK_AHEAD_DAYS + 1):
        coming = [
            shift.begins
            for shift in _shifts(plan, local.date() + ahead * DAY)
            if shift.sure and shift.begins > local
        ]
        if coming:
            return min(coming)
    return None


def _shifts(plan: Plan, day: date) -> Iterator[_Shift]:
    """The shifts that begin on a day."""
    sure = True
    if plan.on_holidays != "open" and is_holiday(day):
        if plan.on_holidays == "closed":
            return
        sure = False
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a local day)
    for span in plan.hours:
        if _holds(span, day):
            for opens, closes in _week(span.weekly)[day.weekday()]:
                yield _Shift(midnight + opens, midnight + closes, sure)


def _holds(span: HoursSpan, day: date) -> bool:
    after = span.valid_from is None or span.valid_from <= day
    return after and (span.valid_to is None or day <= span.valid_to)


@lru_cache(maxsize=10_000)
def _week(weekly: str) -> tuple[tuple[tuple[timedelta, timedelta], ...], ...]:
    """For each weekday when shifts begin and end, counted from its midnight.

    Reads what `queries.weekly` writes: `Mo,Tu 08:00-12:00,13:00-16:00; Sa 22:00-06:00`. A shift
    that would end before it begins runs past midnight.
    """
    week: dict[str, list[tuple[timedelta, timedelta]]] = {day: [] for day in WEEKDAYS}
    for rule in weekly.split("; "):
        days, _, times = rule.partition(" ")
        for day in days.split(","):
            week[day] += [_times(interval) for interval in times.split(",")]
    return tuple(tuple(week[day]) for day in WEEKDAYS)


def _times(interval: str) -> tuple[timedelta, timedelta]:
    opens, closes = (_minutes(time) for time in interval.split("-"))
    if closes <= opens:
        closes += MINUTES
    return timedelta(minutes=opens), timedelta(minutes=closes)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _aware(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone)
