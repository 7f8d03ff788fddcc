"""How many agencies would have to stop until nobody of a district reaches a need any more.

The largest flow from all agencies that ask to all that meet the need, where every agency on the way
lets one unit through, is as large as the smallest such group (Menger); what is saturated when it is
reached is the group. Ties let everything through, so agencies are cut and never lines.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from referral.graph.measures.ties import Indexes, Ties


class Cut(NamedTuple):
    """The smallest group of agencies whose stop cuts a district off from a need.

    Empty where nothing is reached in the first place. `through`: which of them only pass on, and
    do not meet the need themselves.
    """

    agencies: tuple[int, ...]
    through: tuple[int, ...]


def least_cut(
    ties: Ties, asking: Collection[int], meeting: Collection[int], fixed: Collection[int] = ()
) -> Cut:
    """The cut between agencies that ask and agencies that meet a need, along the ties.

    Who asks without meeting the need cannot be cut: there the people are. Nor can `fixed`, which
    are no agencies (the common knots of declared routes). Who asks and meets the need itself is
    one of those whose stop counts. Among several smallest groups it is the one nearest to the
    askers; each is as large as networkx's `minimum_node_cut` between the same two.
    """
    if not asking or not meeting:
        return Cut((), ())
    graph, source = _split(ties, asking, meeting, fixed)
    result = maximum_flow(graph, source, source + 1)
    left = graph - result.flow
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    reached = np.zeros(graph.shape[0], dtype=bool)
    reached[breadth_first_order(left, source, return_predecessors=False)] = True
    size = ties.size
    cut = tuple(np.flatnonzero(reached[:size] & ~reached[size : 2 * size]).tolist())
    meets = set(meeting)
    return Cut(cut, tuple(one for one in cut if one not in meets))


def _split(
    ties: Ties, asking: Collection[int], meeting: Collection[int], fixed: Collection[int]
) -> tuple[csr_matrix, int]:
    """Every agency as a way in (0 to n − 1) and a way out (n to 2n − 1), then source and sink."""
    size = ties.size
    source, sink, much = 2 * size, 2 * size + 1, size + 1
    through = np.ones(size, dtype=np.int32)
    through[_array(fixed)] = much
    meets = np.zeros(size, dtype=bool)
    meets[_array(meeting)] = True
    asks = _array(asking)
    through[asks[~meets[asks]]] = much
    every = np.arange(size)
    tails = (every, ties.tails + size, np.full(len(asks), source), np.flatnonzero(meets) + size)
    heads = (every + size, ties.heads, asks, np.full(int(meets.sum()), sink))
    wide = sum(len(part) for part in tails) - size
    room = np.concatenate([through, np.full(wide, much, dtype=np.int32)])
    ends = np.concatenate(tails), np.concatenate(heads)
    return csr_matrix((room, ends), shape=(sink + 1, sink + 1), dtype=np.int32), source


def _array(some: Collection[int]) -> Indexes:
    return np.array(sorted(set(some)), dtype=np.int64)
