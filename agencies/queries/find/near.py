"""Walk outwards from a place: which offers are there, the nearest first.

The table is read in ranges of H3 cells, in ever wider disks of ever coarser cells. Of a disk only
what lies in the circle that it surely covers is handed on, sorted by distance, in portions: so the
reader may stop after any portion and has missed nothing nearer. Where somebody asked before, the
walk starts with the disk that sufficed then (design.md §5, adaptive starting ring).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agencies.models.offer import BY_PHONE, SOMEWHERE
from core.db import Snapshot
from core.geometry import LatLon, cell_of, covered_km, disk, distances_km, span

EVERYWHERE = float("inf")
FIRST_RESOLUTION = 6  # cells of about 3.7 km an edge: a city's next services
FINEST_RESOLUTION = 9
CROWD = 200  # more than this in the first disk: start with a smaller one next time
PORTION = 32  # offers that are judged before it is asked again whether they suffice
HINT_RESOLUTION = 3
MOST_HINTS = 20_000
RINGS = 1

Row = tuple[Any, ...]  # offer id, latitude, longitude, revision, cell
Range = tuple[int, int]
PLACELESS: Range = (BY_PHONE, SOMEWHERE)
EVERYTHING: Range = (0, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Step:
    """Offers newly met, their distances in km, and the radius within which none is missing."""

    rows: Sequence[Row]
    distances: Sequence[float | None]
    seen_km: float


_hints: dict[tuple[tuple[str, ...], int], int] = {}


def walk(view: Snapshot, origin: LatLon, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """Offers for any of the need codes and visible to a tier, from near to far, without gaps.

    The first step also holds what has no place: a voice on the phone is near everywhere.
    """
    read = _reader(view, codes, tier)
    met: set[Any] = set()
    hint = (tuple(codes), cell_of(origin, HINT_RESOLUTION))
    first = resolution = _hints.get(hint, FIRST_RESOLUTION)
    while resolution >= 0:
        ranges = [span(cell) for cell in disk(origin, resolution, RINGS)]
        rows = read([PLACELESS, *ranges] if resolution == first else ranges)
        # Remembered before the reader decides: if it stops now, this disk was wide enough.
        crowded = resolution == first and len(rows) > CROWD
        _remember(hint, min(resolution + crowded, FINEST_RESOLUTION))
        yield from outwards(origin, rows, met, covered_km(origin, resolution, RINGS))
        resolution -= 1
    yield from outwards(origin, read([EVERYTHING]), met, EVERYWHERE)


def walk_without_origin(view: Snapshot, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """All offers for any of the codes: without a place nothing is nearer than another."""
    rows = _once(_reader(view, codes, tier)([EVERYTHING]), set())
    yield Step(rows, [None] * len(rows), EVERYWHERE)


def outwards(origin: LatLon, rows: Iterable[Row], met: set[Any], covered: float) -> Iterator[Step]:
    """What was not met before, placeless first, then the nearest, as far out as is covered."""
    fresh = _once(rows, met)
    placeless = [row for row in fresh if row[4] <= SOMEWHERE]
    placed = [row for row in fresh if row[4] > SOMEWHERE]
    distances = distances_km(origin, [(row[1], row[2]) for row in placed])
    near = [(km, index) for index, km in enumerate(distances) if km <= covered]
    near.sort()
    met.update(row[0] for row in placeless)
    met.update(placed[index][0] for _, index in near)
    if placeless:
        yield Step(placeless, [None] * len(placeless), 0.0)
    for start in range(0, max(len(near), 1), PORTION):
        portion, beyond = near[start : start + PORTION], near[start + PORTION :]
        yield Step(
            [placed[index] for _, index in portion],
            [km for km, _ in portion],
            beyond[0][0] if beyond else covered,
        )


def _once(rows: Iterable[Row], met: set[Any]) -> list[Row]:
    return list({row[0]: row for row in rows if row[0] not in met}.values())


def _reader(view: Snapshot, codes: Sequence[str], tier: int) -> Callable[[list[Range]], list[Row]]:
    """A function that reads the rows in some ranges of cells; an offer has one for each need."""

    def read(ranges: list[Range]) -> list[Row]:
        parameters: list[Any] = []
        for code in codes:
            for low, high in ranges:
                parameters += (code, low, high, tier)
        arms = len(codes) * len(ranges)
        return view.rows(" union all ".join([_ONE_RANGE] * arms), parameters)

    return read


def _remember(key: tuple[tuple[str, ...], int], resolution: int) -> None:
    if len(_hints) > MOST_HINTS:
        _hints.clear()
    _hints[key] = resolution


_ONE_RANGE = (
    "select offer_id, latitude, longitude, revision, cell from find_entry"
    " where need = ? and cell between ? and ? and tier <= ?"
)
