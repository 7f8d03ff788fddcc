"""Who sends to whom, as columns of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import rustworkx
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

Indexes = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ties:
    """Simple directed ties between agencies 0 to `size` − 1, ordered by sender, then receiver.

    Equal to no other, so that what was measured of it can be kept beside it.

    `sent`: how many persons were sent, as far as that is published (0 where it is not).
    `minutes`: median minutes to a decision; NaN where none are published.
    """

    size: int
    tails: Indexes
    heads: Indexes
    sent: Numbers
    minutes: Numbers

    @classmethod
    def of(cls, size: int, rows: Numbers | Iterable[tuple[int, int, float, float]]) -> Ties:
        """From rows (sender, receiver, sent, minutes). Rows between the same two become one tie:
        what was sent is added up, and of the minutes the shortest known one counts.
        """
        table = rows if isinstance(rows, np.ndarray) else np.array(list(rows), dtype=float)
        table = table.reshape(-1, 4)
        table = table[table[:, 0] != table[:, 1]]
        codes = table[:, 0].astype(np.int64) * size + table[:, 1].astype(np.int64)
        own, at = np.unique(codes, return_inverse=True)
        minutes = np.full(len(own), np.inf)
        np.minimum.at(minutes, at, np.where(np.isnan(table[:, 3]), np.inf, table[:, 3]))
        sent = np.bincount(at, weights=table[:, 2], minlength=len(own)).astype(float)
        known = np.where(np.isinf(minutes), np.nan, minutes)
        return cls(size, own // max(size, 1), own % max(size, 1), sent, known)

    @classmethod
    def between(cls, size: int, pairs: Iterable[tuple[int, int]]) -> Ties:
        """From pairs alone."""
        return cls.of(size, ((tail, head, 0.0, np.nan) for tail, head in pairs))

    def __len__(self) -> int:
        return len(self.tails)

    @cached_property
    def matrix(self) -> Any:
        """Row sends to column: 1.0 for each tie."""
        ones = np.ones(len(self.tails))
        return csr_matrix((ones, (self.tails, self.heads)), shape=(self.size, self.size))

    @cached_property
    def pairs(self) -> tuple[Indexes, Indexes]:
        """The ties without their direction, each once, the smaller number first."""
        low, high = np.minimum(self.tails, self.heads), np.maximum(self.tails, self.heads)
        own = np.unique(low * self.size + high)
        return own // max(self.size, 1), own % max(self.size, 1)

    @cached_property
    def undirected(self) -> Any:
        """The same as rustworkx's graph, node and number alike."""
        graph = rustworkx.PyGraph(multigraph=False)
        graph.add_nodes_from(range(self.size))
        low, high = self.pairs
        graph.extend_from_edge_list(list(zip(low.tolist(), high.tolist(), strict=True)))
        return graph

    def without(self, agency: int) -> Ties:
        """The same when an agency has stopped: it stands there alone."""
        kept = (self.tails != agency) & (self.heads != agency)
        return Ties(
            self.size, self.tails[kept], self.heads[kept], self.sent[kept], self.minutes[kept]
        )


def weak_parts(ties: Ties) -> tuple[int, Indexes]:
    """How many parts there are that no tie joins, and in which each agency is."""
    return _parts(ties, "weak")


def strong_parts(ties: Ties) -> tuple[int, Indexes]:
    """The same for parts within which everybody reaches everybody along the ties."""
    return _parts(ties, "strong")


def _parts(ties: Ties, connection: str) -> tuple[int, Indexes]:
    if not ties.size:
        return 0, np.zeros(0, dtype=np.int64)
    number, labels = connected_components(ties.matrix, directed=True, connection=connection)
    return int(number), labels.astype(np.int64)


def isolates(ties: Ties) -> Indexes:
    """Agencies without any tie."""
    touched = np.zeros(ties.size, dtype=bool)
    touched[ties.tails] = touched[ties.heads] = True
    return np.flatnonzero(~touched)


def core_numbers(ties: Ties) -> Indexes:
    """Of each agency the largest k such that it is one of a group in which everybody is tied to at
    least k others of it.
    """
    numbers: Any = rustworkx.core_number(ties.undirected)
    return np.array([numbers[one] for one in range(ties.size)], dtype=np.int64)


def tree_sizes(
    edges: tuple[Indexes, Indexes], weights: Numbers
) -> tuple[Indexes, Numbers, Numbers]:
    """For a forest: each node's parent (−1 at a root), the weight of what hangs on it with its own,
    and the weight of its whole tree.
    """
    size = len(weights)
    both = np.concatenate(edges), np.concatenate(edges[::-1])
    graph = csr_matrix((np.ones(len(both[0])), both), shape=(size, size))
    labels: Indexes = connected_components(graph, directed=False)[1]
    _own, roots = np.unique(labels, return_index=True)
    # A root above all roots, so that one walk meets every tree.
    above = np.full(len(roots), size)
    ends = np.concatenate([both[0], above]), np.concatenate([both[1], roots])
    rooted = csr_matrix((np.ones(len(ends[0])), ends), shape=(size + 1, size + 1))
    walk: Any = breadth_first_order(rooted, size, directed=True)
    order, before = walk
    sums = np.append(weights.astype(float), 0.0)
    for one in order[:0:-1].tolist():
        sums[before[one]] += sums[one]
    whole = np.bincount(labels, weights=weights, minlength=len(roots))[labels]
    parents = before[:size].astype(np.int64)
    return np.where(parents == size, -1, parents).astype(np.int64), sums[:size], whole.astype(float)
