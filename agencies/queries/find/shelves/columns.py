"""What the rules said of a shelf's offers, a column for each rule and what it read.

What a rule says of an offer's facts depends on little of the question: of a woman it says the same
whoever she is. So it is asked once for each offer and kept in a column of its own, by exactly what
it depends on (`rules.facts`). What depends on the minute or the district is kept for others who ask
then or from there, in fewer columns. Of beds `figures` keeps when they were said.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np

from agencies.queries.find.shelves.figures import Figures
from agencies.queries.find.shelves.worth import TWICE, UNASKED, Column, Slots

T = TypeVar("T")

MOST_FACTS = 300
MOST_PASSING = 32
MOST_PARTIES = 64
MOST_KINDS = 32


class Open(NamedTuple):
    """The slots of which not two facts are known to fail, and what is known of each.

    `placed`: how many have a place; they come first. `unjudged`: which of those were never asked
    for their facts, by their place among them.
    """

    slots: Slots
    said: Column
    placed: int
    unjudged: Slots


@dataclass(slots=True)
class Kind:
    """The columns of all rules of facts for a kind of person and needs, and their sum.

    It is UNASKED or more where not all of them were asked.
    """

    columns: tuple[Column, ...]
    said: Column
    _open: Open | None = None  # once nothing more can become known

    def open(self, placed: int) -> Open:
        """Who is left; so many slots of all have a place."""
        known = self._open
        if known is None:
            slots = ((self.said & TWICE) == 0).nonzero()[0]
            said = self.said[slots]
            near = int(slots.searchsorted(placed))
            known = Open(slots, said, near, (said[:near] >= UNASKED).nonzero()[0])
            if not len(said) or said.max() < UNASKED:
                self._open = known
        return known


@dataclass(slots=True)
class Columns:
    """The columns of one shelf. Slots are only filled in, never altered."""

    size: int
    needs: dict[Hashable, Column] = field(default_factory=dict)
    facts: OrderedDict[Hashable, Column] = field(default_factory=OrderedDict)
    passing: OrderedDict[Hashable, Column] = field(default_factory=OrderedDict)
    kinds: OrderedDict[Hashable, Kind] = field(default_factory=OrderedDict)
    parties: OrderedDict[Hashable, Figures] = field(default_factory=OrderedDict)
    promised: Column = field(init=False)  # minutes, of those whose facts were judged

    def __post_init__(self) -> None:
        self.promised = np.zeros(self.size, dtype=np.int32)

    def of_facts(self, name: Hashable) -> Column:
        """What a rule of facts said of each slot; UNASKED where it was never asked."""
        return _kept(self.facts, name, self._unasked, MOST_FACTS)

    def of_passing(self, name: Hashable) -> Column:
        """The same of a rule that reads the minute or the district."""
        return _kept(self.passing, name, self._unasked, MOST_PASSING)

    def of_kind(self, names: tuple[Hashable, ...]) -> Kind:
        """What some rules of facts said together."""

        def add_up() -> Kind:
            columns = tuple(self.of_facts(name) for name in names)
            return Kind(columns, sum(columns, np.zeros(self.size, dtype=np.int32)))

        return _kept(self.kinds, names, add_up, MOST_KINDS)

    def of_party(self, party: Hashable) -> Figures:
        """What pools tell of a party."""
        return _kept(self.parties, party, lambda: Figures.of(self.size), MOST_PARTIES)

    def of_needs(self, wanted: Hashable, look: Callable[[], list[int]]) -> Column:
        """How many of several needs each does not meet: few combinations make the same shelf."""
        known = self.needs.get(wanted)
        if known is None:
            known = self.needs[wanted] = np.array(look(), dtype=np.int32)
        return known

    def without(self, slots: Slots) -> Columns:
        """The columns of a shelf of which some slots were renewed: nothing is known of those.

        What was added up is added up again.
        """
        new = Columns(self.size, self.needs)
        for mine, others in ((self.facts, new.facts), (self.passing, new.passing)):
            for name, column in list(mine.items()):
                others[name] = other = column.copy()
                other[slots] = UNASKED
        new.promised[:] = self.promised  # after the facts, with which it is filled in before them
        for party, figures in list(self.parties.items()):
            new.parties[party] = figures.without(slots)
        return new

    def _unasked(self) -> Column:
        return np.full(self.size, UNASKED, dtype=np.int32)


def _kept(kept: OrderedDict[Hashable, T], name: Hashable, make: Callable[[], T], most: int) -> T:
    known = kept.get(name)
    if known is None:
        known = kept[name] = make()
        if len(kept) > most:
            kept.popitem(last=False)
    return known
