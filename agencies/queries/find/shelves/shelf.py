"""One shelf: offers as columns, from near to far, with what the rules said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agencies.queries.find.load import Ready
from agencies.queries.find.near import EVERYWHERE, Met, Screened
from agencies.queries.find.shelves.columns import Columns, Open
from agencies.queries.find.shelves.places import Around, Places
from agencies.queries.find.shelves.sieve import Sieve, contenders
from agencies.queries.find.shelves.worth import (
    ASKS,
    FAILED,
    FAILS,
    UNASKED,
    Column,
    Floats,
    Slots,
)
from agencies.rules.candidate import Candidate
from agencies.rules.ranking import covered
from core.geometry import LatLon

# Offers looked at before farther ones are: a second turn costs more than a thousand in the first.
# Of those whose facts are not judged yet far fewer, because they may have to be read.
FIRST, FIRST_UNREAD = 2_048, 128

# offer, revision, latitude, longitude, its needs, whether it is a voice on the phone
Listing = tuple[Any, int, float | None, float | None, frozenset[str], bool]
Wanted = tuple[frozenset[str], ...]


class NotReadyError(Exception):
    """Offers are met whose facts are not in memory: the database is to be asked."""

    def __init__(self, offers: list[Any]) -> None:
        """Which offers, as the driver names them."""
        super().__init__()
        self.offers = offers


@dataclass(slots=True)
class Shelf:
    """Offers in slots. `renewed` gives another shelf; slots are only filled in, never altered."""

    ready: Ready
    offers: list[Any]
    revisions: list[int]
    places: Places  # the known ones come first
    needs: list[frozenset[str]]
    slot_of: dict[Any, int]
    known: list[Candidate | None]
    columns: Columns

    @classmethod
    def of(cls, ready: Ready, listings: Sequence[Listing]) -> Shelf:
        """A shelf; those with a place come first."""
        placed = [one for one in listings if one[2] is not None]
        ordered = [*placed, *(one for one in listings if one[2] is None)]
        return cls(
            ready,
            [one[0] for one in ordered],
            [one[1] for one in ordered],
            Places([one[2:4] for one in ordered], [one[5] for one in ordered]),
            [one[4] for one in ordered],
            {one[0]: slot for slot, one in enumerate(ordered)},
            [None] * len(ordered),
            Columns(len(ordered)),
        )

    def renewed(self, revisions: Mapping[Any, int]) -> Shelf:
        """The shelf with other revisions of some offers, of whose facts nothing is known yet."""
        slots = {self.slot_of[one]: new for one, new in revisions.items() if one in self.slot_of}
        if not slots:
            return self
        changed, known = list(self.revisions), list(self.known)
        for slot, revision in slots.items():
            changed[slot], known[slot] = revision, None
        columns = self.columns.without(np.array(list(slots), dtype=np.intp))
        return replace(self, revisions=changed, known=known, columns=columns)

    def walk(self, origin: LatLon, sieve: Sieve, wanted: Wanted, limit: int) -> Iterator[Screened]:
        """From near to far without gaps: whom the rules do not rule out twice over.

        Of those that are met together only who can be among the first `limit` of those that meet
        the wanted needs (the codes of each). Raises `NotReadyError` when an offer is met that is
        not in memory.
        """
        around = self.places.around(origin)
        for slots, said, sure in _outwards(around, sieve.open()):
            left, said = sieve.left(slots, said)
            slots = slots[left]
            tens = around.tens(slots)
            if len(slots) > limit:
                unmet, promised = self._unmet(slots, wanted), sieve.promised(slots)
                first = contenders(said, tens, unmet, promised, limit)
                slots, said, tens = slots[first], said[first], tens.take(first, axis=1)
            kms = around.shown(slots, tens)
            yield Screened(self._met(zip(kms, slots.tolist(), said.tolist(), strict=True)), sure)

    def _unmet(self, slots: Slots, wanted: Wanted) -> Column | None:
        """How many of several needs are not met by the offers in slots; None for a single one."""
        if len(wanted) == 1:
            return None
        return self.columns.of_needs(
            wanted, lambda: [len(wanted) - covered(needs, wanted) for needs in self.needs]
        )[slots]

    def everybody(self, sieve: Sieve) -> Iterator[Screened]:
        """The same without a place to begin at: nothing is nearer than another."""
        slots, facts, *_ = sieve.open()
        left, said = sieve.left(slots, facts)
        found = zip(repeat(None), slots[left].tolist(), said.tolist(), strict=False)
        yield Screened(self._met(found), EVERYWHERE)

    def _met(self, found: Iterable[tuple[float | None, int, int]]) -> list[Met]:
        """What was found by distance, slot and what the facts say; all of them are known by now."""
        known: list[Any] = self.known
        placed = self.places.placed
        return [
            (
                known[slot],
                km if slot < placed else None,
                (said & FAILS) // FAILED,
                said & ASKS > 0,
                slot,
            )
            for km, slot, said in found
        ]

    def fill(self, slots: list[int]) -> None:
        """Know the offers in these slots, or raise `NotReadyError`."""
        missing = []
        for slot in slots:
            if self.known[slot] is None:
                found = self.ready.known(self.offers[slot], self.revisions[slot])
                if found is None:
                    missing.append(self.offers[slot])
                else:
                    self.known[slot] = found
        if missing:
            raise NotReadyError(missing)


def _outwards(around: Around, ones: Open) -> Iterator[tuple[Slots, Column, float]]:
    """Slots by distance and what is known of their facts, and within which km of ground no other
    slot of them is. What has no place comes last, and with the first ones.
    """
    slots, said, end, unjudged = ones
    turn = 0
    while end > FIRST << turn or len(unjudged) > FIRST_UNREAD << turn:
        first, later = _parted(around.halves[slots[:end]], unjudged, turn)
        if not len(later):
            break
        now = np.concatenate((first, np.arange(end, len(slots))))
        yield slots[now], said[now], around.none_within(slots[later])
        slots, said, end = slots[later], said[later], len(later)
        unjudged, turn = (said >= UNASKED).nonzero()[0], turn + 1
    yield slots, said, EVERYWHERE


def _parted(halves: Floats, unread: Slots, turn: int) -> tuple[Slots, Slots]:
    """Which of some offers are looked at in a turn, and which later; each time twice as many.

    `unread`: which of them are not judged yet.
    """
    count, most = FIRST << turn, FIRST_UNREAD << turn
    first, later = np.arange(len(halves)), unread[:0]
    if len(halves) > count:
        parted = halves.argpartition(count)
        first, later = parted[:count], parted[count:]
        unread = unread[_marked(first, len(halves))[unread]]
    if len(unread) > most:
        farther = unread[halves[unread].argpartition(most)[most:]]
        first = first[~_marked(farther, len(halves))[first]]
        later = np.concatenate((later, farther))
    return first, later


def _marked(slots: Slots, size: int) -> NDArray[np.bool_]:
    marks = np.zeros(size, dtype=np.bool_)
    marks[slots] = True
    return marks
