"""One shelf: offers as columns, from near to far, with what the rules said of their facts.

What a rule says of an offer's facts depends on little of the question: of a woman it says the same
whoever she is. So it is asked once for each offer and kept in a column of its own, by exactly what
it depends on (`rules.facts`). Beds, hours and areas are never kept.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agencies.queries.find.load import Ready
from agencies.queries.find.near import EVERYWHERE, PORTION, Met, Screened
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import Verdict
from agencies.rules.facts import Facts
from core.geometry import SPHERE, LatLon, distances_to, tenths

FIRST = 48  # offers looked at before farther ones are put in order
RADIUS_KM = 6371.0
A_METRE = 0.001  # what rounding may take from a short distance on the sphere
MOST_COLUMNS = 300
# A column holds numbers that are added up over the rules of a question: how many say ask, how
# many fail, whether one was never asked.
FAILED, UNASKED = 64, 2**20
_by_distance = itemgetter(0)
_WORTH = {Verdict.FITS: 0, Verdict.SILENT: 0, Verdict.ASK: 1, Verdict.FAILS: FAILED}

Listing = tuple[Any, int, float | None, float | None]  # offer, revision, latitude, longitude
Slots = NDArray[np.intp]
Column = NDArray[np.int32]


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
    points: NDArray[np.float64]  # latitude and longitude of those with a place
    vectors: NDArray[np.float64]  # of those with a place, on a sphere of radius 1
    slot_of: dict[Any, int]
    known: list[Candidate | None]
    said: OrderedDict[Hashable, Column] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, ready: Ready, listings: Sequence[Listing]) -> Shelf:
        """A shelf; those with a place come first."""
        placed = [one for one in listings if one[2] is not None]
        ordered = [*placed, *(one for one in listings if one[2] is None)]
        points = np.array([(lat, lon) for _, _, lat, lon in placed], np.float64).reshape(-1, 2)
        return cls(
            ready,
            [one[0] for one in ordered],
            [one[1] for one in ordered],
            points,
            _vectors(points),
            {one[0]: slot for slot, one in enumerate(ordered)},
            [None] * len(ordered),
        )

    def renewed(self, revisions: Mapping[Any, int]) -> Shelf:
        """The shelf with other revisions of some offers, of whose facts nothing is known yet."""
        slots = {self.slot_of[one]: new for one, new in revisions.items() if one in self.slot_of}
        if not slots:
            return self
        changed, known = list(self.revisions), list(self.known)
        for slot, revision in slots.items():
            changed[slot], known[slot] = revision, None
        at = np.array(list(slots), dtype=np.intp)
        said: OrderedDict[Hashable, Column] = OrderedDict()
        for name, column in list(self.said.items()):
            said[name] = column.copy()
            said[name][at] = UNASKED
        return Shelf(
            self.ready, self.offers, changed, self.points, self.vectors, self.slot_of, known, said
        )

    def walk(self, origin: LatLon, facts: Facts) -> Iterator[Screened]:
        """From near to far without gaps: whom the facts do not rule out twice over.

        Raises `NotReadyError` when an offer is met that is not in memory.
        """
        sieve, placed = _Sieve(self, facts), len(self.points)
        ahead: Slots = np.arange(placed, len(self.offers), dtype=np.intp)
        waiting: list[tuple[float, int, int]] = []
        for slots, sure in self._outwards(origin):
            left, said = sieve.left(np.concatenate((ahead, slots)) if len(ahead) else slots)
            if len(ahead):  # without a place: near everywhere
                here = left < placed
                yield Screened(self._met(_nowhere(left[~here], said[~here])), 0.0)
                left, said, ahead = left[here], said[here], ahead[:0]
            at = self.points[left]
            shown = tenths(distances_to(origin, at[:, 0], at[:, 1]))
            waiting += zip(shown, left.tolist(), said.tolist(), strict=True)
            waiting.sort()
            # As distances are shown: whoever is rounded up beyond what is sure waits for equals.
            near = bisect_right(waiting, sure, key=_by_distance)
            for start in range(0, max(near, 1), PORTION):
                end = min(start + PORTION, near)
                yield Screened(
                    self._met(waiting[start:end]), waiting[end][0] if end < near else sure
                )
            del waiting[:near]

    def everybody(self, facts: Facts) -> Iterator[Screened]:
        """The same without a place to begin at: nothing is nearer than another."""
        slots = np.arange(len(self.offers), dtype=np.intp)
        left, said = _Sieve(self, facts).left(slots)
        yield Screened(self._met(_nowhere(left, said)), EVERYWHERE)

    def _outwards(self, origin: LatLon) -> Iterator[tuple[Slots, float]]:
        """Slots by distance on the sphere, and within which km on earth no other slot is."""
        # Of points on a sphere the nearer one has the larger product: no angle need be worked out.
        away = self.vectors @ _opposite(origin)
        rest: Slots = np.arange(len(away), dtype=np.intp)
        size = FIRST
        while size < len(rest):
            parted = away.argpartition(size)
            yield rest[parted[:size]], _surely_km(away[parted[size]])
            beyond = parted[size:]
            away, rest, size = away[beyond], rest[beyond], 2 * size
        yield rest, EVERYWHERE

    def _met(self, found: Iterable[tuple[float | None, int, int]]) -> list[Met]:
        """What was found by distance, slot and what the facts say; all of them are known by now."""
        known: list[Any] = self.known
        return [(known[slot], km, said // FAILED, said % FAILED > 0) for km, slot, said in found]

    def column(self, name: Hashable) -> Column:
        """What a rule of facts said of each slot; UNASKED where it was never asked."""
        column = self.said.get(name)
        if column is None:
            column = np.full(len(self.offers), UNASKED, dtype=np.int32)
            self.said[name] = column
            if len(self.said) > MOST_COLUMNS:
                self.said.popitem(last=False)
        return column

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


class _Sieve:
    """What the facts say of a shelf's offers to one question, added up over its rules."""

    def __init__(self, shelf: Shelf, facts: Facts) -> None:
        self._shelf = shelf
        self._columns = [(shelf.column(name), judge) for name, judge in facts]
        self._said = np.zeros(len(shelf.offers), dtype=np.int32)
        for column, _ in self._columns:
            self._said += column

    def left(self, slots: Slots) -> tuple[Slots, Column]:
        """Slots that fail at most once, and what was said of each.

        What is not in memory is not judged, and ends the walk with `NotReadyError`.
        """
        said = self._said[slots]
        unasked = said >= UNASKED
        if unasked.any():  # nothing else can be missing: what was judged is known
            self._judge(slots[unasked])
            said = self._said[slots]
        fit = said < 2 * FAILED
        return slots[fit], said[fit]

    def _judge(self, slots: Slots) -> None:
        known: list[Any] = self._shelf.known
        self._shelf.fill(slots.tolist())
        self._said[slots] = 0
        for column, judge in self._columns:
            for slot in slots[column[slots] == UNASKED].tolist():
                column[slot] = _WORTH[judge(known[slot])]
            self._said[slots] += column[slots]


def _nowhere(slots: Slots, said: Column) -> Iterator[tuple[None, int, int]]:
    return zip(repeat(None), slots.tolist(), said.tolist(), strict=False)


def _opposite(point: LatLon) -> NDArray[np.float64]:
    latitude, longitude = math.radians(point[0]), math.radians(point[1])
    level = -math.cos(latitude)
    return np.array((level * math.cos(longitude), level * math.sin(longitude), -math.sin(latitude)))


def _surely_km(away: float) -> float:
    """The least km on earth between two points of which this is the negative product."""
    angle = 2.0 * math.asin(math.sqrt(min(1.0, max(0.0, (1.0 + float(away)) / 2.0))))
    return max(0.0, SPHERE * RADIUS_KM * angle - A_METRE)


def _vectors(points: NDArray[np.float64]) -> NDArray[np.float64]:
    turned = np.radians(points)
    latitude, longitude = turned[:, 0], turned[:, 1]
    level = np.cos(latitude)
    return np.stack(
        [level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)], axis=1
    )
