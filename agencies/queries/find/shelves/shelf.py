"""One shelf: offers as columns, from near to far, with what the rules said of their facts.

What a rule says of an offer's facts depends on little of the question: of a woman it says the same
whoever she is. So it is asked once for each offer and kept in a column of its own, by exactly what
it depends on (`rules.facts`). Beds, hours and areas are never kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agencies.queries.find.load import Ready
from agencies.queries.find.near import EVERYWHERE, PORTION, Met, Screened
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import Judge, Verdict
from agencies.rules.facts import Facts
from core.geometry import SPHERE, LatLon, distances_km

FIRST = 48  # offers looked at before farther ones are put in order
RADIUS_KM = 6371.0
A_METRE = 0.001  # what rounding may take from a short distance on the sphere
MOST_COLUMNS = 300
UNASKED = 9

Listing = tuple[Any, int, float | None, float | None]  # offer, revision, latitude, longitude
Slots = NDArray[np.intp]
Column = NDArray[np.int8]


class NotReadyError(Exception):
    """An offer is met whose facts are not in memory: the database is to be asked."""


@dataclass(slots=True)
class Shelf:
    """Offers in slots. `renewed` gives another shelf; slots are only filled in, never altered."""

    ready: Ready
    offers: list[Any]
    revisions: list[int]
    points: list[tuple[float, float]]
    vectors: NDArray[np.float64]  # of those with a place, on a sphere of radius 1
    slot_of: dict[Any, int]
    known: list[Candidate | None]
    said: OrderedDict[Hashable, Column] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, ready: Ready, listings: Sequence[Listing]) -> Shelf:
        """A shelf; those with a place come first."""
        placed = [one for one in listings if one[2] is not None]
        ordered = [*placed, *(one for one in listings if one[2] is None)]
        points = [(float(lat or 0), float(lon or 0)) for _, _, lat, lon in placed]
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
        placeless = np.arange(len(self.points), len(self.offers), dtype=np.intp)
        if len(placeless):
            yield Screened(self._unplaced(placeless, facts), 0.0)
        waiting: list[tuple[float, int, int, bool]] = []
        for slots, beyond in self._outwards(origin):
            sure = max(0.0, SPHERE * beyond - A_METRE)
            waiting += self._measured(origin, slots, facts)
            waiting.sort()
            near = [one for one in waiting if one[0] <= sure]
            waiting = waiting[len(near) :]
            for start in range(0, max(len(near), 1), PORTION):
                end = start + PORTION
                yield Screened(
                    [self._met(slot, failed, ask, km) for km, slot, failed, ask in near[start:end]],
                    near[end][0] if end < len(near) else sure,
                )

    def everybody(self, facts: Facts) -> Iterator[Screened]:
        """The same without a place to begin at: nothing is nearer than another."""
        slots = np.arange(len(self.offers), dtype=np.intp)
        yield Screened(self._unplaced(slots, facts), EVERYWHERE)

    def _outwards(self, origin: LatLon) -> Iterator[tuple[Slots, float]]:
        """Slots by distance on the sphere, and beyond which km there on all others are."""
        turned = np.clip(self.vectors @ _vectors([origin])[0], -1.0, 1.0)
        far = 2.0 * RADIUS_KM * np.arcsin(np.sqrt((1.0 - turned) / 2.0))
        start, size = 0, FIRST
        if len(far) > 4 * FIRST:
            parted = np.argpartition(far, FIRST)
            first, rest = parted[:FIRST], parted[FIRST:]
            yield first, float(far[rest].min())
            order = rest[np.argsort(far[rest])]
            size *= 2
        else:
            order = np.argsort(far)
        while start < len(order) or not start:
            end = start + size
            yield order[start:end], float(far[order[end]]) if end < len(order) else EVERYWHERE
            start, size = end, size * 2

    def _measured(
        self, origin: LatLon, slots: Slots, facts: Facts
    ) -> list[tuple[float, int, int, bool]]:
        left = self._screened(slots, facts)
        distances = distances_km(origin, [self.points[slot] for slot, _, _ in left])
        return [(km, *one) for km, one in zip(distances, left, strict=True)]

    def _unplaced(self, slots: Slots, facts: Facts) -> list[Met]:
        return [self._met(*one, None) for one in self._screened(slots, facts)]

    def _met(self, slot: int, failed: int, ask: bool, km: float | None) -> Met:
        candidate = self.known[slot]
        assert candidate is not None
        return candidate, km, failed, ask

    def _screened(self, slots: Slots, facts: Facts) -> list[tuple[int, int, bool]]:
        """Slots that fail at most once, how often they fail, and whether something is to be asked.

        What is not in memory is not judged, and ends the walk.
        """
        self._fill(slots.tolist())
        failed = np.zeros(len(slots), dtype=np.int8)
        ask = np.zeros(len(slots), dtype=bool)
        for name, judge in facts:
            said = self._said(name, judge, slots)
            failed += said == Verdict.FAILS
            ask |= said == Verdict.ASK
        left = np.flatnonzero(failed < 2)
        return list(
            zip(slots[left].tolist(), failed[left].tolist(), ask[left].tolist(), strict=True)
        )

    def _fill(self, slots: list[int]) -> None:
        for slot in slots:
            if self.known[slot] is None:
                found = self.ready.known(self.offers[slot], self.revisions[slot])
                if found is None:
                    raise NotReadyError
                self.known[slot] = found

    def _said(self, name: Hashable, judge: Judge, slots: Slots) -> Column:
        column = self.said.get(name)
        if column is None:
            column = self.said[name] = np.full(len(self.offers), UNASKED, dtype=np.int8)
            if len(self.said) > MOST_COLUMNS:
                self.said.popitem(last=False)
        said = column[slots]
        if UNASKED in said:
            for slot in slots[said == UNASKED].tolist():
                column[slot] = judge(self.known[slot])  # type: ignore[arg-type]
            said = column[slots]
        return said


def _vectors(points: Sequence[LatLon]) -> NDArray[np.float64]:
    turned = np.radians(np.array(points, dtype=np.float64).reshape(-1, 2))
    latitude, longitude = turned[:, 0], turned[:, 1]
    level = np.cos(latitude)
    return np.stack(
        [level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)], axis=1
    )
