"""Read outlines of areas: a GeoJSON file of polygons with a code and a name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from agencies.commands.places import NewOutline
from agencies.exchange import place_files as says
from agencies.exchange.place_files import (
    WrongRow,
    WrongValueError,
    excerpt,
    read_text,
    unreadable,
)
from agencies.rules.place_codes import DISTRICT, PROVINCE, REGENCY, VILLAGE, is_code, level_of
from agencies.rules.place_names import fold, shown_name

POLYGONS = ("Polygon", "MultiPolygon")
DECIMALS = 6  # about 10 cm
# The statistics office (BPS) writes codes without dots: 31, 3172, 3172040, 3172040001.
_BPS_LEVELS = {2: PROVINCE, 4: REGENCY, 7: DISTRICT, 10: VILLAGE}
_PARENTS = ("district", "city", "regency", "province")


def read_outlines(path: Path, level: str | None = None) -> tuple[list[NewOutline], list[WrongRow]]:
    """The outlines of a file, and its wrong features. `level` overrides what codes say.

    Raises `RefusedError` for what is no GeoJSON.
    """
    outlines: dict[str, NewOutline] = {}
    wrong = []
    for number, feature in enumerate(_features(path), start=1):
        try:
            outline = _outline(feature, level)
            if outline.code in outlines:
                raise WrongValueError("code", says.CODE_TWICE_HERE, code=outline.code)
        except WrongValueError as error:
            wrong.append(error.at(says.FEATURE, number))
        else:
            outlines[outline.code] = outline
    return list(outlines.values()), wrong


def _features(path: Path) -> list[Any]:
    try:
        found = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise unreadable(path, says.NOT_JSON) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise unreadable(path, says.NOT_GEOJSON)
    return features


def _outline(feature: Any, level: str | None) -> NewOutline:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise WrongValueError("properties", says.NO_PROPERTIES)
    properties = feature["properties"]
    code = str(properties.get("code") or "").strip()
    name = str(properties.get("name") or "").strip()
    if not code:
        raise WrongValueError("code", says.NO_CODE)
    if not fold(name):
        raise WrongValueError("name", says.NOT_A_NAME, value=excerpt(name))
    return NewOutline(
        code=code,
        level=level or _level(code, properties),
        name=shown_name(name),
        parent_name=_parents(properties),
        geometry=_geometry(feature.get("geometry")),
    )


def _level(code: str, properties: Mapping[str, Any]) -> str:
    if is_code(code) and "." in code:
        return level_of(code)
    for key, level in (("district", VILLAGE), ("city", DISTRICT), ("regency", DISTRICT)):
        if properties.get(key):
            return level
    known = _BPS_LEVELS.get(len(code)) if code.isdigit() else None
    if known is None:
        raise WrongValueError("code", says.UNTOLD_LEVEL, value=excerpt(code))
    return known


def _parents(properties: Mapping[str, Any]) -> str | None:
    names = [shown_name(str(properties[key])) for key in _PARENTS if properties.get(key)]
    return ", ".join(names) or None


def _geometry(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or given.get("type") not in POLYGONS:
        raise WrongValueError("geometry", says.NOT_POLYGONS)
    try:
        outline = shape(given)
    except (ValueError, TypeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
        raise WrongValueError("geometry", says.NOT_PAIRS) from error
    if outline.is_empty:
        raise WrongValueError("geometry", says.NO_AREA)
    west, south, east, north = outline.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise WrongValueError("geometry", says.NOT_LONLAT)
    return _rounded(mapping(_mended(outline)))


def _mended(outline: BaseGeometry) -> BaseGeometry:
    """Without the third dimension, and without rings that cross themselves."""
    flat = shapely.force_2d(outline)
    if flat.is_valid:
        return flat
    parts = [part for part in _polygons(shapely.make_valid(flat)) if not part.is_empty]
    if not parts:
        raise WrongValueError("geometry", says.NO_AREA)
    return shapely.union_all(parts)


def _polygons(found: BaseGeometry) -> Iterable[BaseGeometry]:
    return [part for part in shapely.get_parts(shapely.get_parts(found)) if part.area > 0]


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def round_all(found: Any) -> Any:
        if isinstance(found, (list, tuple)):
            return [round_all(inner) for inner in found]
        return round(float(found), DECIMALS)

    return {"type": geometry["type"], "coordinates": round_all(geometry["coordinates"])}
