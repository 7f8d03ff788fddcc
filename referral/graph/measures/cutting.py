"""Which single agency, and which single tie, holds parts of the network together."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np
import rustworkx
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from referral.graph.measures.ties import Indexes, Ties, tree_sizes


class Articulation(NamedTuple):
    """An agency without which others lose each other."""

    agency: int
    cut_off: int  # how many agencies are then outside the largest part of what is left


class Bridge(NamedTuple):
    """A tie that is the only one between two parts."""

    one: int
    other: int
    cut_off: int  # agencies of the smaller part


def articulations(ties: Ties) -> tuple[Articulation, ...]:
    """Agencies whose stop would break their part of the network, the worst first.

    Ties are taken without direction. Like networkx's `articulation_points`; how many are cut off
    is what `number of agencies − 1 − largest component left` says within the part.
    """
    if not len(ties):
        return ()
    blocks = rustworkx.biconnected_components(ties.undirected)
    ends = np.fromiter(chain.from_iterable(blocks), np.int64, 2 * len(blocks)).reshape(-1, 2)
    rows = np.column_stack([ends, np.fromiter(blocks.values(), np.int64, len(blocks))])
    own = np.unique(
        np.concatenate([rows[:, [0, 2]], rows[:, [1, 2]]]), axis=0
    )  # which agency is in which block
    agencies, blocks_of = own[:, 0], own[:, 1] + ties.size
    weights = np.zeros(ties.size + int(rows[:, 2].max()) + 1)
    weights[: ties.size] = 1.0
    parents, sums, whole = tree_sizes((agencies, blocks_of), weights)
    in_blocks = np.bincount(agencies, minlength=ties.size)
    found = []
    largest = _largest_child(parents, sums, len(weights))
    for one in np.flatnonzero(in_blocks > 1).tolist():
        rest = whole[one] - sums[one]
        left = max(largest[one], rest)
        found.append(Articulation(one, int(whole[one] - 1 - left)))
    return tuple(sorted(found, key=lambda it: (-it.cut_off, it.agency)))


def _largest_child(
    parents: Indexes, sums: np.ndarray[tuple[int], np.dtype[np.float64]], size: int
) -> list[float]:
    largest = np.zeros(size)
    below = parents >= 0
    np.maximum.at(largest, parents[below], sums[below])
    values: list[float] = largest.tolist()
    return values


def bridges(ties: Ties) -> tuple[Bridge, ...]:
    """Ties without which a part of the network breaks in two, the worst first.

    Ties are taken without direction: two agencies that refer to each other have one tie. Like
    networkx's `bridges`.
    """
    found = sorted(tuple(sorted(edge)) for edge in rustworkx.bridges(ties.undirected))
    if not found:
        return ()
    codes = np.array([one * ties.size + other for one, other in found])
    low, high = ties.pairs
    kept = ~np.isin(low * ties.size + high, codes)
    solid = csr_matrix(
        (np.ones(int(kept.sum())), (low[kept], high[kept])), shape=(ties.size, ties.size)
    )
    number, labels = connected_components(solid, directed=False)
    ends = labels[codes // ties.size].astype(np.int64), labels[codes % ties.size].astype(np.int64)
    weights = np.bincount(labels, minlength=number).astype(float)
    parents, sums, whole = tree_sizes(ends, weights)
    cut = []
    for (one, other), a, b in zip(found, ends[0].tolist(), ends[1].tolist(), strict=True):
        below = a if parents[a] == b else b
        side = sums[below]
        cut.append(Bridge(one, other, int(min(side, whole[below] - side))))
    return tuple(sorted(cut, key=lambda it: (-it.cut_off, it.one, it.other)))
