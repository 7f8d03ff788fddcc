"""Outlines that the operator loaded: which one holds a point, and what another one's point says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from sqlalchemy import select

from agencies.models.place import Outline, PlaceLevel
from agencies.queries.places.kept import OUTLINES, Kept
from agencies.rules.place_names import fold, forms_of_parent, spellings
from core.db import db
from core.geometry import LatLon


@dataclass(frozen=True, slots=True)
class OutlineMatch:
    """An outline: the file's own code, its names, and the gazetteer's code if that is known."""

    code: str
    level: str
    name: str
    parent_name: str | None
    place_code: str | None
    geometry: Any  # a shapely polygon or multipolygon, in degrees (longitude, latitude)

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether the point (degrees) lies inside or on the border."""
        return bool(shapely.intersects_xy(self.geometry, longitude, latitude))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The outlines of one level, to look up by point and by name."""

    outlines: tuple[OutlineMatch, ...]
    tree: shapely.STRtree
    by_name: dict[str, list[OutlineMatch]]


def _read(level: str) -> _Sheet:
    query = select(
        Outline.code,
        Outline.level,
        Outline.name,
        Outline.parent_name,
        Outline.place_code,
        Outline.geometry,
    ).where(Outline.level == PlaceLevel(level))
    outlines = tuple(
        OutlineMatch(code, level, name, parent, place_code, shape(geometry))
        for code, level, name, parent, place_code, geometry in db.session.execute(
            query.order_by(Outline.code)
        )
    )
    geometries = np.array([outline.geometry for outline in outlines], dtype=object)
    shapely.prepare(geometries)
    by_name: dict[str, list[OutlineMatch]] = {}
    for outline in outlines:
        for form in spellings(outline.name, level) | {fold(outline.name)}:
            by_name.setdefault(form, []).append(outline)
    return _Sheet(outlines, shapely.STRtree(geometries), by_name)


_sheets = Kept(OUTLINES, _read)


def outline_containing(level: str, latitude: float, longitude: float) -> OutlineMatch | None:
    """The outline of a level around a point (degrees); None when none was loaded there."""
    sheet = _sheets.get(level)
    point = shapely.points(longitude, latitude)
    hits = sheet.tree.query(point, predicate="intersects")
    # On a common border two hold it; the same one answers always.
    return sheet.outlines[min(hits)] if len(hits) else None


def outlines_containing(level: str, points: Sequence[LatLon]) -> list[OutlineMatch | None]:
    """The same for many points (latitude, longitude) at once."""
    sheet = _sheets.get(level)
    if not sheet.outlines or not points:
        return [None] * len(points)
    asked = shapely.points([(lon, lat) for lat, lon in points])
    first: dict[int, int] = {}
    for point, hit in zip(*sheet.tree.query(asked, predicate="intersects").tolist(), strict=True):
        first[point] = min(hit, first.get(point, hit))
    return [sheet.outlines[first[n]] if n in first else None for n in range(len(points))]


def outlines_of(level: str) -> tuple[OutlineMatch, ...]:
    """All outlines of a level."""
    return _sheets.get(level).outlines


def outline_named(level: str, name: str, parent_name: str | None = None) -> OutlineMatch | None:
    """The outline of that name (in that parent, if given); None if absent or ambiguous."""
    sheet = _sheets.get(level)
    found = {
        outline.code: outline
        for form in spellings(name, level) | {fold(name)}
        for outline in sheet.by_name.get(form, ())
        if parent_name is None or _is_in(outline, parent_name)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _is_in(outline: OutlineMatch, parent_name: str) -> bool:
    """*Cipayung, Jakarta Timur* as a parent is two; one of them is enough."""
    said = [forms_of_parent(part, "regency") for part in parent_name.split(",")]
    own = [forms_of_parent(p, "regency") for p in (outline.parent_name or "").split(",") if p]
    return any(wanted & known for wanted in said for known in own)
