"""Gatekeepers: through how many shortest ways between others an agency stands (betweenness).

Brandes' sums for many starts at once, as products of the network's matrix with a block of columns,
one step of all walks at a time. Exact; about as quick as rustworkx on one core, and unlike it in
parts, so that it can say how far it is, and without holding up whoever else works in the process
(scipy's products do not keep the interpreter's lock).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from referral.graph.measures.ties import Indexes, Numbers, Ties

AT_ONCE = 16  # starts in one block: what is worked on stays in the processor's cache
FEW_ROWS = 3  # from a third of all rows on, all of them at once are quicker

Progress = Callable[[int, int], object]  # how many starts are done, of how many


def betweenness(
    ties: Ties,
    *,
    starts: Sequence[int] | None = None,
    normalised: bool = True,
    threads: int = 1,
    progress: Progress | None = None,
) -> Numbers:
    """Of each agency the share of shortest directed ways between two others that lead through it.

    `starts`: only ways that begin there (a sample, or each once); `normalised`: divided by
    (n − 1)(n − 2), as networkx does. `progress` is told after every block; what it raises ends
    the work.
    """
    chosen = np.arange(ties.size) if starts is None else np.asarray(starts, dtype=np.int64)
    forward, total, done = ties.matrix, np.zeros(ties.size), 0
    for begun, sums in _blocks(forward, chosen, threads):
        total += sums
        done += begun
        if progress is not None:
            progress(done, len(chosen))
    pairs = (ties.size - 1) * (ties.size - 2)
    return total / pairs if normalised and pairs > 0 else total


def _blocks(forward: Any, chosen: Indexes, threads: int) -> Iterator[tuple[int, Numbers]]:
    blocks = [chosen[at : at + AT_ONCE] for at in range(0, len(chosen), AT_ONCE)]
    backward = forward.T.tocsr()
    if threads < 2:
        for block in blocks:
            yield len(block), _dependencies(forward, backward, block)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="betweenness") as pool:
        # A few ahead of what was taken: whoever stops waits for these alone.
        for at in range(0, len(blocks), threads * 4):
            some = blocks[at : at + threads * 4]
            sums = pool.map(lambda block: _dependencies(forward, backward, block), some)
            for block, one in zip(some, sums, strict=True):
                yield len(block), one


def _dependencies(forward: Any, backward: Any, starts: Indexes) -> Numbers:
    """What all ways from some starts say of every agency.

    Forwards each level of the walk counts the shortest ways to whoever is reached then; backwards
    each shares out what hangs on it by these counts.
    """
    size, width = forward.shape[0], len(starts)
    ones, columns = np.ones(width), np.arange(width)
    ways = np.zeros((size, width))
    ways[starts, columns] = 1.0
    unseen = 1.0 - ways
    level = _level(ways, np.unique(starts))
    levels = []
    while level.ways.any():
        levels.append(level)
        ways = _step(forward, backward, level)
        ways *= unseen
        reached: Indexes = np.flatnonzero(ways @ ones)  # quicker than any(axis=1)
        level = _level(ways, reached)
        unseen[level.rows] *= level.ways == 0.0
    return _shared_out(forward, levels, size, ones)


class _Level(NamedTuple):
    """Who is reached at one step of the walks: rows of agencies, columns of starts."""

    rows: Indexes | slice
    ways: Numbers


def _level(ways: Numbers, reached: Indexes) -> _Level:
    if len(reached) * FEW_ROWS < len(ways):
        return _Level(reached, ways[reached])
    return _Level(slice(None), ways)


def _step(forward: Any, backward: Any, level: _Level) -> Numbers:
    """Ways of the next level: those of whoever sends to it, added up."""
    whole = isinstance(level.rows, slice)
    some = backward if whole else forward[level.rows].T
    return np.asarray(some @ level.ways)


def _shared_out(forward: Any, levels: list[_Level], size: int, ones: Numbers) -> Numbers:
    total = np.zeros(size)
    hangs: Numbers | None = None
    for depth in range(len(levels) - 1, 0, -1):
        level, before = levels[depth], levels[depth - 1]
        share = np.zeros_like(level.ways)
        # Nobody's way counts nothing: its reciprocal is zero and not infinite.
        np.divide(1.0 if hangs is None else 1.0 + hangs, level.ways, share, where=level.ways > 0.0)
        some = forward if isinstance(before.rows, slice) else forward[before.rows]
        hangs = some @ _whole(level.rows, share, size)
        hangs *= before.ways
        if depth > 1:
            total[before.rows] += hangs @ ones
    return total


def _whole(rows: Indexes | slice, values: Numbers, size: int) -> Numbers:
    if isinstance(rows, slice):
        return values
    whole = np.zeros((size, values.shape[1]))
    whole[rows] = values
    return whole
