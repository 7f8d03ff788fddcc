"""Hours of duty: whether somebody is on duty at an instant, and when nobody is.

A shift belongs to the day on which it begins: Sunday 22:00–06:00 ends on Monday morning. A shift
that ends when it begins lasts a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

A_DAY = 24 * 60
A_WEEK = 7 * A_DAY  # minutes
_SOME_MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 (zones of Indonesia have no summer time)


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours of one shift: days 1 (Monday) to 7, local times of a zone."""

    weekdays: str
    begins: time
    ends: time
    timezone: str

    @property
    def minutes(self) -> int:
        """How long the shift is."""
        return (_minutes(self.ends) - _minutes(self.begins) - 1) % A_DAY + 1


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes of the week, from Monday 00:00; `ends` is after `begins` and may lie in the next."""

    begins: int
    ends: int

    @property
    def is_whole_week(self) -> bool:
        """Whether there is never anybody."""
        return self.ends - self.begins >= A_WEEK


def is_on(hours: Hours, moment: datetime) -> bool:
    """Whether a shift is under way at an aware instant."""
    return ends_at(hours, moment) is not None


def ends_at(hours: Hours, moment: datetime) -> datetime | None:
    """When the shift that is under way at an instant ends; None when none is."""
    local = moment.astimezone(ZoneInfo(hours.timezone))
    for back in (0, 1):
        day = local - timedelta(days=back)
        begins = day.replace(
            hour=hours.begins.hour, minute=hours.begins.minute, second=0, microsecond=0
        )
        ends = begins + timedelta(minutes=hours.minutes)
        if str(day.isoweekday()) in hours.weekdays and begins <= local < ends:
            return ends.astimezone(moment.tzinfo)
    return None


def gaps(shifts: Iterable[Hours], timezone: str) -> tuple[Gap, ...]:
    """The parts of the week, in local time of a zone, in which nobody of these is on duty."""
    covered = bytearray(A_WEEK)
    for hours in shifts:
        shift = _offset(timezone) - _offset(hours.timezone)
        for weekday in hours.weekdays:
            begins = (int(weekday) - 1) * A_DAY + _minutes(hours.begins) + shift
            for minute in range(begins, begins + hours.minutes):
                covered[minute % A_WEEK] = 1
    if not any(covered):
        return (Gap(0, A_WEEK),)
    edges = [m for m in range(A_WEEK) if not covered[m] and covered[m - 1]]
    return tuple(Gap(begins, _end_of(covered, begins)) for begins in edges)


def _end_of(covered: bytearray, begins: int) -> int:
    ends = begins
    while not covered[ends % A_WEEK]:
        ends += 1
    return ends


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _offset(timezone: str) -> int:
    offset = ZoneInfo(timezone).utcoffset(_SOME_MONDAY)
    return int(offset.total_seconds() // 60) if offset else 0
