"""Nights without a free emergency place (domain.md §4.2, no. 25): when one looks, and the months.

A night is called by the day on which it begins. It is looked at once, at 22:00 of the house's time
zone; where the worker was away then, until 4:00. A night at which nobody looked is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agencies.rules.needs import ACCESSIBLE, MEN, MOTHER_AND_CHILD, TONIGHT

FROM_HOUR, TO_HOUR = 22, 4  # of the local day, and of the next
DAY = timedelta(days=1)

# For whom it is looked: whoever it may be, and those for whom there are fewest places. A home for
# a longer stay is no emergency place (domain.md §5: S2 is *mendesak*).
LOOKED_FOR = (TONIGHT, MEN, MOTHER_AND_CHILD, ACCESSIBLE)


def night_at(moment: datetime, zone: ZoneInfo) -> date | None:
    """The night that is looked at in this hour; None between 4:00 and 22:00."""
    local = moment.astimezone(zone)
    if local.hour >= FROM_HOUR:
        return local.date()
    return local.date() - DAY if local.hour < TO_HOUR else None


def month_of(night: date) -> date:
    """The first day of its month."""
    return night.replace(day=1)


def bit_of(night: date) -> int:
    """The night in the number that stands for a month."""
    return 1 << (night.day - 1)


def months_between(first: date, end: date) -> Iterator[tuple[date, int]]:
    """The months of the nights from `first` until before `end`, each with the bits of those."""
    month = month_of(first)
    while max(first, month) < end:
        following = month_of(month + 31 * DAY)
        begins, ends = max(first, month), min(end, following)
        yield month, _below((ends - month).days) & ~_below((begins - month).days)
        month = following


def _below(days: int) -> int:
    return (1 << days) - 1
