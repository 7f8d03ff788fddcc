"""Seasons: when more or fewer people come, and when agencies answer more slowly."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
# First day of Ramadan and of Lebaran as Indonesia kept or expects them.
RAMADAN = (
    (date(2024, 3, 12), date(2024, 4, 10)),
    (date(2025, 3, 1), date(2025, 3, 31)),
    (date(2026, 2, 19), date(2026, 3, 21)),
    (date(2027, 2, 8), date(2027, 3, 10)),
    (date(2028, 1, 28), date(2028, 2, 27)),
)


@dataclass(frozen=True, slots=True)
class Season:
    """Days on which people come, and answers take, so many times as much as usual."""

    name: str
    first: date
    last: date
    demand: float
    delay: float

    def as_truth(self) -> dict[str, Any]:
        """As the file of the truth keeps it."""
        return {**asdict(self), "first": self.first.isoformat(), "last": self.last.isoformat()}


def seasons_between(first: date, last: date) -> tuple[Season, ...]:
    """The seasons of a time, by their first days."""
    found = []
    for year in range(first.year, last.year + 1):
        found += [
            Season("floods", date(year, 1, 10), date(year, 2, 20), 1.4, 1.2),
            Season("school holidays", date(year, 6, 20), date(year, 7, 10), 1.2, 1.0),
            Season("16 days against violence", date(year, 11, 25), date(year, 12, 10), 1.3, 1.0),
        ]
    for fasting, feast in RAMADAN:
        found += [
            Season("Ramadan", fasting, feast - DAY, 0.85, 1.4),
            Season("Lebaran", feast, feast + 6 * DAY, 0.7, 2.5),
            Season("after Lebaran", feast + 7 * DAY, feast + 20 * DAY, 1.4, 1.1),
        ]
    kept = [season for season in found if season.first <= last and season.last >= first]
    return tuple(sorted(kept, key=lambda season: (season.first, season.name)))


def demand_on(day: date, seasons: tuple[Season, ...]) -> float:
    """How many times as many people as usual come on a day."""
    factor = 1.0 if day.isoweekday() <= 5 else 0.7
    for season in seasons:
        if season.first <= day <= season.last:
            factor *= season.demand
    return factor


def delay_on(day: date, seasons: tuple[Season, ...]) -> float:
    """How many times as long as usual an answer takes on a day."""
    factor = 1.0
    for season in seasons:
        if season.first <= day <= season.last:
            factor *= season.delay
    return factor
