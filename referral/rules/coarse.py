"""Figures that are said so coarsely that they tell nothing of one person.

A median or a share is not said exactly, but as the steps of a ladder between which it lies, and
would still lie if any one or two of its records were others. So whatever past the hidden counts
might have had (`docs/published.md`), what was said of it is true in each of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

PERSONS = 12  # no figure is said of fewer
PERSONS_OF_TAIL = 60  # nor nine tenths of fewer
OTHERS = 2  # records that might be others
OTHERS_OF_JOURNEYS = 4  # referrals hang on each other there
STEP = 0.05  # of a share
WIDEST_SHARE = 0.4
WIDEST_TIMES = 8.0

# Minutes, up to thirty days.
LADDER = (
    0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960,
    *(1440 * days for days in (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)),
)  # fmt: skip


def steps_around(low: float, high: float) -> tuple[int, int] | None:
    """The steps of the ladder around two numbers of minutes; None where they are too far apart."""
    if high > LADDER[-1]:
        return None
    under = LADDER[bisect_right(LADDER, low) - 1]
    over = LADDER[bisect_left(LADDER, high)]
    return None if over > WIDEST_TIMES * max(under, 5) else (under, over)


def share_around(part: int, whole: int, others: int = OTHERS) -> tuple[float, float] | None:
    """Between which shares the part of a whole lies; None where that says too little."""
    steps = round(1 / STEP)
    low = max((part - others) * steps // whole, 0)
    high = min(-(-(part + others) * steps // whole), steps)
    return None if (high - low) * STEP > WIDEST_SHARE else (low / steps, high / steps)


def middle(low: float, high: float) -> float:
    """One number for drawing, made of the two that are said and of nothing else."""
    return (low + high) / 2
