"""Whom an agency reaches along the ties: nobody, exactly one, or a choice; and how far it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from referral.graph.measures.ties import Indexes, Numbers, Ties, strong_parts

NOBODY = -1  # no provider is reached
SEVERAL = -2  # more than one is


class Reach(NamedTuple):
    """The first and the last provider that each row reaches, by number; one if they are the same.

    `first` is larger than every number and `last` is −1 where nobody is reached.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]

    def only(self) -> NDArray[np.int32]:
        """The one provider that is reached; `NOBODY` or `SEVERAL` where it is not exactly one."""
        found = np.where(self.first == self.last, self.first, SEVERAL)
        return np.where(self.last < 0, NOBODY, found).astype(np.int32)


def reach(ties: Ties, meets: NDArray[np.bool_]) -> Reach:
    """Which providers every agency reaches in any number of steps, itself included.

    `meets`: a row for each agency, a column for each need (of each kind of person). The smallest
    and the largest number of what is reached are handed back along the ties, between parts whose
    agencies all reach each other, until nothing changes: once for each step of the longest chain.
    """
    size, columns = meets.shape
    rows = np.arange(size, dtype=np.int32)[:, None]
    first = np.where(meets, rows, np.int32(size)).astype(np.int32)
    last = np.where(meets, rows, np.int32(-1)).astype(np.int32)
    number, parts = strong_parts(ties)
    low = np.full((number, columns), size, dtype=np.int32)
    high = np.full((number, columns), -1, dtype=np.int32)
    if not size or not columns:
        return Reach(first, last)
    order = np.argsort(parts, kind="stable")
    starts = np.flatnonzero(np.diff(parts[order], prepend=-1))
    low[parts[order][starts]] = np.minimum.reduceat(first[order], starts, axis=0)
    high[parts[order][starts]] = np.maximum.reduceat(last[order], starts, axis=0)
    _hand_back(_between(ties, parts, number), low, high)
    return Reach(low[parts], high[parts])


def _between(ties: Ties, parts: Indexes, number: int) -> tuple[Indexes, Indexes]:
    tails, heads = parts[ties.tails], parts[ties.heads]
    own = np.unique((tails * number + heads)[tails != heads])
    return own // max(number, 1), own % max(number, 1)


def _hand_back(
    steps: tuple[Indexes, Indexes], low: NDArray[np.int32], high: NDArray[np.int32]
) -> None:
    tails, heads = steps  # ordered by tails
    moved = np.ones(len(low), dtype=bool)
    while True:
        news = moved[heads]  # only what changed is handed back again
        if not news.any():
            return
        some, of = tails[news], heads[news]
        starts = np.flatnonzero(np.diff(some, prepend=-1))
        at = some[starts]
        lower = np.minimum(low[at], np.minimum.reduceat(low[of], starts, axis=0))
        higher = np.maximum(high[at], np.maximum.reduceat(high[of], starts, axis=0))
        moved[:] = False
        moved[at] = ((lower < low[at]) | (higher > high[at])).any(axis=1)
        low[at], high[at] = lower, higher


def least_minutes(ties: Ties, minutes: Numbers, meeting: Indexes) -> Numbers:
    """Of each agency the shortest way to one that meets a need, in minutes along the ties.

    `minutes`: of each tie, above 0. 0 for those that meet it themselves, infinite where nobody is
    reached.
    """
    if not len(meeting):
        return np.full(ties.size, np.inf)
    back = csr_matrix((minutes, (ties.heads, ties.tails)), shape=(ties.size, ties.size))
    found: Numbers = dijkstra(back, indices=meeting, min_only=True)
    return found
