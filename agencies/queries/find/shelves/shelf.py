"""One shelf: offers as columns, from near to far, with what the rules said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np

from agencies.queries.find.load import Ready
from agencies.queries.find.near import EVERYWHERE, Met, Screened
from agencies.queries.find.shelves.columns import Columns, Open
from agencies.queries.find.shelves.sieve import NOWHERE_TENS, Floats, Sieve, contenders
from agencies.queries.find.shelves.worth import ASKS, FAILED, FAILS, UNASKED, Column, Slots
from agencies.rules.candidate import Candidate
from agencies.rules.ranking import covered
from core.earth import at_least, between, bounds, position, positions
from core.geometry import LatLon

# Offers looked at before farther ones are: a second turn costs more than a thousand in the first.
# Of those whose facts are not judged yet far fewer, because they may have to be read.
FIRST, FIRST_UNREAD = 2_048, 128
A_METRE = 0.001  # what rounding may take from a short distance

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
    points: Floats  # latitude and longitude; those with a place come first
    places: Floats  # of those, in km from the middle of the earth: rows of x, y and z
    halves: Floats  # half the square of how far each of these is from there
    placed: int  # how many these are
    placeless: Floats  # of the others: tenths of a km
    needs: list[frozenset[str]]
    slot_of: dict[Any, int]
    known: list[Candidate | None]
    columns: Columns

    @classmethod
    def of(cls, ready: Ready, listings: Sequence[Listing]) -> Shelf:
        """A shelf; those with a place come first."""
        placed = [one for one in listings if one[2] is not None]
        ordered = [*placed, *(one for one in listings if one[2] is None)]
        points = np.array([one[2:4] for one in ordered], np.float64).reshape(-1, 2)
        # A row each of x, y and z: one sum runs over long rows.
        places = np.ascontiguousarray(positions(*points[: len(placed)].T).T)
        # A voice on the phone is near everywhere, and what has no known place is near nowhere.
        placeless = [0.0 if one[5] else NOWHERE_TENS for one in ordered[len(placed) :]]
        return cls(
            ready,
            [one[0] for one in ordered],
            [one[1] for one in ordered],
            points,
            places,
            np.einsum("ij,ij->j", places, places) / 2.0,
            len(placed),
            np.array(placeless),
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
        for slots, said, halves, sure in self._outwards(position(origin), sieve.open()):
            left, said = sieve.left(slots, said)
            slots, tens = slots[left], self._tens(slots, halves, left)
            if len(slots) > limit:
                first = contenders(said, tens, self._unmet(slots, wanted), limit)
                slots, said, tens = slots[first], said[first], tens.take(first, axis=1)
            shown = between(origin, self.points[slots], tens)
            yield Screened(self._met(zip(shown, slots.tolist(), said.tolist(), strict=True)), sure)

    def _tens(self, slots: Slots, halves: Floats, left: Slots) -> Floats:
        """The bounds of how far away those of some slots are that are left, in tenths of a km.

        Those with a place come first, with what `halves` says of them.
        """
        end = int(left.searchsorted(len(halves)))
        if end == len(left):
            return bounds(_chords(halves[left]))
        tens = np.empty((2, len(left)))
        tens[:, :end] = bounds(_chords(halves[left[:end]]))
        tens[:, end:] = self.placeless[slots[left[end:]] - self.placed]
        return tens

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

    def _outwards(self, here: Floats, ones: Open) -> Iterator[tuple[Slots, Column, Floats, float]]:
        """Slots by distance and what is known of their facts, half the squares of their straight
        lines from here in km, and within which km on earth no other slot of them is.

        What has no place comes last, and with the first ones.
        """
        slots, said, end, unjudged = ones
        # Not by a product of matrices: that would wake threads, for some microseconds.
        halves = (self.halves - np.einsum("ij,i->j", self.places, here))[slots[:end]]
        halves += float(here @ here) / 2.0
        turn = 0
        while (parts := _parted(halves, unjudged, turn)) is not None:
            first, later = parts
            sure = at_least(float(_chords(halves[later].min(keepdims=True))[0])) - A_METRE
            now = np.concatenate((first, np.arange(end, len(slots))))
            yield slots[now], said[now], halves[first], sure
            slots, said, halves, end = slots[later], said[later], halves[later], len(later)
            unjudged, turn = (said >= UNASKED).nonzero()[0], turn + 1
        yield slots, said, halves, EVERYWHERE

    def _met(self, found: Iterable[tuple[float | None, int, int]]) -> list[Met]:
        """What was found by distance, slot and what the facts say; all of them are known by now."""
        known: list[Any] = self.known
        placed = self.placed
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


def _parted(halves: Floats, unread: Slots, turn: int) -> tuple[Slots, Slots] | None:
    """Which of some offers are looked at in a turn, and which later; each time twice as many.

    None when there is room for all. `unread`: which of them are not judged yet.
    """
    count, most = FIRST << turn, FIRST_UNREAD << turn
    if len(halves) <= count and len(unread) <= most:
        return None
    first, later = np.arange(len(halves)), unread[:0]
    if len(halves) > count:
        parted = halves.argpartition(count)
        first, later = parted[:count], parted[count:]
        unread = np.intersect1d(first, unread, assume_unique=True)
    if len(unread) > most:
        parted = halves[unread].argpartition(most)
        first = np.setdiff1d(first, unread[parted[most:]], assume_unique=True)
        later = np.concatenate((later, unread[parted[most:]]))
    return first, later


def _chords(halves: Floats) -> Floats:
    """Straight lines in km, of half of their squares.

    Rounding takes a millimetre from some metres, and less from more (`core.earth.A_CENTIMETRE`).
    """
    return np.sqrt(np.maximum(halves * 2.0, 0.0))
