"""Walk outwards from a place: which offers are there, the nearest first.

The table is read in ranges of H3 cells, in ever wider disks. Of a disk only what lies in the
circle that it surely covers is handed on, sorted by distance, in portions: so the reader may stop
after any portion and has missed nothing nearer. Where somebody asked before, the walk starts with
the smallest disk that would have sufficed then (design.md §5, adaptive starting ring).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from agencies.models.offer import BY_PHONE, SOMEWHERE
from agencies.rules.candidate import Candidate
from core.db import Snapshot
from core.geometry import (
    WORLD,
    Box,
    LatLon,
    box_around,
    cell_of,
    covered_km,
    disk,
    distances_km,
    edge_km,
    spans,
)

EVERYWHERE = float("inf")
FIRST_KM = 8.0  # a city's next services
PORTION = 32  # offers that are judged before it is asked again whether they suffice
MARGIN = 1.05  # a little farther than what sufficed before
GROWTH = 1.6
HINT_RESOLUTION = 3
MOST_HINTS = 20_000
FINEST_RESOLUTION = 9
# Disks by the edges of their cells that they cover, mostly: one ring, then two, then one of the
# next coarser cells.
COVERED_EDGES = {1: 1.35, 2: 2.9}
DISKS = tuple(
    (edges * edge_km(resolution), resolution, rings)
    for resolution in range(FINEST_RESOLUTION, -1, -1)
    for rings, edges in COVERED_EDGES.items()
)

Row = tuple[Any, ...]  # offer id, latitude, longitude, revision
Range = tuple[int, int]
PLACELESS: Range = (BY_PHONE, SOMEWHERE)
EVERYTHING: Range = (0, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Step:
    """Offers newly met, their distances in km, and the radius within which none is missing."""

    rows: Sequence[Row]
    distances: Sequence[float | None]
    seen_km: float


# An offer, its distance to 0.1 km, how many rules were found to fail, whether one asks, and its
# slot on a shelf.
Met = tuple[Candidate, float | None, int, bool, int]
NO_SLOT = -1


class Screened(NamedTuple):
    """Offers newly met, none left out within the radius that could still be shown."""

    met: Sequence[Met]
    seen_km: float


_Hint = tuple[tuple[str, ...], int]
_hints: dict[_Hint, float] = {}  # how many km out the answer was complete


def walk(view: Snapshot, origin: LatLon, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """Offers for any of the need codes and visible to a tier, from near to far, without gaps.

    The first step also holds what has no place: a voice on the phone is near everywhere.
    """
    read = _reader(view, codes, tier)
    met: set[Any] = set()
    hint = (tuple(codes), cell_of(origin, HINT_RESOLUTION))
    km = _hints.get(hint, FIRST_KM) * MARGIN
    also = [PLACELESS]
    for wide, resolution, rings in DISKS:
        if wide < km:
            continue
        ranges, covered = _disk(origin, resolution, rings)
        sure = min(km, covered)
        rows = read([*also, *ranges], box_around(origin, sure))
        for step in outwards(origin, rows, met, sure):
            # Remembered before the reader decides: if it stops now, this was far enough.
            _remember(hint, step.seen_km)
            yield step
        also, km = [], sure * GROWTH
    yield from outwards(origin, read([EVERYTHING], WORLD), met, EVERYWHERE)


@lru_cache(maxsize=4096)
def _disk(origin: LatLon, resolution: int, rings: int) -> tuple[list[Range], float]:
    """The ranges of a disk and the km that it covers: many ask from the same few places."""
    return spans(disk(origin, resolution, rings)), covered_km(origin, resolution, rings)


def walk_without_origin(view: Snapshot, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """All offers for any of the codes: without a place nothing is nearer than another."""
    rows = _once(_reader(view, codes, tier)([EVERYTHING], WORLD), set())
    yield Step(rows, [None] * len(rows), EVERYWHERE)


def outwards(origin: LatLon, rows: Iterable[Row], met: set[Any], covered: float) -> Iterator[Step]:
    """What was not met before, placeless first, then the nearest, as far out as is covered."""
    fresh = _once(rows, met)
    placeless = [row for row in fresh if row[1] is None]
    placed = [row for row in fresh if row[1] is not None] if placeless else fresh
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


def _reader(
    view: Snapshot, codes: Sequence[str], tier: int
) -> Callable[[list[Range], Box], list[Row]]:
    """A function that reads the rows in some ranges of cells; an offer has one for each need."""

    one = _ONE_RANGE.format(", ".join("?" * len(codes)))

    def read(ranges: list[Range], box: Box) -> list[Row]:
        parameters = [value for low, high in ranges for value in (*codes, low, high, tier)]
        arms = " union all ".join([one] * len(ranges))
        return view.rows(_IN_A_BOX.format(arms), [*parameters, *box])

    return read


def _remember(hint: _Hint, km: float) -> None:
    if len(_hints) > MOST_HINTS:
        _hints.clear()
    _hints[hint] = km


# Cells stand out over the circle; what lies beyond its box is not worth carrying out of the table.
_IN_A_BOX = (
    "select * from ({}) as met where latitude is null"
    " or latitude between ? and ? and longitude between ? and ?"
)
_ONE_RANGE = (
    "select offer_id, latitude, longitude, revision from find_entry"
    " where need in ({}) and cell between ? and ? and tier <= ?"
)
