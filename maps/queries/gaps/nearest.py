"""For every cell the nearest of the takers, just as find would order them.

By the straight line through the earth first, all cells and takers at once; only those that rounding
to 0.1 km cannot tell from the nearest are measured over the ground (as find does, `core/earth.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agencies.rules.candidate import Candidate
from agencies.rules.ranking import REACH_KM
from core.earth import A_CENTIMETRE, LEAST_BENT, bounds, positions
from core.geometry import tenths, ways_km
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.takers import Takers

NOBODY = -1
NOWHERE = float("inf")  # the distance of whoever has no place
AT_ONCE = 2_000_000  # pairs of cells and takers whose distances are in memory together

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each cell who is nearest (an index into the takers, NOBODY) and how far, in km."""

    who: Numbers
    km: Floats


@dataclass(frozen=True, slots=True)
class Reach:
    """For each cell the nearest who surely takes the person, and the nearest of all of them."""

    takers: Takers
    sure: Nearest
    any: Nearest

    def first(self) -> tuple[Numbers, Floats, Mask]:
        """Whom find would show first, how far, and whether surely.

        Within reach who surely fits; farther out distance alone decides (`ranking.head`).
        """
        near = (self.sure.who != NOBODY) & (self.sure.km <= REACH_KM)
        who = np.where(near, self.sure.who, self.any.who)
        km = np.where(near, self.sure.km, self.any.km)
        known = self.takers.sure[who] if len(self.takers.sure) else np.zeros(len(who), np.bool_)
        return who, km, known & (who != NOBODY)

    def offer(self, who: int) -> Candidate | None:
        """The offer of an index."""
        return None if who == NOBODY else self.takers.offers[who]


def reach_over(ground: Ground, takers: Takers) -> Reach:
    """The nearest of the takers for every cell."""
    admitted = _admitted(ground, takers)
    by_phone = np.array([one.by_phone for one in takers.offers], dtype=np.bool_)
    placed = ~by_phone & ~np.isnan(takers.points[:, 0])
    choices = (takers.sure, np.ones(len(takers.offers), dtype=np.bool_))
    found = _of_placed(ground, takers, admitted, np.flatnonzero(placed), choices)
    for nearest, among in zip(found, choices, strict=True):
        _near_everywhere(nearest, takers, admitted, np.flatnonzero(among & by_phone), 0.0)
        nowhere = among & ~by_phone & ~placed
        _near_everywhere(nearest, takers, admitted, np.flatnonzero(nowhere), NOWHERE)
    return Reach(takers, *found)


@dataclass(frozen=True, slots=True)
class _Admitted:
    """By district and stated area who is inside; and each cell's district."""

    table: Mask
    district_of: Numbers


def _admitted(ground: Ground, takers: Takers) -> _Admitted:
    districts = ground.known_districts
    rows = [takers.admits(code) for code in districts]
    at = {code: n for n, code in enumerate(districts)}
    table = np.array(rows, dtype=np.bool_).reshape(len(districts), len(takers.bounded))
    return _Admitted(table, np.array([at[code] for code in ground.districts], dtype=np.intp))


def _near_everywhere(
    found: Nearest, takers: Takers, admitted: _Admitted, slots: Numbers, km: float
) -> None:
    """Put in whoever is equally far from everywhere, where nobody is nearer: the first of them."""
    if not len(slots):
        return
    inside = admitted.table[:, takers.bounds[slots]]
    first = np.where(inside.any(axis=1), slots[inside.argmax(axis=1)], NOBODY)
    here = first[admitted.district_of]
    # Between equally far ones the order of the takers decides.
    before = (found.km > km) | ((found.km == km) & (here < found.who))
    better = (here != NOBODY) & ((found.who == NOBODY) | before)
    found.who[better], found.km[better] = here[better], km


def _of_placed(
    ground: Ground, takers: Takers, admitted: _Admitted, slots: Numbers, choices: Sequence[Mask]
) -> list[Nearest]:
    """The nearest of some slots, once for each choice among them: distances are the dearest."""
    count = len(ground.cells)
    found = [Nearest(np.full(count, NOBODY, np.intp), np.full(count, NOWHERE)) for _ in choices]
    if not len(slots) or not count:
        return found
    points = takers.points[slots]
    places = positions(points[:, 0], points[:, 1])
    inside = admitted.table[:, takers.bounds[slots]]
    step = max(1, AT_ONCE // len(slots))
    for start in range(0, count, step):
        some = slice(start, start + step)
        away = _chords(ground.places[some], places)
        away[~inside[admitted.district_of[some]]] = np.inf
        for nearest, among in zip(found, choices, strict=True):
            mine = among[slots]
            here, these, their = away[:, mine], points[mine], slots[mine]
            if not len(their):
                continue
            cells, which = np.nonzero(here <= _still_equal(here.min(axis=1))[:, None])
            if len(cells):
                _settle(nearest, ground.points, these, their, cells + start, which)
    return found


def _chords(cells: Floats, places: Floats) -> Floats:
    """Straight lines in km between all cells and all places."""
    square = (cells**2).sum(axis=1)[:, None] + (places**2).sum(axis=1)[None, :]
    square -= 2.0 * (cells @ places.T)
    np.maximum(square, 0.0, out=square)
    chords: Floats = np.sqrt(square, out=square)
    return chords


def _still_equal(least: Floats) -> Floats:
    """The longest straight line that may round to the same 0.1 km as the shortest; -1 for none."""
    reached = np.isfinite(least)
    _, most = bounds(np.where(reached, least, 0.0))
    ground = (most + 0.5) / 10.0 + 2.0 * A_CENTIMETRE
    longest = 2.0 * LEAST_BENT * np.sin(np.minimum(ground / (2.0 * LEAST_BENT), np.pi / 2.0))
    equal: Floats = np.where(reached, np.maximum(longest, least), -1.0)
    return equal


def _settle(
    found: Nearest, cells_at: Floats, points: Floats, slots: Numbers, cells: Numbers, which: Numbers
) -> None:
    """Measure over the ground, and take for each cell the nearest, the first of equals."""
    km = np.array(tenths(ways_km(cells_at[cells], points[which])))
    order = np.lexsort((slots[which], km, cells))
    firsts = order[np.unique(cells[order], return_index=True)[1]]
    found.who[cells[firsts]] = slots[which[firsts]]
    found.km[cells[firsts]] = km[firsts]
