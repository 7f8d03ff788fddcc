"""How wide a gap is, in which class it is drawn, and which gap is worse: plain numbers.

**Classes.** Five of distance and one of its own for *nobody at all*. The limits are a proposal [P]:
on foot or by one ride, across a city, an hour, an hour and a half, farther. Within 50 km find
prefers who surely fits (`agencies/rules/ranking.py`), so the fourth class ends a little beyond it.

**The worst first.** A gap's score is `loss x demand x people`: the km to the nearest taker (nobody
counts as NOBODY_KM, and nothing counts for more), times how many asked compared with the average
district, times how many live there compared with the average district. What is not known counts
as average, so a district of which nothing is published is neither first nor last for that. A
hidden count (there were some, fewer than five) counts as its middle. A gap over several districts
has the sum of their scores.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

LIMITS_KM = (5.0, 15.0, 30.0, 60.0)
LIMITS_MINUTES = (15.0, 30.0, 60.0, 120.0)
FARTHEST = len(LIMITS_KM)  # the class beyond the last limit
NOBODY = FARTHEST + 1
GAP_FROM_KM = LIMITS_KM[2]  # from here on it is told in words
NOBODY_KM = 200.0
HIDDEN_ABOUT = 2.5  # the middle of 1 to 4


def shade_of(far: float | None, limits: tuple[float, ...] = LIMITS_KM) -> int:
    """The class (0 is nearest) of a distance in km, or a time in minutes; None: nobody at all."""
    return NOBODY if far is None else bisect_left(limits, far)


@dataclass(frozen=True, slots=True)
class Asked:
    """How many asked, as published. `count` None: some, but the number is hidden.

    `or_more`: a sum of which parts are hidden.
    """

    count: int | None
    or_more: bool = False

    @property
    def about(self) -> float:
        """A number to compare with."""
        return HIDDEN_ABOUT if self.count is None else float(self.count)


def summed(parts: Iterable[Asked]) -> Asked | None:
    """Several counts together; None when there are none."""
    known = list(parts)
    if not known:
        return None
    numbers = [one.count for one in known if one.count is not None]
    hidden = any(one.count is None or one.or_more for one in known)
    return Asked(sum(numbers) if numbers else None, hidden and bool(numbers))


def loss_km(km: float | None) -> float:
    """The km that count; None is nobody."""
    return NOBODY_KM if km is None else min(km, NOBODY_KM)


@dataclass(frozen=True, slots=True)
class Averages:
    """Of the districts of which it is known: how many ask for the need, how many live there."""

    asked: float | None = None
    people: float | None = None


def score(km: float | None, asked: Asked | None, people: int | None, averages: Averages) -> float:
    """How bad a gap in one district is; see above."""
    demand = _share(None if asked is None else asked.about, averages.asked, and_one=True)
    return loss_km(km) * demand * _share(people, averages.people)


def _share(value: float | None, average: float | None, *, and_one: bool = False) -> float:
    """How many times the average; 1 where either is unknown. One more on both sides lets districts
    in which nobody asked yet keep something.
    """
    if value is None or average is None:
        return 1.0
    more = 1.0 if and_one else 0.0
    return (value + more) / (average + more) if average + more else 1.0


def average(values: Iterable[float]) -> float | None:
    """The mean; None of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else None


def is_gap(km: float | None) -> bool:
    """Whether it is far enough to be told."""
    return km is None or km >= GAP_FROM_KM


def is_worse(km: float | None, usual: float | None) -> bool:
    """Whether a kind of person is a class worse off than whoever it may be."""
    return shade_of(km) > shade_of(usual)
