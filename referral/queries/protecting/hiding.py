"""Hides cells until each that is hidden has its proof (`exchanges`), and fails closed.

First the counts of few persons are hidden. Most of them have an exchange that changes hidden cells
alone; it is looked for among many records at once. For each that is left the exchange that costs
least is taken, and what it changes is hidden too: those cells have their proof by the same
exchange, so nothing is ever hidden in vain and there is no chain of consequences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from referral.queries.protecting.cells import Bools, Cells, Layout
from referral.queries.protecting.exchanges import Floats, Pairs, Way, changes_of
from referral.queries.protecting.finding import Finder
from referral.queries.protecting.proofs import Proofs
from referral.queries.protecting.records import Ints, Records
from referral.rules.tables import Bundle, Table

SHARES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)  # of a context in which two agree, by round
AT_ONCE = 20_000  # exchanges looked at together
TRIES = 4  # exchanges of each kind that are looked at for one cell
MOST_TRIES = 1_000
ROUNDS = 400  # in which something is hidden
MANY = 10_000  # cells that wait: from there on fewer exchanges are looked at for each
MOST = 30_000  # cells that are looked at in one round
# Chance decides which exchanges are looked at: where one draw finds no proof, another often does.
DRAWS = 4
LEAST = 0.5  # less than anything shown weighs: what costs less is free
# Of the cells that wait, the cheapest; what they hide may serve the others. Of many, more.
SHARE_OF_ROUND = 0.2
SHARE_OF_MANY = 0.5
COARSE = 1.0  # the weight of what may be hidden for insiders' sake: tables of three columns
ROUNDS_FOR_INSIDERS = 8


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
    bundles: Sequence[Bundle],
    *,
    freeze: Callable[[Cells], None] = lambda _cells: None,
    chance: np.random.Generator | None = None,
    insiders: bool = True,
) -> Protected:
    """Count the tables and hide what must be hidden.

    `bundles` are the columns that may change hands together; `freeze` marks what was published
    before. `NotSafeError` where that leaves no way.
    """
    chance = chance or np.random.default_rng()
    for _draw in range(DRAWS):
        cells = Cells(records, tables)
        freeze(cells)
        with suppress(NotSafeError):
            return _Hiding(cells, tuple(bundles), chance, insiders).protected()
    raise NotSafeError


@dataclass(frozen=True, slots=True)
class _Seen:
    """Exchanges that can be, each for a cell: the cells that they change, and whose records."""

    asked: Ints
    cost: Floats
    cells: Ints
    emptied: Ints
    parties: Ints


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One exchange: what it changes, what could be said no more for it, and whose records."""

    cells: Ints
    emptied: Ints
    parties: Ints


