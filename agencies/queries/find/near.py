"""Walk outwards from a place: which offers are there, ring after ring.

The table is read in ranges of H3 cells. Each step takes a wider disk of coarser cells and says
how far out everything has surely been seen. Where somebody asked before, the walk starts with the
disk that sufficed then (design.md §5, adaptive starting ring).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from agencies.models.offer import BY_PHONE, SOMEWHERE
from core.db import Snapshot
from core.geometry import LatLon, cell_of, covered_km, disk, distances_km, span

EVERYWHERE = float("inf")
FIRST_RESOLUTION = 6  # cells of about 3.7 km an edge: a city's next services
FINEST_RESOLUTION = 9
CROWD = 200  # more than this in the first disk: start with a smaller one next time
HINT_RESOLUTION = 3
MOST_HINTS = 20_000
RINGS = 1

Row = tuple[Any, float | None, float | None, int]  # offer id, latitude, longitude, revision
Range = tuple[int, int]
PLACELESS: Range = (BY_PHONE, SOMEWHERE)
EVERYTHING: Range = (0, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Step:
    """Offers newly met, their distances in km, and the radius within which none is missing."""

    rows: list[Row]
    distances: list[float | None]
    seen_km: Callable[[], float]  # asked for only when there is enough to stop


def _everywhere() -> float:
    return EVERYWHERE


_hints: dict[tuple[tuple[str, ...], int], int] = {}


def walk(view: Snapshot, origin: LatLon, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """Offers for any of the need codes and visible to a tier, from near to far, without gaps.

    The first step also holds what has no place: a voice on the phone is near everywhere.
    """
    read = _reader(view, codes, tier)
    hint = (tuple(codes), cell_of(origin, HINT_RESOLUTION))
    first = resolution = _hints.get(hint, FIRST_RESOLUTION)
    while resolution >= 0:
        ranges = [span(cell) for cell in disk(origin, resolution, RINGS)]
        fresh = read([PLACELESS, *ranges] if resolution == first else ranges)
        # Remembered before the reader decides: if it stops now, this disk was wide enough.
        crowded = resolution == first and len(fresh) > CROWD
        _remember(hint, min(resolution + crowded, FINEST_RESOLUTION))
        yield Step(fresh, _distances(origin, fresh), partial(covered_km, origin, resolution, RINGS))
        resolution -= 1
    fresh = read([EVERYTHING])
    yield Step(fresh, _distances(origin, fresh), _everywhere)


def walk_without_origin(view: Snapshot, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """All offers for any of the codes: without a place nothing is nearer than another."""
    rows = _reader(view, codes, tier)([EVERYTHING])
    yield Step(rows, [None] * len(rows), _everywhere)


def _reader(view: Snapshot, codes: Sequence[str], tier: int) -> Callable[[list[Range]], list[Row]]:
    """A function that reads the rows in some ranges of cells that it has not read before."""
    met: set[Any] = set()

    def read(ranges: list[Range]) -> list[Row]:
        parameters: list[Any] = []
        for code in codes:
            for low, high in ranges:
                parameters += (code, low, high, tier)
        arms = len(codes) * len(ranges)
        fresh = {
            row[0]: row
            for row in view.rows(" union all ".join([_ONE_RANGE] * arms), parameters)
            if row[0] not in met
        }
        met.update(fresh)
        return list(fresh.values())

    return read


def _remember(key: tuple[tuple[str, ...], int], resolution: int) -> None:
    if len(_hints) > MOST_HINTS:
        _hints.clear()
    _hints[key] = resolution


def _distances(origin: LatLon, rows: list[Row]) -> list[float | None]:
    return list(distances_km(origin, [(row[1] or 0.0, row[2] or 0.0) for row in rows]))


_ONE_RANGE = (
    "select offer_id, latitude, longitude, revision from find_entry"
    " where need = ? and cell between ? and ? and tier <= ?"
)
