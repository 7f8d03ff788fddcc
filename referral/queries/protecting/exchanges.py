"""What would change if records were a little different: the ground of every proof here.

An *exchange* makes another possible past of the true one: two records swap some of their columns,
one takes some columns of another, or there is one record more. If every number that is shown
stays the same and a hidden one does not, then nobody who sees what is shown can tell which of the
two was the past: the hidden number cannot be worked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from referral.queries.protecting.cells import Bools, Cells, Layout
from referral.queries.protecting.records import Ints, Records
from referral.rules.tables import NEEDS, Bundle

Floats = NDArray[np.float64]
NAME = 15.0  # what is lost when it is not said of a hidden cell that it holds somebody


class Way(Enum):
    """How two records are made different."""

    SWAP = "swap"  # each takes the columns of the other
    COPY = "copy"  # the first takes those of the second
    ADD = "add"  # there is one more like the first


@dataclass(frozen=True, slots=True)
class Changes:
    """The exchanges that can be and that cost little enough: which of those that were asked for
    (`rows`), what would have to be hidden for each, which cells it changes (their numbers,
    -1 for none), and which of them could no more be said to hold somebody."""

    rows: Ints
    cost: Floats
    cells: Ints
    emptied: Ints


@dataclass(frozen=True, slots=True)
class _Judged:
    """Of exchanges in one table: whether they can be, their price, and as in `Changes`."""

    fine: Bools
    price: Floats
    cells: Ints
    emptied: Ints


@dataclass(frozen=True, slots=True)
class Pairs:
    """Exchanges of a bundle of columns between two records each."""

    first: Ints
    second: Ints
    bundle: Bundle
    way: Way

    def only(self, rows: Ints) -> Pairs:
        """Some of them."""
        return Pairs(self.first[rows], self.second[rows], self.bundle, self.way)


def changes_of(cells: Cells, pairs: Pairs, below: Floats, dear: float = np.inf) -> Changes:
    """Look at exchanges; those that cost as much as `below` says of each are dropped.

    `dear`: what tables of more than this weight show must stay. The heaviest tables are looked at
    first, so that most exchanges are dropped before the many fine cells are looked up.
    """
    live = np.nonzero(_may_be(cells.records, pairs))[0]
    cost = np.zeros(len(live))
    moved: list[tuple[Ints, Ints]] = []
    emptied: list[tuple[Ints, Ints]] = []
    for layout in cells.heaviest_first:
        if pairs.way is not Way.ADD and not layout.parts & pairs.bundle.columns:
            continue
        rows, keys, nets = _in_table(cells, layout, pairs.only(live))
        if not len(rows):
            continue
        judged = _judged(cells, layout, keys, nets, dear)
        cost[rows] += judged.price
        stays = cost < below[live]
        stays[rows] &= judged.fine
        moved.append((live[rows], judged.cells))
        if layout.table.names:
            emptied.append((live[rows], judged.emptied))
        live, cost = live[stays], cost[stays]
        if not len(live):
            break
    size = len(pairs.first)
    return Changes(live, cost, _laid_out(size, live, moved), _laid_out(size, live, emptied))


def _laid_out(size: int, live: Ints, parts: list[tuple[Ints, Ints]]) -> Ints:
    """The cells of each exchange, beside each other; of those that were not dropped."""
    place = np.full(size, -1, np.int64)
    place[live] = np.arange(len(live))
    width = sum(len(numbers) for _rows, numbers in parts)
    found = np.full((len(live), width), -1, np.int64)
    at = 0
    for rows, numbers in parts:
        here = np.nonzero(place[rows] >= 0)[0]
        found[place[rows[here]], at : at + len(numbers)] = numbers[:, here].T
        at += len(numbers)
    return found


def _may_be(records: Records, pairs: Pairs) -> Bools:
    first, second, bundle, way = pairs.first, pairs.second, pairs.bundle, pairs.way
    fine = np.ones(len(first), bool)
    if way is Way.ADD:
        return fine
    for name in bundle.same:
        fine &= records.columns[name][first] == records.columns[name][second]
    one, other = records.apart or ("", "")
    if (one in bundle.columns) == (other in bundle.columns):
        return fine
    taken, kept = (one, other) if one in bundle.columns else (other, one)
    take, keep = records.columns[taken], records.columns[kept]
    fine &= take[second] != keep[first]
    if way is Way.SWAP:
        fine &= take[first] != keep[second]
    return fine


def _in_table(cells: Cells, layout: Layout, pairs: Pairs) -> tuple[Ints, Ints, Ints]:
    """The pairs that change something in a table, and the cells and differences of each (below
    each other)."""
    first, second, way = pairs.first, pairs.second, pairs.way
    records, goes = cells.records, pairs.bundle.columns
    stays = layout.parts - goes
    members = records.members[layout.table.each] if layout.table.each else None
    kept, gives = layout.part(records, stays, first), layout.part(records, goes, first)
    if way is Way.ADD:
        return _netted(np.arange(len(first)), [(gives + kept, first, 1)], members)
    gets = layout.part(records, goes, second)
    differs = gives != gets
    swaps_needs = NEEDS in goes
    if swaps_needs and members is not None:
        differs = differs | (members[first] != members[second]).any(axis=1)
    rows = np.nonzero(differs)[0]
    one, two = (second, first) if swaps_needs else (first, second)
    parts = [(gives + kept, first, -1), (gets + kept, one, 1)]
    if way is Way.SWAP:
        waits = layout.part(records, stays, second)
        parts += [(gets + waits, second, -1), (gives + waits, two, 1)]
    return _netted(rows, parts, members)


def _netted(
    rows: Ints, parts: list[tuple[Ints, Ints, int]], members: Ints | None
) -> tuple[Ints, Ints, Ints]:
    """Sum what is added to and taken from the same cell; each cell is named once."""
    keys: list[Ints] = []
    nets: list[Ints] = []
    for base, whose, sign in parts:
        key = base[rows]
        several = [key] if members is None else _with_each(key, members[whose[rows]])
        keys += several
        nets += [np.where(one >= 0, sign, 0) for one in several]
    for at, key in enumerate(keys):
        for before in range(at):
            moved = np.where(key == keys[before], nets[at], 0)
            nets[before] += moved
            nets[at] -= moved
    return rows, np.stack(keys), np.stack(nets)


def _with_each(base: Ints, several: Ints) -> list[Ints]:
    return [np.where(one >= 0, base + one, -1) for one in several.T]


def _judged(cells: Cells, layout: Layout, keys: Ints, nets: Ints, dear: float) -> _Judged:
    """Whether what was said would still be true, once what has a price is hidden or unsaid.

    A hidden cell of which that was told still holds somebody; an empty one of an open table stays
    empty.
    """
    moved = nets != 0
    numbers = np.full(keys.shape, -1, np.int64)
    numbers[moved] = layout.numbers(keys[moved])
    there = numbers >= 0
    shown = there & ~cells.hidden[numbers]
    after = cells.count[numbers] + nets
    emptied = there & cells.told[numbers] & (after == 0)
    fine = np.where(
        there,
        (after >= 0) & ~(emptied & (not layout.table.names)) & ~(shown & cells.frozen[numbers]),
        ((nets > 0) & ~layout.is_known_empty(keys)) | ~moved,
    )
    weight = np.inf if layout.table.weight > dear else cells.weight[numbers]
    every: Bools = np.asarray(fine.all(axis=0), bool)
    price = np.where(shown, weight, 0.0) + np.where(emptied, NAME, 0.0)
    return _Judged(
        every,
        np.asarray(price.sum(axis=0), np.float64),
        numbers,
        np.where(emptied, numbers, -1),
    )
