"""Hides cells until each that is hidden has its proof (`exchanges`), and fails closed.

First the counts of few persons are hidden. Most of them have an exchange that changes hidden cells
alone; it is looked for among many records at once. For each that is left the exchange that costs
least is taken, and what it changes is hidden too: those cells have their proof by the same
exchange, so nothing is ever hidden in vain and there is no chain of consequences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from referral.queries.protecting.cells import Bools, Cells, Layout
from referral.queries.protecting.exchanges import Changes, Way, changes_of
from referral.queries.protecting.finding import Finder, bundles_of
from referral.queries.protecting.proofs import Proofs
from referral.queries.protecting.records import Ints, Records
from referral.rules.tables import Bundle, Table

SHARES = (1.0, 0.9, 0.75, 0.6, 0.45, 0.3, 0.15, 0.0)  # of a context in which two agree, by round
AT_ONCE = 20_000  # cells looked at together
TRIES = 12  # exchanges looked at for one cell, of each kind
SMALL = 20_000  # records: below that each cell is looked after by itself
WIDE = 8.0  # what may be hidden for insiders' sake: cells of tables of two columns and more


class NotSafeError(Exception):
    """A hidden cell has no proof, whatever is hidden: nothing of it may be published."""


@dataclass(frozen=True, slots=True)
class Protected:
    """Cells with what is shown of them, and the hidden ones that an insider may work out."""

    cells: Cells
    open_to_insiders: Bools


def protect(
    records: Records,
    tables: Sequence[Table],
    bundles: Iterable[Bundle],
    *,
    freeze: Callable[[Cells], None] = lambda _cells: None,
    chance: np.random.Generator | None = None,
    insiders: bool = True,
) -> Protected:
    """Count the tables and hide what must be hidden.

    `bundles` are the columns that may change hands together; `freeze` marks what was published
    before. `NotSafeError` where that leaves no way.
    """
    cells = Cells(records, tables)
    freeze(cells)
    worker = _Hiding(cells, tuple(bundles), chance or np.random.default_rng(), insiders)
    if len(records):
        worker.look_everywhere()
        worker.hide_more()
        if insiders:
            worker.hide_from_insiders()
    return Protected(cells, worker.proofs.open_to_insiders())


class _Hiding:
    def __init__(
        self,
        cells: Cells,
        bundles: tuple[Bundle, ...],
        chance: np.random.Generator,
        insiders: bool,
    ) -> None:
        self.cells, self.bundles, self.insiders = cells, bundles, insiders
        self.proofs = Proofs(cells)
        self.finder = Finder(cells, chance)
        self.at_once = 1 if len(cells.records) < SMALL else 64

    def look_everywhere(self) -> None:
        """Find exchanges that change hidden cells alone, many at once; hides nothing."""
        for number, share in enumerate(SHARES):
            for grows in (number % 2 == 0, number % 2 == 1):
                for layout in sorted(self.cells.layouts, key=lambda one: -one.table.width):
                    for bundle in bundles_of(layout, self.bundles):
                        self._look_in(layout, bundle, share, grows=grows)

    def _look_in(self, layout: Layout, bundle: Bundle, share: float, *, grows: bool) -> None:
        agree = self.finder.less(self.finder.context(layout, bundle), share)
        waiting = self._in(layout, self._unproved())
        for at in range(0, len(waiting), AT_ONCE):
            some = waiting[at : at + AT_ONCE]
            some = some[self._unproved()[some]]
            if len(some):
                pairs = self.finder.pairs(layout, some, bundle, agree, grows=grows)
                rows, first, second, changes = self._seen(*pairs, bundle)
                free = np.nonzero(changes.possible & (changes.cost == 0))[0]
                self._note(changes, first, second, free)

    def hide_more(self) -> None:
        """Give each hidden cell a proof, the cheapest that is found. `NotSafeError`: there is none."""
        for layout, some in self._by_table(self.proofs.open):
            self._give(layout, some, most=np.inf)
        if self.proofs.open().any():
            raise NotSafeError

    def hide_from_insiders(self) -> None:
        """The same against those who know their own records, as far as it costs no coarse table."""
        for layout, some in self._by_table(self.proofs.open_to_insiders):
            self._give(layout, some, most=WIDE)

    def _by_table(self, which: Callable[[], Bools]) -> Iterator[tuple[Layout, Ints]]:
        for layout in self.cells.layouts:
            waiting = self._in(layout, which())
            for at in range(0, len(waiting), self.at_once):
                some = waiting[at : at + self.at_once]
                some = some[which()[some]]
                if len(some):
                    yield layout, some

    def _give(self, layout: Layout, some: Ints, *, most: float) -> None:
        """Take for each cell the cheapest exchange and hide what it costs."""
        best = np.full(len(some), np.inf)
        kept: dict[int, tuple[Changes, Ints, Ints, int]] = {}
        for bundle, (first, second, way), rows in self._offers(layout, some):
            seen, ours, theirs, changes = self._seen(first, second, way, bundle)
            cost = np.where(changes.possible, changes.cost, np.inf)
            cost = np.where(self._helps(some[rows[seen]], changes, ours, theirs), cost, np.inf)
            if most < np.inf:
                cost = np.where(self._is_coarse(changes), np.inf, cost)
            for at in np.argsort(cost, kind="stable"):
                cell = int(rows[seen[at]])
                if cost[at] < best[cell]:
                    best[cell] = cost[at]
                    kept[cell] = changes, ours, theirs, int(at)
        for changes, ours, theirs, at in kept.values():
            changed = changes.cells[at]
            self.cells.hidden[changed[changed >= 0]] = True
            self._note(changes, ours, theirs, np.asarray([at]))

    def _offers(
        self, layout: Layout, some: Ints
    ) -> Iterator[tuple[Bundle, tuple[Ints, Ints, Way], Ints]]:
        rows = np.repeat(np.arange(len(some)), TRIES)
        asked = some[rows]
        for bundle in bundles_of(layout, self.bundles):
            context = self.finder.context(layout, bundle)
            for agree in (context, self.finder.less(context, 0.5), frozenset[str]()):
                for grows in (True, False):
                    yield bundle, self.finder.pairs(layout, asked, bundle, agree, grows=grows), rows
            ours = self.finder.members_of(layout, asked)
            yield bundle, (ours, self.finder.anybody(len(rows)), Way.COPY), rows
            yield bundle, (self.finder.anybody(len(rows)), ours, Way.COPY), rows
        ours = self.finder.members_of(layout, asked)
        yield Bundle(frozenset()), (ours, ours, Way.ADD), rows

    def _seen(
        self, first: Ints, second: Ints, way: Way, bundle: Bundle
    ) -> tuple[Ints, Ints, Ints, Changes]:
        there = np.nonzero((first >= 0) & (second >= 0))[0]
        ours, theirs = first[there], second[there]
        return there, ours, theirs, changes_of(self.cells, ours, theirs, bundle, way)

    def _helps(self, cells: Ints, changes: Changes, ours: Ints, theirs: Ints) -> Bools:
        """Whether an exchange changes its cell, and keeps out whoever sees through the others."""
        changed = (changes.cells == cells[:, None]).any(axis=1)
        left = self.proofs.left[cells]
        among = (left[:, :, None] == self._parties(ours, theirs)[:, None, :]).any(axis=2)
        return changed & ~(among & (left >= 0)).any(axis=1)

    def _is_coarse(self, changes: Changes) -> Bools:
        numbers = changes.cells
        shown = (numbers >= 0) & ~self.cells.hidden[numbers]
        base = self.cells.weight[numbers] / (1 + np.log2(1.0 + self.cells.count[numbers]))
        return (shown & (base > WIDE)).any(axis=1)

    def _unproved(self) -> Bools:
        wanted = self.proofs.open()
        return wanted | self.proofs.open_to_insiders() if self.insiders else wanted

    def _in(self, layout: Layout, which: Bools) -> Ints:
        here = np.nonzero(which[layout.first : layout.first + len(layout)])[0]
        return here + layout.first

    def _parties(self, ours: Ints, theirs: Ints) -> Ints:
        parties = self.cells.records.parties
        return np.hstack([parties[ours], parties[theirs]])

    def _note(self, changes: Changes, ours: Ints, theirs: Ints, rows: Ints) -> None:
        self.proofs.note(changes.cells[rows], self._parties(ours[rows], theirs[rows]))
