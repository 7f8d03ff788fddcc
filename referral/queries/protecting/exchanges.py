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


class Way(Enum):
    """How two records are made different."""

    SWAP = "swap"  # each takes the columns of the other
    COPY = "copy"  # the first takes those of the second
    ADD = "add"  # there is one more like the first


@dataclass(frozen=True, slots=True)
class Changes:
    """Of each exchange: whether it can be, what would have to be hidden for it, and which cells
    it changes (their numbers, -1 for none)."""

    possible: Bools
    cost: NDArray[np.float64]
    cells: Ints


def changes_of(cells: Cells, first: Ints, second: Ints, bundle: Bundle, way: Way) -> Changes:
    """Look at exchanges of a bundle of columns between records, one pair in each row."""
    possible = _may_be(cells.records, first, second, bundle, way)
    cost = np.zeros(len(first))
    changed = [np.full((len(first), 1), -1, np.int64)]
    for layout in cells.layouts:
        if way is not Way.ADD and not layout.parts & bundle.columns:
            continue
        rows, numbers, nets = _in_table(cells, layout, first, second, bundle, way)
        if not len(rows):
            continue
        fine, price = _judged(cells, layout, numbers, nets)
        possible[rows] &= fine
        cost[rows] += price
        here = np.full((len(first), numbers.shape[1]), -1, np.int64)
        here[rows] = np.where(nets != 0, numbers, -1)
        changed.append(here)
    return Changes(possible, cost, np.hstack(changed))


def _may_be(records: Records, first: Ints, second: Ints, bundle: Bundle, way: Way) -> Bools:
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


def _in_table(
    cells: Cells, layout: Layout, first: Ints, second: Ints, bundle: Bundle, way: Way
) -> tuple[Ints, Ints, Ints]:
    """The pairs that change something in a table, and the cells and differences of each."""
    records = cells.records
    goes, stays = bundle.columns, layout.parts - bundle.columns
    kept, gets = layout.part(records, stays, first), layout.part(records, goes, second)
    gives, waits = layout.part(records, goes, first), layout.part(records, stays, second)
    of_first, of_second, mixed, other = gives + kept, gets + waits, gets + kept, gives + waits
    members = records.members[layout.table.each] if layout.table.each else None
    swaps_needs = NEEDS in bundle.columns
    if way is Way.ADD:
        return _netted(np.arange(len(first)), [(of_first, first, 1)], members)
    differs = of_first != mixed
    if swaps_needs and members is not None:
        differs = differs | (members[first] != members[second]).any(axis=1)
    rows = np.nonzero(differs)[0]
    one, two = (second, first) if swaps_needs else (first, second)
    parts = [(of_first, first, -1), (mixed, one, 1)]
    if way is Way.SWAP:
        parts += [(of_second, second, -1), (other, two, 1)]
    return _netted(rows, parts, members)


def _netted(
    rows: Ints, parts: list[tuple[Ints, Ints, int]], members: Ints | None
) -> tuple[Ints, Ints, Ints]:
    """Sum what is added to and taken from the same cell; each cell is named once."""
    keys, deltas = [], []
    for base, whose, sign in parts:
        if members is None:
            key = base[rows][:, None]
        else:
            several = members[whose[rows]]
            key = np.where(several >= 0, base[rows][:, None] + several, -1)
        keys.append(key)
        deltas += [sign] * key.shape[1]
    key, delta = np.hstack(keys), np.asarray(deltas)
    same = key[:, :, None] == key[:, None, :]
    nets = (same * delta[None, None, :]).sum(axis=2)
    earlier = np.tril(np.ones((key.shape[1],) * 2, bool), -1)
    nets[(same & earlier[None]).any(axis=2) | (key < 0)] = 0
    return rows, key, nets


def _judged(
    cells: Cells, layout: Layout, keys: Ints, nets: Ints
) -> tuple[Bools, NDArray[np.float64]]:
    """Whether what was said would still be true, once what has a price is hidden.

    A hidden cell of an open table still holds somebody; an empty one stays empty.
    """
    numbers = layout.numbers(keys)
    there, moved = numbers >= 0, nets != 0
    least = 0 if layout.table.quiet else 1
    enough = cells.count[numbers] + nets >= least
    bound = cells.frozen[numbers] & ~cells.hidden[numbers]
    fine = np.where(there, enough & ~bound, layout.table.quiet & (nets > 0))
    price = np.where(moved & there & ~cells.hidden[numbers], cells.weight[numbers], 0.0)
    keys[:] = numbers
    return (fine | ~moved).all(axis=1), price.sum(axis=1)
