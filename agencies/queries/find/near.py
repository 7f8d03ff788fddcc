"""Walk outwards from a place: which offers are there, ring after ring.

The table is read in ranges of H3 cells. Each step takes a wider disk of coarser cells and says
how far out everything has surely been seen. Where somebody asked before, the walk starts with the
disk that sufficed then (design.md §5, adaptive starting ring).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agencies.models.offer import BY_PHONE, SOMEWHERE
from core.db import raw_rows
from core.geometry import LatLon, cell_of, covered_km, disk, distances_km, span

EVERYWHERE = float("inf")
FIRST_RESOLUTION = 6  # cells of about 3.7 km an edge: a city's next services
FINEST_RESOLUTION = 9
CROWD = 200  # more than this in the first disk: start with a smaller one next time
HINT_RESOLUTION = 3
MOST_HINTS = 20_000
RINGS = 1

Row = tuple[Any, float | None, float | None, int]  # offer id, latitude, longitude, revision


@dataclass(frozen=True, slots=True)
class Step:
    """Offers newly met, their distances in km, and the radius within which none is missing."""

    rows: list[Row]
    distances: list[float | None]
    seen_km: float


_hints: dict[tuple[tuple[str, ...], int], int] = {}


def walk(origin: LatLon, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """Offers for any of the need codes and visible to a tier, from near to far, without gaps."""
    codes = tuple(sorted(codes))
    yield _everywhere(codes, tier)
    met: set[Any] = set()
    hint = (codes, cell_of(origin, HINT_RESOLUTION))
    first = resolution = _hints.get(hint, FIRST_RESOLUTION)
    while resolution >= 0:
        ranges = [span(cell) for cell in disk(origin, resolution, RINGS)]
        fresh = _unmet(_rows(codes, tier, ranges), met)
        # Remembered before the reader decides: if it stops now, this disk was wide enough.
        crowded = resolution == first and len(fresh) > CROWD
        _remember(hint, min(resolution + crowded, FINEST_RESOLUTION))
        yield Step(fresh, _distances(origin, fresh), covered_km(origin, resolution, RINGS))
        resolution -= 1
    fresh = _unmet(_rows(codes, tier, [(SOMEWHERE + 1, 2**63 - 1)]), met)
    yield Step(fresh, _distances(origin, fresh), EVERYWHERE)


def walk_without_origin(codes: Sequence[str], tier: int) -> Iterator[Step]:
    """All offers for any of the codes: without a place nothing is nearer than another."""
    rows = _unmet(_rows(tuple(codes), tier, [(0, 2**63 - 1)]), set())
    yield Step(rows, [None] * len(rows), EVERYWHERE)


def _everywhere(codes: tuple[str, ...], tier: int) -> Step:
    rows = _unmet(_rows(codes, tier, [(BY_PHONE, SOMEWHERE)]), set())
    return Step(rows, [None] * len(rows), 0.0)


def _remember(key: tuple[tuple[str, ...], int], resolution: int) -> None:
    if len(_hints) > MOST_HINTS:
        _hints.clear()
    _hints[key] = resolution


def _unmet(rows: list[Row], met: set[Any]) -> list[Row]:
    fresh = []
    for row in rows:
        if row[0] not in met:
            met.add(row[0])
            fresh.append(row)
    return fresh


def _distances(origin: LatLon, rows: list[Row]) -> list[float | None]:
    return list(distances_km(origin, [(row[1] or 0.0, row[2] or 0.0) for row in rows]))


_ONE_RANGE = (
    "select offer_id, latitude, longitude, revision from find_entry"
    " where need = ? and cell between ? and ? and tier <= ?"
)


def _rows(codes: tuple[str, ...], tier: int, ranges: list[tuple[int, int]]) -> list[Row]:
    parameters: list[Any] = []
    for code in codes:
        for low, high in ranges:
            parameters += (code, low, high, tier)
    arms = len(codes) * len(ranges)
    return raw_rows(" union all ".join([_ONE_RANGE] * arms), parameters)