@dataclass(slots=True)
class _Best:
    """The cheapest exchange that was found for each cell, and what it changes."""

    cost: Floats
    changed: dict[int, _Chosen]

    def take(self, seen: _Seen) -> None:
        """Keep what is cheaper than what is known, of those that change their cell."""
        helps = np.nonzero((seen.cells == seen.asked[:, None]).any(axis=1))[0]
        order = helps[np.argsort(seen.cost[helps], kind="stable")]
        _cells, at = np.unique(seen.asked[order], return_index=True)
        for row in order[at]:
            cell = int(seen.asked[row])
            if seen.cost[row] < self.cost[cell]:
                self.cost[cell] = seen.cost[row]
                changed, emptied = seen.cells[row], seen.emptied[row]
                self.changed[cell] = _Chosen(
                    changed[changed >= 0], emptied[emptied >= 0], seen.parties[row]
                )


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

    def protected(self) -> Protected:
        """All of it. `NotSafeError` where a hidden cell is left without a proof."""
        if len(self.cells.records):
            self.look_everywhere()
            self.hide_more()
            if self.insiders:
                self.hide_from_insiders()
        return Protected(self.cells, self.proofs.open_to_insiders())

    def look_everywhere(self) -> None:
        """Find exchanges that change hidden cells alone, many at once; hides nothing."""
        free = np.full(len(self.cells), LEAST)
        for number, share in enumerate(SHARES):
            for grows in (number % 2 == 0, number % 2 == 1):
                for bundle in self.bundles:
                    waiting = self._unproved()
                    for seen in self._seen(bundle, waiting, free, (share,), (grows,)):
                        self.proofs.note(seen.cells, seen.parties)

    def hide_more(self) -> None:
        """Give each hidden cell a proof, the cheapest that is found. `NotSafeError`: none is."""
        tries = TRIES
        for _round in range(ROUNDS):
            if not self.proofs.open().any():
                return
            if self._hide_some(tries):
                tries = TRIES
            elif tries > MOST_TRIES:
                break
            else:
                tries *= 4  # what is left is hard to find
        raise NotSafeError

    def hide_from_insiders(self) -> None:
        """The same against those who know their own records, as far as it costs nothing coarse."""
        for _round in range(ROUNDS_FOR_INSIDERS):
            if not self._hide_some(TRIES, for_insiders=True):
                return

    def _hide_some(self, tries: int, *, for_insiders: bool = False) -> bool:
        """Hide what the cheapest exchanges cost; whether there were any."""
        best = _Best(np.full(len(self.cells), np.inf), {})
        waiting = self.proofs.open_to_insiders() if for_insiders else self.proofs.open()
        share = SHARE_OF_ROUND
        if waiting.sum() > MANY:
            waiting, tries, share = self.finder.some_of(waiting, MOST), 1, SHARE_OF_MANY
        dear = COARSE if for_insiders else np.inf
        for bundle in (*self.bundles, Bundle(frozenset())):
            ways = (1.0, 0.5, 0.0), (True, False)
            for seen in self._seen(bundle, waiting, best.cost, *ways, tries, dear):
                best.take(seen)
        found = sorted(best.changed, key=lambda cell: best.cost[cell])
        enough = max(1, int(len(found) * share))
        for cell in found:
            if enough <= 0 and best.cost[cell] > 0:
                break
            if self.proofs.waits(cell, for_insiders=for_insiders):
                one = best.changed[cell]
                self.cells.hidden[one.cells] = True
                self.cells.told[one.emptied] = False
                self.proofs.note(one.cells[None], one.parties[None])
                enough -= 1
        return bool(found)

    def _seen(
        self,
        bundle: Bundle,
        waiting: Bools,
        below: Floats,
        shares: tuple[float, ...],
        ways: tuple[bool, ...],
        tries: int = 1,
        dear: float = np.inf,
    ) -> Iterator[_Seen]:
        """Exchanges of a bundle for all cells that wait, in every table that it changes.

        `below`: what an exchange for each cell must cost less than.
        """
        asked: dict[Way, list[tuple[Ints, Ints, Ints]]] = {}
        for layout in self.cells.layouts:
            here = slice(layout.first, layout.first + len(layout))
            some = np.nonzero(waiting[here])[0] + layout.first
            if len(some) and (layout.parts & bundle.columns or not bundle.columns):
                some = np.repeat(some, tries)
                for first, second, way in self._pairs(layout, some, bundle, shares, ways):
                    there = self._may_help(some, first, second)
                    asked.setdefault(way, []).append((some[there], first[there], second[there]))
        for way, parts in asked.items():
            cells, first, second = (np.concatenate(one) for one in zip(*parts, strict=True))
            for at in range(0, len(cells), AT_ONCE):
                now = slice(at, at + AT_ONCE)
                pairs = Pairs(first[now], second[now], bundle, way)
                changes = changes_of(self.cells, pairs, below[cells[now]], dear)
                if len(changes.rows):
                    who = self._parties(pairs.first[changes.rows], pairs.second[changes.rows])
                    asked_of = cells[now][changes.rows]
                    yield _Seen(asked_of, changes.cost, changes.cells, changes.emptied, who)

    def _parties(self, first: Ints, second: Ints) -> Ints:
        parties = self.cells.records.parties
        return np.hstack([parties[first], parties[second]])

    def _may_help(self, cells: Ints, first: Ints, second: Ints) -> Bools:
        """Whether there are two records, and of others than who sees through what was found."""
        left = self.proofs.left[cells]
        among = np.zeros(len(cells), bool)
        for who in self._parties(first, second).T:
            for one in left.T:
                among |= (who == one) & (one >= 0)
        return (first >= 0) & (second >= 0) & ~among

    def _pairs(
        self,
        layout: Layout,
        some: Ints,
        bundle: Bundle,
        shares: tuple[float, ...],
        ways: tuple[bool, ...],
    ) -> Iterator[tuple[Ints, Ints, Way]]:
        if not bundle.columns:
            ours = self.finder.members_of(layout, some)
            yield ours, ours, Way.ADD
            return
        context = self.finder.context(layout, bundle)
        for share in shares:
            agree = self.finder.less(context, share)
            for grows in ways:
                yield self.finder.pairs(layout, some, bundle, agree, grows=grows)
        if len(shares) > 1:
            ours, others = self.finder.members_of(layout, some), self.finder.anybody(len(some))
            yield ours, others, Way.COPY
            yield others, ours, Way.COPY

    def _unproved(self) -> Bools:
        wanted = self.proofs.open()
        return wanted | self.proofs.open_to_insiders() if self.insiders else wanted
