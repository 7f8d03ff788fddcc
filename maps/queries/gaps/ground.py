"""The cells of the gap map: H3 cells over the area of interest, each with its district.

The area of interest is what the operator loaded outlines of, when services lie there; else the
districts of the gazetteer within reach of a service; else the services' own surroundings. All
positions are the published ones: of a secret place there is its cell's centre and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry import mapping
from sqlalchemy import select

from agencies.models import FindEntry
from agencies.models.offer import SOMEWHERE
from agencies.models.place import Place, PlaceLevel
from agencies.queries.members import registry_version
from agencies.queries.places import areas_at, outlines_of
from agencies.queries.places.kept import OUTLINES, PLACES, revision
from agencies.queries.places.outlines import OutlineMatch
from agencies.rules.place_codes import DISTRICT, around, parents_of
from agencies.rules.place_names import shown_name
from agencies.rules.ranking import REACH_KM
from core.actors import Actor
from core.db import db
from core.earth import positions
from core.geometry import (
    LatLon,
    cell_km2,
    cell_of,
    cells_around,
    cells_inside,
    centre_of,
    edge_km,
)
from maps.queries.kept import known_or, latest

COARSEST, FINEST = 4, 8  # 1,770 km² and 0.7 km²
WANTED_CELLS = 220  # a city's; of the sizes of cells the one that comes nearest is taken
MOST_CELLS = 5_000
KM_PER_DEGREE = 111.2
FARTHEST_CENTRE_KM = 30.0  # what is farther from every centre is sea, or not in the gazetteer
OUTLINED = (PlaceLevel.DISTRICT, PlaceLevel.REGENCY, PlaceLevel.PROVINCE, PlaceLevel.VILLAGE)

Floats = NDArray[np.float64]


class Basis(StrEnum):
    """What the area of interest was made of."""

    OUTLINES = "outlines"
    GAZETTEER = "gazetteer"
    SERVICES = "services"
    NOTHING = "nothing"


class Remark(StrEnum):
    """What a reader must know of the ground."""

    ELSEWHERE = "elsewhere"  # outlines were loaded, and no service lies in them
    UNMATCHED = "unmatched"  # outlines were loaded that the gazetteer does not know
    NO_SERVICES = "no services"  # no service has a place


@dataclass(frozen=True)
class Ground:
    """Cells, their centres, and the codes of their districts (None: nobody knows)."""

    basis: Basis
    resolution: int
    cells: tuple[int, ...]
    centres: tuple[LatLon, ...]
    districts: tuple[str | None, ...]
    names: dict[str, str]  # of all codes, and of what is around them
    outlines: tuple[tuple[str, Any], ...]  # name and shapely polygon, to draw
    remarks: frozenset[Remark]
    key: Hashable

    @cached_property
    def points(self) -> Floats:
        """The centres as rows."""
        return np.array(self.centres, dtype=np.float64).reshape(-1, 2)

    @cached_property
    def places(self) -> Floats:
        """The centres in km from the middle of the earth."""
        return positions(self.points[:, 0], self.points[:, 1])

    @cached_property
    def known_districts(self) -> tuple[str | None, ...]:
        """Each district once; None among them when some cell has none."""
        return tuple(sorted(set(self.districts), key=lambda code: code or ""))

    def name_of(self, code: str) -> str:
        """A place's name, or its code."""
        return self.names.get(code, code)

    def full_name(self, code: str) -> str:
        """Name and regency: *Cipayung, Jakarta Timur*."""
        around_it = [self.names[one] for one in parents_of(code)[:1] if one in self.names]
        return ", ".join((self.name_of(code), *around_it))


def ground_for(actor: Actor, within: str = "") -> Ground:
    """The ground that somebody sees; `within` a place's code (regency, province), if given."""
    tier = actor.sees.value
    # Not the positions themselves: a key is looked up often, and thousands of them take their time.
    services, same = latest(
        ("placed", tier), registry_version(), lambda: _counted(_placed_services(tier))
    )
    key = ("ground", revision(OUTLINES), revision(PLACES), within, *same)
    return known_or(key, lambda: _ground(key, services, within))


def _counted(services: tuple[LatLon, ...]) -> tuple[tuple[LatLon, ...], tuple[int, int]]:
    return services, (len(services), hash(services))


def _placed_services(tier: int) -> tuple[LatLon, ...]:
    """Where the offers in service are, each published position once; not who answers the phone."""
    query = (
        select(FindEntry.latitude, FindEntry.longitude)
        .where(FindEntry.cell > SOMEWHERE, FindEntry.tier <= tier)
        .distinct()
    )
    found = db.session.execute(query).all()
    return tuple(sorted((lat, lon) for lat, lon in found if lat is not None and lon is not None))


