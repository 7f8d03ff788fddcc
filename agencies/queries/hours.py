"""Is it open at an instant? Weekly hours, Indonesian holidays, three time zones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours

from agencies.rules.candidate import UNKNOWN_HOURS, Candidate, HoursSpan, Openness

LOOK_AHEAD_DAYS = 15  # longer than any run of holidays


def openness(candidate: Candidate, at: datetime) -> Openness:
    """Whether a candidate is open at an instant, until when, and when next (aware instants).

    Unknown when no hours are known, or on a holiday of which the agency never said.
    """
    if not candidate.hours:
        return UNKNOWN_HOURS
    zone = zone_of(candidate.timezone)
    local = at.astimezone(zone).replace(tzinfo=None)
    now = _open_now(candidate, local)
    if now is None:
        return UNKNOWN_HOURS
    if now:
        end = _next_change(candidate, local, opening=False)
        return Openness(True, until=_aware(end, zone))
    return Openness(False, next=_aware(_next_change(candidate, local, opening=True), zone))


def is_open(candidate: Candidate, at: datetime) -> bool | None:
    """Only whether it is open at an instant; None is unknown. Quicker than `openness`."""
    if not candidate.hours:
        return None
    return _open_now(candidate, at.astimezone(zone_of(candidate.timezone)).replace(tzinfo=None))


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


@lru_cache(maxsize=10_000)
def _week(weekly: str) -> Any:
    return OpeningHours(weekly)


def _open_now(candidate: Candidate, local: datetime) -> bool | None:
    weekly = [_week(span.weekly) for span in candidate.hours if _holds(span, local.date())]
    if not any(week.is_open(local) for week in weekly):
        return False
    if candidate.on_holidays == "open" or not is_holiday(local.date()):
        return True
    return False if candidate.on_holidays == "closed" else None


def _holds(span: HoursSpan, day: date) -> bool:
    after = span.valid_from is None or span.valid_from <= day
    return after and (span.valid_to is None or day <= span.valid_to)


def _next_change(candidate: Candidate, local: datetime, *, opening: bool) -> datetime | None:
    """The next local moment at which it opens (or closes); None when there is none soon."""
    moment = local
    last = local + timedelta(days=LOOK_AHEAD_DAYS)
    while moment < last:
        following = _earliest_step(candidate, moment)
        if following is None or following > last:
            return None
        if bool(_open_now(candidate, following)) is opening:
            return following
        moment = following
    return None


def _earliest_step(candidate: Candidate, moment: datetime) -> datetime | None:
    # What may change: the weekly pattern; at midnight also a holiday and the dates of a pattern.
    steps = [_week(span.weekly).next_change(moment) for span in candidate.hours]
    if candidate.on_holidays != "open" or any(s.valid_from or s.valid_to for s in candidate.hours):
        steps.append(_midnight_after(moment))
    known = [step for step in steps if step is not None]
    return min(known, default=None)


def _midnight_after(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), datetime.min.time())


def _aware(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone)
