"""The ground under every map: outlines that the operator loaded, else names at their places.

Everything comes from our own tables; no map asks a third party for anything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from sqlalchemy import func, select

from agencies.models.place import Outline, Place, PlaceLevel
from agencies.queries.places.kept import OUTLINES, PLACES, Kept, revision
from agencies.rules.place_names import shown_name
from core.db import db

LEVELS = tuple(PlaceLevel)  # widest first
LAST_ZOOM = {PlaceLevel.PROVINCE: 6, PlaceLevel.REGENCY: 9, PlaceLevel.DISTRICT: 12}
COARSEST, FINEST = 4, 14  # zooms between which the drawing differs
DECIMALS = 4  # of a degree: 11 m
SMALLEST_PIXELS = 0.75  # what is smaller on the screen is left out
TILE_PIXELS = 256
MOST_OUTLINES = 2_000
MOST_NAMES = 300

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
WORLD: Box = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Ground:
    """What to draw: GeoJSON features, each already written as JSON."""

    features: tuple[str, ...]

    @property
    def geojson(self) -> str:
        """The whole FeatureCollection."""
        return f'{{"type":"FeatureCollection","features":[{",".join(self.features)}]}}'


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The outlines of a level as drawn at a zoom, to look up by box."""

    tree: shapely.STRtree
    features: tuple[str, ...]


def ground_version() -> str:
    """Changes when the ground does."""
    return f"{revision(OUTLINES)}-{revision(PLACES)}"


def ground(box: Box = WORLD, zoom: int = 10, level: str | None = None) -> Ground:
    """What lies in a box of degrees, drawn as for a web map's zoom (0 to 20).

    Outlines of the level that suits the zoom (or of `level`), with those of the next wider level
    around them; where none were loaded, centres of areas with their names.
    """
    wanted = PlaceLevel(level) if level else level_for(zoom)
    outlines = _outlines(box, min(max(zoom, COARSEST), FINEST), wanted)
    return Ground(tuple(outlines or _names(box, wanted)))


def level_for(zoom: int) -> PlaceLevel:
    """The level whose areas are neither dots nor larger than the screen."""
    return next((lv for lv, last in LAST_ZOOM.items() if zoom <= last), PlaceLevel.VILLAGE)


def _outlines(box: Box, zoom: int, wanted: PlaceLevel) -> list[str]:
    """Those of the likeliest level that has some here; before them those of the next wider one."""
    order = _by_preference(wanted)
    here = ((level, _in_box(level, box, zoom)) for level in order)
    level, found = next(((lv, features) for lv, features in here if features), (None, []))
    if level is None:
        return []
    wider = (_in_box(lv, box, zoom) for lv in order if LEVELS.index(lv) < LEVELS.index(level))
    return [*next(filter(None, wider), []), *found]


def _in_box(level: PlaceLevel, box: Box, zoom: int) -> list[str]:
    """The drawn outlines of a level that touch the box; none if they are too many to draw."""
    sheet = _sheets.get(f"{level}:{zoom}")
    hits = sheet.tree.query(shapely.box(*box))
    return [sheet.features[hit] for hit in sorted(hits)] if len(hits) <= MOST_OUTLINES else []


def _by_preference(wanted: PlaceLevel) -> list[PlaceLevel]:
    """The wanted level, then ever wider ones, then narrower ones; only what was loaded."""
    at = LEVELS.index(wanted)
    order = (*reversed(LEVELS[: at + 1]), *LEVELS[at + 1 :])
    loaded = _loaded.get()
    return [level for level in order if level in loaded]


def _count(_part: str) -> frozenset[str]:
    return frozenset(db.session.scalars(select(Outline.level).distinct()))


def _draw(part: str) -> _Sheet:
    level, _colon, zoom = part.partition(":")
    query = select(
        Outline.code, Outline.place_code, Outline.name, Outline.parent_name, Outline.geometry
    ).where(Outline.level == PlaceLevel(level))
    rows = db.session.execute(query.order_by(Outline.code)).all()
    shapes = np.array([shape(row[4]) for row in rows], dtype=object)
    drawn = _simplified(shapes, int(zoom))
    features = tuple(
        _feature(mapping(drawing), level, name, parent, place_code or code)
        for drawing, (code, place_code, name, parent, _shape) in zip(drawn, rows, strict=True)
    )
    return _Sheet(shapely.STRtree(shapes), features)


_loaded = Kept(OUTLINES, _count)
_sheets = Kept(OUTLINES, _draw)


def _simplified(shapes: Any, zoom: int) -> list[Any]:
    """Without bends and islands that nobody sees at this zoom; every area keeps a part."""
    pixel = 360.0 / (TILE_PIXELS * 2**zoom)
    smooth = shapely.simplify(shapes, SMALLEST_PIXELS * pixel)
    return [_without_specks(drawing, (2 * pixel) ** 2) for drawing in smooth]


def _without_specks(drawing: Any, smallest: float) -> Any:
    parts = sorted(shapely.get_parts(drawing), key=shapely.area, reverse=True)
    kept = [part for part in parts if part.area >= smallest] or parts[:1]
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _names(box: Box, wanted: PlaceLevel) -> list[str]:
    """Centres of regencies or districts; never so many that they hide each other."""
    at = min(LEVELS.index(wanted), LEVELS.index(PlaceLevel.DISTRICT))
    west, south, east, north = box
    for level in reversed(LEVELS[: at + 1]):
        here = (
            Place.level == level,
            Place.latitude.between(south, north),
            Place.longitude.between(west, east),
        )
        count = db.session.scalar(select(func.count()).select_from(Place).where(*here)) or 0
        if 0 < count <= MOST_NAMES:
            return _centres(here)
    return []


def _centres(here: Sequence[Any]) -> list[str]:
    query = select(Place.code, Place.level, Place.name, Place.latitude, Place.longitude)
    rows = db.session.execute(query.where(*here).order_by(Place.code)).all()
    return [
        _feature({"type": "Point", "coordinates": (lon, lat)}, level, shown_name(name), None, code)
        for code, level, name, lat, lon in rows
    ]


def _feature(geometry: Any, level: str, name: str, parent: str | None, code: str) -> str:
    drawing = {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}
    properties = {"code": code, "level": str(level), "name": name, "parent": parent}
    feature = {"type": "Feature", "properties": properties, "geometry": drawing}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates[0], (int, float)):
        return [round(float(number), DECIMALS) for number in coordinates]
    return [_rounded(inner) for inner in coordinates]
