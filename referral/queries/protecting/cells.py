"""The cells of all tables in one row of numbers: how many, and whether shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from referral.queries.protecting.records import Ints, Records
from referral.rules.tables import FEW, NEEDS, Table

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the cells of one table lie: `keys` is sorted, cell i is number `first + i`."""

    table: Table
    factors: Mapping[str, int]
    keys: Ints
    first: int
    counts: Ints
    persons: Ints
    some: Ints  # two records of each cell, by chance

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def parts(self) -> frozenset[str]:
        """Its columns, with what it takes several of under one name."""
        return frozenset(self.table.columns) | ({NEEDS} if self.table.each else frozenset())

    def part(self, records: Records, wanted: frozenset[str], rows: Ints) -> Ints:
        """The share of the keys of some records that comes from some columns."""
        key = np.zeros(len(rows), np.int64)
        for name in self.table.columns:
            if name in wanted:
                key += records.columns[name][rows] * self.factors[name]
        return key

    def numbers(self, keys: Ints) -> Ints:
        """The number of the cell of each key; -1 where it is empty or the key is none (-1)."""
        if not len(self.keys):
            return np.full(keys.shape, -1, np.int64)
        at = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at + self.first, -1)

    def is_known_empty(self, keys: Ints) -> Bools:
        """Of keys of no cell: whether it is said that nobody is there."""
        table = self.table
        if table.quiet or table.open_in is None:
            return np.full(keys.shape, not table.quiet)
        column = self.codes(keys)[table.columns[-1]]
        known: Bools = np.isin(column, sorted(table.open_in))
        return known

    def codes(self, keys: Ints | None = None) -> dict[str, Ints]:
        """Of each cell (or of some keys) its code in each column (and in `each`)."""
        rest, found = self.keys if keys is None else keys, {}
        names = [*self.table.columns, *([self.table.each] if self.table.each else [])]
        for name in names:
            found[name], rest = np.divmod(rest, self.factors[name])
        return found


def layout_of(table: Table, records: Records, first: int) -> Layout:
    """Count a table: records and persons in each cell that is not empty."""
    names = [*table.columns, *([table.each] if table.each else [])]
    factors, factor = {}, 1
    for name in reversed(names):
        factors[name] = factor
        factor *= max(records.sizes[name], 1)
    none = np.zeros(0, np.int64)
    plain = Layout(table, factors, none, first, none, none, none)
    keys, rows = keys_of(plain, records)
    order = np.argsort(keys, kind="stable")
    unique, starts, counts = np.unique(keys[order], return_index=True, return_counts=True)
    cell = np.repeat(np.arange(len(unique)), counts)
    span = int(records.person.max(initial=-1)) + 1
    pairs = np.unique(cell * span + records.person[rows[order]])
    persons = np.bincount(pairs // max(span, 1), minlength=len(unique))
    places = np.random.default_rng().random((len(unique), 2)) * counts[:, None]
    some = rows[order][starts[:, None] + places.astype(np.int64)] if len(unique) else none
    return Layout(table, factors, unique, first, counts.astype(np.int64), persons, some)


def keys_of(layout: Layout, records: Records) -> tuple[Ints, Ints]:
    """The keys of all records in a table and whose they are: several where it takes `each`."""
    every = np.arange(len(records))
    base = layout.part(records, frozenset(layout.table.columns), every)
    if layout.table.each is None:
        return base, every
    members = records.members[layout.table.each]
    rows, _at = np.nonzero(members >= 0)
    return base[rows] + members[members >= 0], rows


class Cells:
    """All cells of all tables: their counts, and which of them are hidden, quiet or frozen.

    Frozen is what an earlier publication said: it can be hidden no more. Unsaid is what nobody
    was ever told anything of. Of what is hidden and `told` it is said that it holds somebody.
    """

    def __init__(self, records: Records, tables: Sequence[Table]) -> None:
        self.records = records
        self.layouts: list[Layout] = []
        first = 0
        for table in tables:
            self.layouts.append(layout_of(table, records, first))
            first += len(self.layouts[-1])
        self.count: Ints = self._joined([one.counts for one in self.layouts])
        self.person_count: Ints = self._joined([one.persons for one in self.layouts])
        self.hidden: Bools = (self.person_count < FEW) & (self.count > 0)
        self.quiet = self._each([one.table.quiet for one in self.layouts]).astype(bool)
        self.told: Bools = self._each(
            [one.table.names or not one.table.quiet for one in self.layouts]
        ).astype(bool)
        self.frozen: Bools = np.zeros(first, bool)
        self.unsaid: Bools = np.zeros(first, bool)
        self.heaviest_first = sorted(self.layouts, key=lambda one: -one.table.weight)
        worth = self._each([one.table.weight for one in self.layouts])
        self.weight: NDArray[np.float64] = worth * (1 + np.log2(1.0 + self.count))
        self.owners = self._owners()

    def __len__(self) -> int:
        return len(self.count)

    def named(self, name: str) -> Layout:
        """The table of that name; `KeyError` without one."""
        for one in self.layouts:
            if one.table.name == name:
                return one
        raise KeyError(name)

    def layout_at(self, cell: int) -> Layout:
        """The table in which a cell lies."""
        starts = [one.first for one in self.layouts]
        return self.layouts[int(np.searchsorted(starts, cell, side="right")) - 1]

    @staticmethod
    def _joined(parts: list[Ints]) -> Ints:
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _each(self, values: Sequence[float]) -> NDArray[np.float64]:
        sizes = [len(one) for one in self.layouts]
        return np.repeat(np.asarray(values, np.float64), sizes)

    def _owners(self) -> Ints:
        """The agencies that a cell names: they know it anyway. Two columns, -1: none."""
        found = np.full((len(self), 2), -1, np.int64)
        for layout in self.layouts:
            codes = layout.codes()
            for at, name in enumerate(self.records.apart or ()):
                if name in codes:
                    found[layout.first : layout.first + len(layout), at] = codes[name]
        return found
