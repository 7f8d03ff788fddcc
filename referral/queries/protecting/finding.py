"""Looks for records with which a hidden cell could be different and little else would.

Two records that agree in all that is counted together with what they exchange change one table
alone: such pairs are tried first, then pairs that agree in less and less.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from referral.queries.protecting.cells import Bools, Cells, Layout
from referral.queries.protecting.exchanges import Way
from referral.queries.protecting.records import Ints
from referral.rules.tables import Bundle

POOL = 100_000  # records among which others are looked for, by chance
MOST_KEPT = 5_000_000  # numbers in sorted groups that are kept for the next question
OTHERWISE = 0.25  # how often two may differ in all columns of a table
Hashes = NDArray[np.uint64]


class Finder:
    """Finds pairs of records for cells; what it chooses is left to chance (`chance`)."""

    def __init__(self, cells: Cells, chance: np.random.Generator) -> None:
        self._cells, self._chance = cells, chance
        self._columns = cells.records.with_needs()
        self._marks = {
            name: chance.integers(0, 2**63, int(column.max(initial=0)) + 1, np.int64).astype(
                np.uint64
            )
            for name, column in self._columns.items()
        }
        self._kept: OrderedDict[frozenset[str], tuple[Ints, Hashes]] = OrderedDict()
        everybody = np.arange(len(cells.records))
        self._pool = everybody
        if len(everybody) > POOL:
            self._pool = np.sort(chance.choice(everybody, POOL, replace=False))

    def context(self, layout: Layout, bundle: Bundle) -> frozenset[str]:
        """In what two records must agree so that no other table changes by their exchange."""
        along: set[str] = set()
        for other in self._cells.layouts:
            if other is not layout and other.parts & bundle.columns:
                along |= other.parts - bundle.columns
        return frozenset(along) - layout.parts - bundle.columns

    def less(self, context: frozenset[str], share: float) -> frozenset[str]:
        """A part of a context, by chance: each column stays with that likelihood."""
        names = sorted(context)
        stay = self._chance.random(len(names)) < share
        return frozenset(name for name, stays in zip(names, stay, strict=True) if stays)

    def some_of(self, waiting: Bools, most: int) -> Bools:
        """So many of some cells at most, by chance."""
        there = np.nonzero(waiting)[0]
        if len(there) <= most:
            return waiting
        some = np.zeros(len(waiting), bool)
        some[self._chance.choice(there, most, replace=False)] = True
        return some

    def members_of(self, layout: Layout, cells: Ints) -> Ints:
        """A record of each of these cells of a table, by chance."""
        which = self._chance.integers(0, 2, len(cells))
        found: Ints = layout.some[cells - layout.first, which]
        return found

    def pairs(
        self, layout: Layout, cells: Ints, bundle: Bundle, agree: frozenset[str], *, grows: bool
    ) -> tuple[Ints, Ints, Way]:
        """For each cell two records whose exchange may change it: make it grow, or shrink.

        A record is -1 where there is none.
        """
        ours = self.members_of(layout, cells)
        stays, goes = layout.parts - bundle.columns, layout.parts & bundle.columns
        agree |= (bundle.same - stays) | self._most_of(stays)
        if not stays:  # swapping keeps the margin: one must take over what the other has
            others = self._like(agree, [(agree, ours)])
            return (others, ours, Way.COPY) if grows else (ours, others, Way.COPY)
        if not grows:
            return ours, self._like(agree, [(agree, ours)]), Way.SWAP
        beside = self._like(stays, [(stays, ours)])
        return beside, self._like(agree | goes, [(agree, beside), (goes, ours)]), Way.SWAP

    def _most_of(self, stays: frozenset[str]) -> frozenset[str]:
        """All but one: two records that differ in one column change fewer tables."""
        if len(stays) < 2 or self._chance.random() < OTHERWISE:
            return frozenset()
        return stays - {sorted(stays)[self._chance.integers(len(stays))]}

    def anybody(self, number: int) -> Ints:
        """Records by chance."""
        return self._chance.integers(0, len(self._cells.records), number)

    def _like(self, columns: frozenset[str], wanted: Iterable[tuple[frozenset[str], Ints]]) -> Ints:
        """For each question a record that has these values in these columns, by chance."""
        order, marks = self._sorted(columns)
        parts = list(wanted)
        asked = np.sum([self._hashed(names, np.maximum(rows, 0)) for names, rows in parts], axis=0)
        missing = np.any([rows < 0 for _names, rows in parts], axis=0)
        return np.where(missing, -1, self._one_of(order, marks, asked))

    def _hashed(self, columns: frozenset[str], rows: Ints) -> Hashes:
        found = np.zeros(len(rows), np.uint64)
        for name in sorted(columns):
            found += self._marks[name][self._columns[name][rows]]
        return found

    def _sorted(self, columns: frozenset[str]) -> tuple[Ints, Hashes]:
        """The pool in the order of its marks, and the marks in that order."""
        found = self._kept.pop(columns, None)
        if found is None:
            marks = self._hashed(columns, self._pool)
            order = np.argsort(marks)
            found = self._pool[order], marks[order]
        self._kept[columns] = found
        while len(self._kept) * len(self._pool) > MOST_KEPT and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return found

    def _one_of(self, order: Ints, keys: Hashes, asked: Hashes) -> Ints:
        low = np.searchsorted(keys, asked, side="left")
        high = np.searchsorted(keys, asked, side="right")
        at = low + (self._chance.random(len(asked)) * (high - low)).astype(np.int64)
        return np.where(high > low, order[at.clip(max=max(len(order) - 1, 0))], -1)
