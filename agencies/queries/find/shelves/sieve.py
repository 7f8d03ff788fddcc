"""What all rules say of a shelf's offers to one question, added up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agencies.queries.find.shelves.columns import Open
from agencies.queries.find.shelves.worth import (
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
from agencies.rules.eligibility import Judge, Verdict
from agencies.rules.facts import PLACE, Parted
from agencies.rules.judging import Judgement
from agencies.rules.ranking import FEWEST_NEAR_MISSES, REACH_KM, promise

if TYPE_CHECKING:
    from agencies.queries.find.shelves.shelf import Shelf

_WORTH = {
    Verdict.FITS: FITTING,
    Verdict.ASK: ASKED,
    Verdict.FAILS: FAILED,
    Verdict.SILENT: SILENT,
}

MANY_EQUALS = 48  # from here on it is quicker to order them than to hand them all on
FARTHEST = 2.0**20  # more tenths of a km than there are on earth


class Sieve:
    """Whom the rules of a question leave. What is not in memory ends it with `NotReadyError`."""

    def __init__(self, shelf: Shelf, rules: Parted) -> None:
        self._shelf, self._rules, columns = shelf, rules, shelf.columns
        self._kind = columns.of_kind(tuple([name for name, _ in rules.facts]))
        self._passing = [(columns.of_passing(name), judge) for name, judge in rules.passing]
        # One column for each rule that reads more than facts.
        self._moving = [column for column, _ in self._passing]
        if rules.beds is not None:
            self._figures = columns.of_party(rules.beds.party)
            self._moving.append(self._figures.worth(rules.beds.earliest.timestamp()))

    def open(self) -> Open:
        """Of whom not two facts are known to fail."""
        return self._kind.open(self._shelf.places.placed)

    def left(self, slots: Slots, said: Column) -> tuple[Slots, Column]:
        """Which of some slots fail at most once, and what was said of each of those.

        `said`: what is known of their facts.
        """
        summed = self._summed(slots, said)
        if len(slots) and summed.max() >= UNASKED:
            summed = self._summed(slots, self._judged(slots, said))
        fit = ((summed & TWICE) == 0).nonzero()[0]
        return fit, summed[fit]

    def promised(self, slots: Slots) -> Column | None:
        """Within how many minutes those in some slots answer; None where beds order first."""
        return None if self._rules.beds is not None else self._shelf.columns.promised[slots]

    def judgements(self, slots: list[int]) -> list[Judgement]:
        """What every rule says of the offers in some slots that were left."""
        at = np.array(slots, dtype=np.intp)
        names = [name for name, _ in (*self._rules.facts, *self._rules.passing)]
        rules = [rule for rule, _ in names] + [PLACE]  # the last one only where it is asked
        columns = (*self._kind.columns, *self._moving)
        said = {rule: column[at].tolist() for rule, column in zip(rules, columns, strict=False)}
        order = self._rules.order
        return [
            _judgement(order, each) for each in zip(*(said[name] for name in order), strict=True)
        ]

    def _summed(self, slots: Slots, said: Column) -> Column:
        """What all rules said of some slots, as far as they were asked."""
        for column in self._moving:
            said = said + column[slots]
        return said

    def _judged(self, slots: Slots, said: Column) -> Column:
        """What is known of the facts of some slots once all rules were asked of them."""
        unread = said >= UNASKED
        if unread.any():
            self._judge_facts(slots[unread])
            said = self._kind.said[slots]
        for column, judge in self._passing:
            self._judge(column, judge, slots)
        if self._rules.beds is not None:
            known = self._shelf.known
            self._moving[-1] = self._figures.looked(slots.tolist(), known, self._rules.beds)
        return said

    def _judge_facts(self, slots: Slots) -> None:
        shelf, at = self._shelf, slots.tolist()
        shelf.fill(at)
        known: list[Any] = shelf.known
        shelf.columns.promised[slots] = [promise(known[slot]) for slot in at]
        said = np.zeros(len(slots), dtype=np.int32)
        for column, (_, judge) in zip(self._kind.columns, self._rules.facts, strict=True):
            self._judge(column, judge, slots)
            said += column[slots]
        self._kind.said[slots] = said  # at once: others who ask of that kind may be reading

    def _judge(self, column: Column, judge: Judge, slots: Slots) -> None:
        """Ask a rule of those slots of which it was never asked."""
        known: list[Any] = self._shelf.known  # of all of them: their facts were judged before
        for slot in slots[column[slots] >= UNASKED].tolist():
            column[slot] = _WORTH[judge(known[slot])]


def contenders(
    said: Column, tens: Floats, unmet: Column | None, promised: Column | None, limit: int
) -> Slots:
    """Which of some offers can be among the first `limit`, or be shown as a near miss.

    `tens`: the least and the most tenths of a km that each may be away. `unmet`: how many of
    several needs each does not meet. `promised`: what orders equals next, if that is known here;
    equals of the last one by all of it stay.
    """
    fails = (said & FAILS) > 0
    fits, misses = (~fails).nonzero()[0], fails.nonzero()[0]
    if len(fits) > limit:
        theirs = None if unmet is None else unmet[fits]
        ranks = _ranks(said[fits], tens.take(fits, axis=1), theirs)
        fits = fits[_first(limit, ranks, None if promised is None else promised[fits])]
    shown = max(limit, FEWEST_NEAR_MISSES)
    if len(misses) > shown:
        # How far out a near miss may be is not known yet: of each kind the nearest stay.
        kinds = [misses] if unmet is None else [misses[unmet[misses] == n] for n in _some(unmet)]
        misses = np.concatenate([
            one[_first(shown, tens.take(one, axis=1), None if promised is None else promised[one])]
            for one in kinds
        ])  # fmt: skip
    return np.concatenate((fits, misses))


def _ranks(said: Column, tens: Floats, unmet: Column | None) -> Floats:
    """Numbers in the order of `ranking.head`: the least and the most that each may have."""
    ranks = tens + FARTHEST * (((said & ASKS) > 0) | (tens > REACH_KM * 10))
    return ranks if unmet is None else ranks + 2 * FARTHEST * unmet


def _first(count: int, ranks: Floats, promised: Column | None) -> Slots:
    least, most = ranks
    if len(least) <= count:
        return np.arange(len(least))
    last = np.partition(most, count - 1)[count - 1]
    found: Slots = (least <= last).nonzero()[0]
    if promised is None or len(found) < MANY_EQUALS:
        return found
    # Of voices on the phone, which are all equally near, a large registry has hundreds.
    are_equal = (least[found] == last) & (most[found] == last)
    equals = found[are_equal]
    if len(equals) <= count:
        return found
    theirs = promised[equals]
    soonest = equals[theirs <= np.partition(theirs, count - 1)[count - 1]]
    return np.concatenate((found[~are_equal], soonest))


def _some(unmet: Column) -> range:
    return range(int(unmet.min()), int(unmet.max()) + 1)


@lru_cache(maxsize=10_000)
def _judgement(rules: tuple[str, ...], said: tuple[int, ...]) -> Judgement:
    """By names, what columns say of one offer."""

    def those(worth: int) -> tuple[str, ...]:
        return tuple(rule for rule, one in zip(rules, said, strict=True) if one == worth)

    return Judgement(those(FITTING), those(ASKED), those(FAILED))
