"""The fixed periods for which counts are published: calendar quarters and calendar years.

Nobody chooses a period: two that overlap by a day, subtracted, would be a count of one day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SPELT = re.compile(r"(2\d{3})(?:-Q([1-4]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar year, or a quarter of it (1 to 4; 0: the whole year), in the house's time zone."""

    year: int
    quarter: int = 0

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def quarters(self) -> tuple[Period, ...]:
        """The quarters of a year; of a quarter, itself."""
        return (self,) if self.quarter else tuple(Period(self.year, n) for n in (1, 2, 3, 4))

    def begins(self, zone: ZoneInfo) -> datetime:
        """The first instant, in UTC."""
        month = 3 * self.quarter - 2 if self.quarter else 1
        return datetime(self.year, month, 1, tzinfo=zone).astimezone(UTC)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first instant after it, in UTC."""
        last = self.quarter in (0, 4)
        year, month = (self.year + 1, 1) if last else (self.year, 3 * self.quarter + 1)
        return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)

    def closes(self, zone: ZoneInfo, grace: timedelta) -> datetime:
        """From when on it may be published: what was sent on its last day has been answered."""
        return self.ends(zone) + grace


def read_period(text: str) -> Period:
    """`2026` or `2026-Q3`; `ValueError` for anything else."""
    found = _SPELT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no period: write 2026 or 2026-Q3")
    return Period(int(found[1]), int(found[2] or 0))


def closed_periods(
    first: datetime, moment: datetime, *, zone: ZoneInfo, grace: timedelta
) -> tuple[Period, ...]:
    """The periods from an instant on that are closed by a moment: each quarter before its year."""
    found = [
        period
        for year in range(first.astimezone(zone).year, moment.astimezone(zone).year + 1)
        for period in (*Period(year).quarters, Period(year))
    ]
    return tuple(
        period
        for period in found
        if period.ends(zone) > first and period.closes(zone, grace) <= moment
    )


def newest_first(periods: list[Period]) -> list[Period]:
    """As people read them: the later first, a year before its quarters."""
    return sorted(periods, key=lambda one: (-one.year, one.quarter and 1, -one.quarter))