def _ground(key: Hashable, services: tuple[LatLon, ...], within: str) -> Ground:
    remarks = set() if services else {Remark.NO_SERVICES}
    outlines, said = _outlines(services, within)
    remarks |= said
    if outlines:
        basis, resolution, cells = Basis.OUTLINES, *_in_outlines(outlines)
    else:
        basis, resolution, cells = _without_outlines(services, within)
    ordered = tuple(sorted(cells))
    centres = tuple(centre_of(cell) for cell in ordered)
    districts = tuple(areas_at(centres)) if centres else ()
    if basis is Basis.GAZETTEER:  # without the sea and the neighbours that round disks took along
        inside = [
            n for n, code in enumerate(districts) if code and (not within or _is_in(code, within))
        ]
        ordered, centres = tuple(ordered[n] for n in inside), tuple(centres[n] for n in inside)
        districts = tuple(districts[n] for n in inside)
    return Ground(
        basis,
        resolution,
        ordered,
        centres,
        districts,
        _names(districts),
        tuple((one.name, one.geometry) for one in outlines),
        frozenset(remarks),
        key,
    )


def _is_in(code: str, within: str) -> bool:
    return code == within or code.startswith(f"{within}.")


def _outlines(services: tuple[LatLon, ...], within: str) -> tuple[list[OutlineMatch], set[Remark]]:
    """The outlines of the finest level that suits; none where no service lies in them."""
    loaded = next(filter(None, (outlines_of(level) for level in OUTLINED)), ())
    if not loaded:
        return [], set()
    remarks = set()
    if not any(one.place_code for one in loaded):
        remarks.add(Remark.UNMATCHED)
    if services:
        tree = shapely.STRtree([one.geometry for one in loaded])
        asked = shapely.points([(lon, lat) for lat, lon in services])
        if not tree.query(asked, predicate="intersects").size:
            return [], {*remarks, Remark.ELSEWHERE}
    inside = [one for one in loaded if not within or _is_in(one.place_code or "", within)]
    return inside, remarks


def resolution_for(km2: float) -> int:
    """The resolution at which an area of so many km² has nearest to WANTED_CELLS cells."""
    best = min(
        range(COARSEST, FINEST + 1),
        key=lambda one: abs(math.log(max(km2, 1.0) / cell_km2(one) / WANTED_CELLS)),
    )
    while best > COARSEST and km2 / cell_km2(best) > MOST_CELLS:
        best -= 1
    return best


def _in_outlines(outlines: Sequence[OutlineMatch]) -> tuple[int, set[int]]:
    km2 = sum(_km2(one.geometry) for one in outlines)
    resolution = resolution_for(km2)
    cells = cells_inside((mapping(one.geometry) for one in outlines), resolution)
    for one in outlines:  # an island smaller than a cell has one too
        point = one.geometry.representative_point()
        cells.add(cell_of((point.y, point.x), resolution))
    return resolution, cells


def _km2(geometry: Any) -> float:
    at = geometry.centroid.y
    return float(geometry.area * KM_PER_DEGREE**2 * math.cos(math.radians(at)))


def _without_outlines(services: tuple[LatLon, ...], within: str) -> tuple[Basis, int, set[int]]:
    """Cells around the districts' centres within reach of a service, else around services."""
    centres = _centres(services, within)
    if len(centres):
        resolution, cells = _around(centres)
        return Basis.GAZETTEER, resolution, cells
    if not services or within:
        return Basis.NOTHING, FINEST, set()
    resolution, cells = _around(np.array(services))
    return Basis.SERVICES, resolution, cells


def _centres(services: tuple[LatLon, ...], within: str) -> Floats:
    query = select(Place.code, Place.latitude, Place.longitude)
    rows = db.session.execute(query.where(Place.level == PlaceLevel.DISTRICT)).all()
    if within:
        rows = [row for row in rows if _is_in(row[0], within)]
    points = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 2)
    if within or not services or not len(points):
        return points
    near = cKDTree(_positions(np.array(services)))
    chords, _ = near.query(_positions(points))
    return points[np.asarray(chords) <= REACH_KM]


def _positions(points: Floats) -> Floats:
    return positions(points[:, 0], points[:, 1])


def _around(centres: Floats) -> tuple[int, set[int]]:
    """Cells around centres, each as far as halfway to the next centre and a little more."""
    half = _half_way_km(centres)
    resolution = resolution_for(float((math.pi * half**2).sum()))
    cells: set[int] = set()
    for (lat, lon), km in zip(centres.tolist(), half.tolist(), strict=True):
        rings = math.ceil(km / (1.7 * edge_km(resolution)))
        cells.update(cells_around(cell_of((lat, lon), resolution), rings))
    return resolution, cells


def _half_way_km(centres: Floats) -> Floats:
    """Half the way to the next other centre; where there is none, a city's size."""
    if len(centres) < 2:
        return np.full(len(centres), FARTHEST_CENTRE_KM / 3)
    at = _positions(centres)
    chords, _ = cKDTree(at).query(at, k=2)
    half: Floats = np.clip(np.asarray(chords)[:, 1] * 0.6, 0.5, FARTHEST_CENTRE_KM)
    return half


def _names(districts: Iterable[str | None]) -> dict[str, str]:
    """Names of districts and of what is around them."""
    codes = {code for code in districts if code}
    codes |= {parent for code in codes for parent in parents_of(code)}
    rows = db.session.execute(select(Place.code, Place.name).where(Place.code.in_(codes)))
    return {code: shown_name(name) for code, name in rows}


def regency_of(code: str) -> str:
    """The regency around a district (or itself)."""
    return around(code, "regency") if code.count(".") else code


__all__ = ["DISTRICT", "Basis", "Ground", "Remark", "ground_for", "regency_of", "resolution_for"]
