"""HSDS schedule rows as weekly hours that can be evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from agencies.models import Schedule
from agencies.rules.candidate import HoursSpan

DAYS = {"MO": "Mo", "TU": "Tu", "WE": "We", "TH": "Th", "FR": "Fr", "SA": "Sa", "SU": "Su"}
EVERY_DAY = "Mo-Su"


class Stated(Protocol):
    """A row of hours: a `Schedule`, or its columns."""

    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def freq(self) -> str | None: ...
    @property
    def interval(self) -> int | None: ...
    @property
    def byday(self) -> str | None: ...
    @property
    def opens_at(self) -> str | None: ...
    @property
    def closes_at(self) -> str | None: ...


def first_stated(*choices: Sequence[Schedule]) -> Sequence[Schedule]:
    """The hours of the offer, else of the location, else of the service."""
    return next((rows for rows in choices if rows), ())


def weekly_hours(rows: Iterable[Stated]) -> tuple[HoursSpan, ...]:
    """The rows that say weekly hours, grouped by the dates between which they hold.

    A row of another rhythm (monthly, every second week) is kept for people to read; guessing
    from it would send somebody to a closed door, so one such row makes the hours unknown.
    """
    spans: dict[tuple[object, object], list[str]] = {}
    for row in rows:
        rule = _rule(row)
        if rule is None:
            return ()
        spans.setdefault((row.valid_from, row.valid_to), []).append(rule)
    return tuple(
        HoursSpan("; ".join(_merged(rules)), first, last)  # type: ignore[arg-type]
        for (first, last), rules in spans.items()
    )


def _rule(row: Stated) -> str | None:
    if row.freq not in (None, "WEEKLY", "DAILY") or (row.interval or 1) != 1:
        return None
    if not row.opens_at or not row.closes_at:
        return None
    days = [DAYS.get(day.strip().upper()) for day in (row.byday or "").split(",") if day.strip()]
    if None in days:
        return None
    when = ",".join(str(day) for day in days) or EVERY_DAY
    return f"{when} {row.opens_at[:5]}-{row.closes_at[:5]}"


def _merged(rules: list[str]) -> list[str]:
    # In OpenStreetMap syntax a later rule for a day replaces an earlier one; intervals of one
    # day must stand in one rule: `Mo 08:00-12:00,13:00-16:00`.
    intervals: dict[str, list[str]] = {}
    for rule in rules:
        days, times = rule.split(" ", 1)
        for day in _each(days):
            intervals.setdefault(day, []).append(times)
    same: dict[str, list[str]] = {}
    for day in DAYS.values():
        if day in intervals:
            same.setdefault(",".join(sorted(set(intervals[day]))), []).append(day)
    return [f"{','.join(days)} {times}" for times, days in same.items()]


def _each(days: str) -> list[str]:
    return list(DAYS.values()) if days == EVERY_DAY else days.split(",")
