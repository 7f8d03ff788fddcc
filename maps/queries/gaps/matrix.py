"""Who is where doing what (3W, domain.md §4.1): needs by district, and how many services.

Services are no persons, so their counts are not hidden. A secret place counts in the district of
its published cell's centre.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from agencies.queries.find.everybody import Row, offers_for
from agencies.queries.hours import is_open
from agencies.queries.places import areas_at
from agencies.queries.places.kept import OUTLINES, PLACES, revision
from agencies.rules.candidate import Candidate, Plan
from agencies.rules.needs import all_needs
from agencies.rules.person import Disability
from agencies.rules.place_codes import around
from core.actors import Actor
from core.clock import now
from core.geometry import LatLon
from maps.queries.gaps.ground import Ground
from maps.queries.kept import latest

BY_PHONE, ELSEWHERE = "phone", "elsewhere"
STEP_FREE = list(Disability).index(Disability.MOBILITY)


@dataclass(slots=True)
class Cell:
    """How many services: in service, open at this minute, and step-free as far as is stated."""

    active: int = 0
    open: int = 0
    accessible: int = 0

    def add(self, offer: Candidate, *, is_open_now: bool) -> None:
        """One more service."""
        self.active += 1
        self.open += is_open_now
        self.accessible += offer.accessible[STEP_FREE] is True


@dataclass(frozen=True, slots=True)
class Matrix:
    """Places (codes, BY_PHONE, ELSEWHERE: no place or outside) in order, and the cells."""

    places: tuple[str, ...]
    needs: tuple[str, ...]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def cell(self, need: str, place: str) -> Cell:
        """One cell; without services it counts nothing."""
        return self.cells.get((need, place), Cell())


def matrix_of(actor: Actor, ground: Ground, level: str) -> Matrix:
    """Every need by every place of a level (district, regency) on the ground."""
    columns = {around(code, level) for code in ground.districts if code}
    moment = now()
    offers = offers_for(actor, tuple(all_needs()))
    running = [row for row in offers if not row[0].closed_for_now]
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    opened: dict[Plan, bool] = {}  # many share their hours
    for (offer, *_), place in zip(running, _places(running, level, columns), strict=True):
        if offer.plan not in opened:
            opened[offer.plan] = is_open(offer, moment) is True
        for need in offer.needs:
            cells[need, place].add(offer, is_open_now=opened[offer.plan])
    used = {place for _, place in cells}
    ordered = sorted(columns, key=lambda code: (ground.full_name(code), code))
    more = [place for place in (BY_PHONE, ELSEWHERE) if place in used]
    return Matrix((*ordered, *more), tuple(all_needs()), dict(cells))


def _places(rows: list[Row], level: str, columns: set[str]) -> list[str]:
    """The column of each service."""
    found = [BY_PHONE if offer.by_phone else ELSEWHERE for offer, *_ in rows]
    placed = [
        (n, (lat, lon))
        for n, (offer, lat, lon) in enumerate(rows)
        if lat is not None and lon is not None and not offer.by_phone
    ]
    areas = _areas_of({point for _, point in placed})
    column_of = {code: around(code, level) for code in set(areas.values()) if code}
    for n, point in placed:
        column = column_of.get(areas[point] or "")
        if column in columns:
            found[n] = column
    return found


def _areas_of(points: set[LatLon]) -> dict[LatLon, str | None]:
    """The districts of some published positions; looked up once while places stay the same."""
    same = (revision(OUTLINES), revision(PLACES))
    known: dict[LatLon, str | None] = latest("areas of points", same, dict)
    missing = sorted(points - known.keys())
    known.update(zip(missing, areas_at(missing), strict=True))
    return known
