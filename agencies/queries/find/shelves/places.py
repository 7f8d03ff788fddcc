"""Where a shelf's offers are, and how far from the places that people ask from.

Many ask from the same few places, a district's middle above all: how far away an offer is, which
nothing but a move changes, is kept for the last of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from agencies.queries.find.shelves.worth import Floats, Slots
from core.earth import at_least, bounds, exactly, position, positions
from core.geometry import LatLon

MOST_KEPT = 16_384  # distances, so of a large shelf those from few places
A_METRE = 0.001  # what rounding may take from a short distance
NOWHERE_TENS = 2.0**20 - 1.0  # behind every place on earth, in tenths of a km

Point = tuple[float | None, float | None]  # latitude and longitude in degrees


class Places:
    """Points in slots; those that are known come first."""

    def __init__(self, points: Sequence[Point], by_phone: Sequence[bool]) -> None:
        """`by_phone`: of each, whether it is a voice on the phone."""
        self.points = np.array(points, np.float64).reshape(-1, 2)
        self.placed = sum(point[0] is not None for point in points)
        # In km from the middle of the earth, a row each of x, y and z: one sum runs over long rows.
        self._rows = np.ascontiguousarray(positions(*self.points[: self.placed].T).T)
        self._halves = np.einsum("ij,ij->j", self._rows, self._rows) / 2.0
        # A voice on the phone is near everywhere, and what has no known place is near nowhere.
        placeless = [0.0 if phone else NOWHERE_TENS for phone in by_phone[self.placed :]]
        self._unlooked = np.full((2, len(points)), np.nan)
        self._unlooked[:, self.placed :] = placeless
        self._seen: OrderedDict[LatLon, Around] = OrderedDict()

    def around(self, origin: LatLon) -> Around:
        """They all, as seen from a place."""
        known = self._seen.get(origin)
        if known is None:
            here = position(origin)
            # Not by a product of matrices: that would wake threads, for some microseconds.
            halves = self._halves - np.einsum("ij,i->j", self._rows, here)
            halves += float(here @ here) / 2.0
            known = Around(origin, self.points, halves, self._unlooked.copy())
            self._seen[origin] = known
            if len(self._seen) * len(self.points) > MOST_KEPT and len(self._seen) > 1:
                self._seen.popitem(last=False)
        return known


class Around:
    """A shelf's places as seen from one."""

    def __init__(self, origin: LatLon, points: Floats, halves: Floats, tens: Floats) -> None:
        """`halves`: half the squares of the straight lines in km."""
        self._origin, self._points, self.halves, self._tens = origin, points, halves, tens

    def tens(self, slots: Slots) -> Floats:
        """The least and the most tenths of a km that those in some slots may be away."""
        found = self._tens.take(slots, axis=1)
        if np.isnan(found[1].sum()):
            unlooked = slots[np.isnan(found[1])]
            self._tens[:, unlooked] = bounds(_chords(self.halves[unlooked]))
            found = self._tens.take(slots, axis=1)
        return found

    def shown(self, slots: Slots, tens: Floats) -> list[float]:
        """How far away they are, rounded as `round(km, 1)`; `tens` are theirs."""
        least, most = tens
        unsure = (least != most).nonzero()[0]
        if len(unsure):
            most[unsure] = exactly(self._origin, self._points[slots[unsure]])
            self._tens[:, slots[unsure]] = most[unsure]
        kms: list[float] = (most / 10.0).tolist()
        return kms

    def none_within(self, slots: Slots) -> float:
        """Within how many km of ground there is surely nobody of those in some slots."""
        return at_least(float(_chords(self.halves[slots].min(keepdims=True))[0])) - A_METRE


def _chords(halves: Floats) -> Floats:
    """Straight lines in km, of half of their squares.

    Rounding takes a millimetre from some metres, and less from more (`core.earth.A_CENTIMETRE`).
    """
    return np.sqrt(np.maximum(halves * 2.0, 0.0))
