"""What all rules say of a shelf's offers to one question, added up."""

from __future__ import annotations

from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from agencies.queries.find.shelves.columns import (
    ASKED,
    ASKS,
    FAILED,
    FAILS,
    FITTING,
    SILENT,
    TWICE,
    UNASKED,
    Column,
    Floats,
    Slots,
)
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import Judge, Verdict
from agencies.rules.facts import PLACE, BedsAsked, Parted
from agencies.rules.judging import Judgement
from agencies.rules.ranking import FEWEST_NEAR_MISSES, REACH_KM

if TYPE_CHECKING:
    from agencies.queries.find.shelves.shelf import Shelf

_WORTH = {
    Verdict.FITS: FITTING,
    Verdict.ASK: ASKED,
    Verdict.FAILS: FAILED,
    Verdict.SILENT: SILENT,
}

FARTHEST = 2.0**20  # more tenths of a km than there are on earth
NOWHERE_TENS = FARTHEST - 1.0  # behind every place on earth


class Sieve:
    """Whom the rules of a question leave. What is not in memory ends it with `NotReadyError`."""

    def __init__(self, shelf: Shelf, rules: Parted) -> None:
        self._shelf, self._rules, columns = shelf, rules, shelf.columns
        self._kind = columns.of_kind(tuple([name for name, _ in rules.facts]))
        self._said = self._kind.said
        self._passing = [(columns.of_passing(name), judge) for name, judge in rules.passing]

    def open(self) -> Slots:
        """The slots of which not two facts are known to fail."""
        found: Slots = ((self._said & TWICE) == 0).nonzero()[0]
        return found

    def unjudged(self, slots: Slots) -> Slots:
        """Which of some slots were never asked for their facts, by their place among them."""
        found: Slots = (self._said[slots] >= UNASKED).nonzero()[0]
        return found

    def left(self, slots: Slots) -> tuple[Slots, Column]:
        """Which of some slots fail at most once, and what was said of each of those."""
        if not len(slots):
            return slots, self._said[:0]
        said = self._summed(slots)
        if said.max() >= UNASKED:
            self._judge_facts(slots[self._said[slots] >= UNASKED])
            for column, judge in self._passing:
                self._judge(column, judge, slots)
            said = self._summed(slots)
        if self._rules.beds is not None:
            said += self._of_beds(self._rules.beds, slots)
        fit = ((said & TWICE) == 0).nonzero()[0]
        return fit, said[fit]

    def judgements(self, slots: list[int]) -> list[Judgement]:
        """What every rule says of the offers in some slots that were left."""
        at = np.array(slots, dtype=np.intp)
        columns = (*self._kind.columns, *(column for column, _ in self._passing))
        asked = (*self._rules.facts, *self._rules.passing)
        said = {
            rule: column[at].tolist() for ((rule, _), _), column in zip(asked, columns, strict=True)
        }
        if self._rules.beds is not None:
            said[PLACE] = self._of_beds(self._rules.beds, at).tolist()
        rules = self._rules.order
        return [
            _judgement(rules, each) for each in zip(*(said[name] for name in rules), strict=True)
        ]

    def _summed(self, slots: Slots) -> Column:
        """What all rules but that about beds said of some slots, as far as they were asked."""
        said = self._said[slots]
        for column, _ in self._passing:
            said += column[slots]
        return said

    def _judge_facts(self, slots: Slots) -> None:
        self._shelf.fill(slots.tolist())
        said = np.zeros(len(slots), dtype=np.int32)
        for column, (_, judge) in zip(self._kind.columns, self._rules.facts, strict=True):
            self._judge(column, judge, slots)
            said += column[slots]
        self._said[slots] = said  # at once: others who ask of that kind may be reading

    def _judge(self, column: Column, judge: Judge, slots: Slots) -> None:
        """Ask a rule of those slots of which it was never asked."""
        known: list[Any] = self._shelf.known  # of all of them: their facts were judged before
        for slot in slots[column[slots] >= UNASKED].tolist():
            column[slot] = _WORTH[judge(known[slot])]

    def _of_beds(self, asked: BedsAsked, slots: Slots) -> Column:
        figures = self._shelf.columns.of_party(asked.party)
        enough = figures.enough[slots]
        if np.isnan(enough).any():
            known: list[Any] = self._shelf.known
            for slot in slots[np.isnan(enough)].tolist():
                # The other one first: whoever sees that one is known takes both.
                newest, figures.oldest[slot] = _told(known[slot], asked)
                figures.enough[slot] = newest
            enough = figures.enough[slots]
        earliest = asked.earliest.timestamp()
        old: Floats = figures.oldest[slots]
        worth = np.where(old < earliest, ASKED, FAILED)
        worth[enough >= earliest] = FITTING
        worth[enough == inf] = SILENT
        return worth.astype(np.int32)


def contenders(said: Column, tens: Floats, unmet: Column | None, limit: int) -> Slots:
    """Which of some offers can be among the first `limit`, or be shown as a near miss.

    `tens`: the least and the most tenths of a km that each may be away. `unmet`: how many of
    several needs each does not meet. Equals of the last one stay: something else orders them.
    """
    fails = (said & FAILS) > 0
    fits, misses = (~fails).nonzero()[0], fails.nonzero()[0]
    if len(fits) > limit:
        theirs = None if unmet is None else unmet[fits]
        fits = fits[_first(limit, _ranks(said[fits], tens.take(fits, axis=1), theirs))]
    shown = max(limit, FEWEST_NEAR_MISSES)
    if len(misses) > shown:
        # How far out a near miss may be is not known yet: of each kind the nearest stay.
        kinds = [misses] if unmet is None else [misses[unmet[misses] == n] for n in _some(unmet)]
        misses = np.concatenate([one[_first(shown, tens.take(one, axis=1))] for one in kinds])
    return np.concatenate((fits, misses))


def _ranks(said: Column, tens: Floats, unmet: Column | None) -> Floats:
    """Numbers in the order of `ranking.head`: the least and the most that each may have."""
    ranks = tens + FARTHEST * (((said & ASKS) > 0) | (tens > REACH_KM * 10))
    return ranks if unmet is None else ranks + 2 * FARTHEST * unmet


def _first(count: int, ranks: Floats) -> Slots:
    least, most = ranks
    if len(least) <= count:
        return np.arange(len(least))
    found: Slots = (least <= np.partition(most, count - 1)[count - 1]).nonzero()[0]
    return found


def _some(unmet: Column) -> range:
    return range(int(unmet.min()), int(unmet.max()) + 1)


@lru_cache(maxsize=10_000)
def _judgement(rules: tuple[str, ...], said: tuple[int, ...]) -> Judgement:
    """By names, what columns say of one offer."""

    def those(worth: int) -> tuple[str, ...]:
        return tuple(rule for rule, one in zip(rules, said, strict=True) if one == worth)

    return Judgement(those(FITTING), those(ASKED), those(FAILED))


def _told(candidate: Candidate, asked: BedsAsked) -> tuple[float, float]:
    """As columns have it: see `columns.Figures`."""
    if not candidate.is_roof:
        return inf, inf
    if not candidate.pools:
        return -inf, -inf
    enough, oldest = asked.look(candidate.pools)
    return (
        -inf if enough is None else enough.timestamp(),
        inf if oldest is None else oldest.timestamp(),
    )
