"""Somebody who has everything that was published and solves for what was not.

The unknowns are how many records there are of each possible kind. Each shown number is an
equation, each hidden cell of an open table an inequality (it holds somebody), each empty one a
zero. The attacker asks HiGHS for the least and the most that a hidden cell can hold, in whole
numbers; where both are the same it is recovered. An insider also knows all records of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from referral.queries.protecting import Cells, Ints, Records
from referral.queries.protecting.cells import Layout
from referral.rules.tables import NEEDS

MORE = 3  # records of one kind beyond all that there are: an end, so that HiGHS comes to one


@dataclass(frozen=True)
class Attacker:
    """`kinds`: columns that hang on each other, as one thing to choose; all others are free."""

    cells: Cells
    kinds: tuple[tuple[str, ...], ...]
    insider: int | None = None

    @cached_property
    def possible(self) -> dict[str, Ints]:
        """All kinds of records that there might be: what was seen of each, freely combined."""
        columns = self.records.with_needs()
        seen = [
            np.unique(np.stack([columns[name] for name in names]), axis=1).T.tolist()
            for names in self.kinds
        ]
        rows = [list(itertools.chain(*one)) for one in itertools.product(*seen)]
        names = list(itertools.chain(*self.kinds))
        table = np.asarray(rows, np.int64).reshape(len(rows), len(names))
        found = {name: table[:, at] for at, name in enumerate(names)}
        if self.records.apart:
            one, other = self.records.apart
            fine = found[one] != found[other]
            found = {name: column[fine] for name, column in found.items()}
        return found

    @property
    def records(self) -> Records:
        return self.cells.records

    @cached_property
    def members(self) -> dict[str, Ints]:
        """What each possible record has several of."""
        code = self.records.code_of_needs()
        _seen, first = np.unique(code, return_index=True)
        return {
            name: several[first][self.possible[NEEDS]]
            for name, several in self.records.members.items()
        }

    def keys(self, layout: Layout) -> tuple[Ints, Ints]:
        """The keys of the cells of a table, and which possible record falls into each."""
        size = len(next(iter(self.possible.values())))
        base = np.zeros(size, np.int64)
        for name in layout.table.columns:
            base += self.possible[name] * layout.factors[name]
        if layout.table.each is None:
            return base, np.arange(size)
        several = self.members[layout.table.each]
        rows, _at = np.nonzero(several >= 0)
        return base[rows] + several[several >= 0], rows

    @cached_property
    def system(self) -> tuple[csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
        """Everything that was said, as least and most of sums."""
        parts: list[tuple[Ints, float, float]] = []
        for layout in self.cells.layouts:
            parts += self._said(layout)
        parts += self._known()
        rows = np.concatenate([np.full(len(one), at) for at, (one, _l, _u) in enumerate(parts)])
        at = np.concatenate([one for one, _low, _high in parts])
        size = len(next(iter(self.possible.values())))
        matrix = csr_matrix((np.ones(len(at)), (rows, at)), shape=(len(parts), size))
        return (
            matrix,
            np.asarray([low for _one, low, _high in parts]),
            np.asarray([high for _one, _low, high in parts]),
        )

    def _said(self, layout: Layout) -> Iterator[tuple[Ints, float, float]]:
        keys, rows = self.keys(layout)
        for key in np.unique(keys):
            inside, cell = rows[keys == key], int(layout.numbers(np.asarray([key]))[0])
            if cell < 0:
                if layout.is_known_empty(np.asarray([key]))[0]:
                    yield inside, 0.0, 0.0
            elif not self.cells.hidden[cell]:
                yield inside, float(self.cells.count[cell]), float(self.cells.count[cell])
            elif self.cells.told[cell]:
                yield inside, 1.0, np.inf

    def _known(self) -> Iterator[tuple[Ints, float, float]]:
        """What an insider knows: how many of each kind they sent or got."""
        if self.insider is None or self.records.apart is None:
            return
        columns, (one, other) = self.records.with_needs(), self.records.apart
        own = (self.possible[one] == self.insider) | (self.possible[other] == self.insider)
        truth = np.stack([columns[name] for name in self.possible], axis=1)
        for at in np.nonzero(own)[0]:
            kind = np.asarray([column[at] for column in self.possible.values()])
            number = float((truth == kind).all(axis=1).sum())
            yield np.asarray([at]), number, number

    def recovered(self, cells: Sequence[int], enough: int | None = None) -> list[int]:
        """Those of these cells of which the attacker knows the number.

        Each other past that fits all that was said clears every cell in which it is different.
        """
        waiting = {cell: self._inside(cell) for cell in cells}
        found: list[int] = []
        while waiting and len(found) != enough:
            cell, inside = next(iter(waiting.items()))
            values = [self._past(inside, sign) for sign in (1, -1)]
            if not self._clear(waiting, values):
                del waiting[cell]
                found.append(cell)
        return found

    def _inside(self, cell: int) -> Ints:
        layout = self.cells.layout_at(cell)
        keys, rows = self.keys(layout)
        inside: Ints = rows[keys == layout.keys[cell - layout.first]]
        return inside

    def _clear(self, waiting: dict[int, Ints], pasts: list[Ints]) -> bool:
        """Take out the cells that are different in one of these; whether there was any."""
        count = self.cells.count
        cleared = [
            cell
            for cell, inside in waiting.items()
            if any(past[inside].sum() != count[cell] for past in pasts)
        ]
        for cell in cleared:
            del waiting[cell]
        return bool(cleared)

    def _past(self, inside: Ints, sign: int) -> Ints:
        """A past that fits what was said, with as few (1) or many (-1) in a cell as can be."""
        matrix, low, high = self.system
        wanted = np.zeros(matrix.shape[1])
        wanted[inside] = sign
        found = milp(
            wanted,
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.ones(len(wanted)),
            bounds=Bounds(0, len(self.records) + MORE),
        )
        assert found.x is not None, found.message  # the truth itself is one
        past: Ints = np.rint(found.x).astype(np.int64)
        assert (matrix @ past >= low).all()
        assert (matrix @ past <= high).all()
        return past
