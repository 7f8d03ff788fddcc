"""What pools tell of a party, by slot, and what follows from it while no figure ages.

Kept is when figures were said, which does not change. Whether they are too old changes with the
hour, but only in the moment in which one of them grows too old: until then a verdict stands.
"""

from __future__ import annotations

from math import inf, isnan, nan
from typing import NamedTuple

import numpy as np

from agencies.queries.find.shelves.worth import (
    ASKED,
    FAILED,
    FITTING,
    SILENT,
    UNASKED,
    Column,
    Floats,
    Slots,
)
from agencies.rules.candidate import Candidate
from agencies.rules.facts import BedsAsked


class _Verdicts(NamedTuple):
    """What follows for every slot from `since` on, that not included, and until then."""

    worth: Column
    since: float
    until: float


class Figures:
    """When pools were said that have room for a party, and the oldest that concern it.

    Seconds since 1970: +inf where no place is asked for or none concerns them, -inf where no figure
    has room or none was ever said; NaN in `enough` where nobody looked yet.
    """

    def __init__(self, enough: Floats, oldest: Floats) -> None:
        self._enough, self._oldest = enough, oldest
        self._verdicts: _Verdicts | None = None

    @classmethod
    def of(cls, size: int) -> Figures:
        """Nobody looked yet."""
        return cls(np.full(size, nan), np.full(size, inf))

    def without(self, slots: Slots) -> Figures:
        """The same, nothing known of some slots."""
        enough = self._enough.copy()
        enough[slots] = nan
        return Figures(enough, self._oldest.copy())

    def worth(self, earliest: float) -> Column:
        """What each slot is worth to whoever trusts no figure said before `earliest`, in seconds
        since 1970; UNASKED where nobody looked yet.
        """
        kept = self._verdicts
        if kept is None or not kept.since < earliest <= kept.until:
            kept = self._verdicts = self._judged(earliest)
        return kept.worth

    def looked(self, slots: list[int], known: list[Candidate | None], asked: BedsAsked) -> Column:
        """The same after a look at the pools in some slots, all of them in memory."""
        for slot in slots:
            candidate = known[slot]
            if candidate is None or not isnan(self._enough[slot]):
                continue
            # The other one first: whoever sees that one is known takes both.
            newest, self._oldest[slot] = _told(candidate, asked)
            self._enough[slot] = newest
        kept = self._verdicts = self._judged(asked.earliest.timestamp())
        return kept.worth

    def _judged(self, earliest: float) -> _Verdicts:
        enough, oldest = self._enough.copy(), self._oldest.copy()
        worth = np.where(oldest < earliest, ASKED, FAILED).astype(np.int32)
        worth[enough >= earliest] = FITTING
        worth[enough == inf] = SILENT
        worth[np.isnan(enough)] = UNASKED
        said = np.concatenate((enough, oldest))
        before, after = said[said < earliest], said[said >= earliest]
        return _Verdicts(worth, before.max(initial=-inf), after.min(initial=inf))


def _told(candidate: Candidate, asked: BedsAsked) -> tuple[float, float]:
    if not candidate.is_roof:
        return inf, inf
    if not candidate.pools:
        return -inf, -inf
    enough, oldest = asked.look(candidate.pools)
    return (
        -inf if enough is None else enough.timestamp(),
        inf if oldest is None else oldest.timestamp(),
    )
