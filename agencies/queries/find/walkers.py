"""What a walk has met so far: the first ones in order, and when nobody farther can enter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from agencies.queries.find.near import EVERYWHERE, Screened
from agencies.rules.candidate import Candidate
from agencies.rules.question import Question
from agencies.rules.ranking import FEWEST_NEAR_MISSES, Head, head, tail

NEAR_MISSES_WITHIN_KM = 10.0
Found = tuple[Head, Candidate, float | None, int]  # with the slot on its shelf
_by_head: Callable[[Found], Head] = itemgetter(0)


@dataclass(slots=True)
class Walkers:
    """What was found so far, best first, and whether anything farther could still enter."""

    question: Question
    wanted: tuple[frozenset[str], ...]
    limit: int
    fits: list[Found] = field(default_factory=list)
    misses: list[Found] = field(default_factory=list)
    last_miss_km: float = EVERYWHERE  # beyond which no further near miss can be shown

    def settle(self) -> None:
        """Keep the first ones and their equals: nobody else can be shown."""
        self.fits = first_ones(self.fits, self.limit)
        # Of several needs a farther one may be nearer to what was asked.
        if len(self.wanted) == 1 and len(self.misses) >= self.most_misses():
            self.misses = first_ones(self.misses, self.most_misses())
            self.last_miss_km = self.misses[-1][0][2]

    def most_misses(self) -> int:
        """How many near misses are shown."""
        return max(FEWEST_NEAR_MISSES, self.limit - len(self.fits))

    def is_done(self, step: Screened) -> bool:
        """Whether no offer beyond what the step has seen can change the answer."""
        self.settle()
        if step.seen_km == EVERYWHERE:
            return True
        if len(self.fits) < self.limit:
            return False
        beyond = round(step.seen_km, 1)
        if self.fits[self.limit - 1][0] >= head(len(self.wanted), sure=True, shown_km=beyond):
            return False
        return self.horizon() < beyond or self._has_misses_before(beyond)

    def _has_misses_before(self, beyond: float) -> bool:
        """Whether there are already as many near misses as are shown, all before any beyond."""
        best_beyond = head(len(self.wanted), sure=False, shown_km=beyond)
        return sum(miss[0] < best_beyond for miss in self.misses) >= FEWEST_NEAR_MISSES

    def horizon(self) -> float:
        """How far out a near miss still says something: to the last result, at least 10 km."""
        if len(self.fits) < self.limit:
            return EVERYWHERE
        return max(NEAR_MISSES_WITHIN_KM, *(found[0][2] for found in self.fits[: self.limit]))


def best(found: list[Found], limit: int, question: Question) -> list[Found]:
    """The first `limit` in order; the whole key is made only for those that can be among them."""
    ordered: list[Found] = []
    for _, equals in groupby(first_ones(found, limit), _by_head):
        group = list(equals)
        if len(group) > 1:
            group.sort(key=lambda one: tail(one[1], question))
        ordered += group
    return ordered[:limit]


def first_ones(found: list[Found], limit: int) -> list[Found]:
    """The first `limit` by what is known at once, and all equals of the last, sorted."""
    ordered = sorted(found, key=_by_head)
    if len(ordered) <= limit:
        return ordered
    return ordered[: bisect_right(ordered, ordered[limit - 1][0], key=_by_head)]
