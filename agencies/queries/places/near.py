"""Where a point lies: in an outline if one was loaded, else by the nearest centre."""

from __future__ import annotations

from math import cos, radians

from sqlalchemy import bindparam, select

from agencies.models.place import Place, PlaceLevel
from agencies.queries.places.choice import POINT, PlaceChoice
from agencies.queries.places.outlines import outline_containing
from agencies.queries.places.rows import by_code, choices
from agencies.rules.place_codes import DISTRICT, around
from core.db import db
from core.geometry import distances_km

KM_PER_DEGREE = 111.32  # of latitude; of longitude at the equator

# Level, and the half sides of the boxes to look in, in km. Villages are small, so the nearest of
# them tells the district better than the districts' own centres do (in Jakarta 86 % of points
# against 78 %, measured on the real outlines).
STEPS: tuple[tuple[PlaceLevel, tuple[float, ...]], ...] = (
    (PlaceLevel.VILLAGE, (3.0,)),
    (PlaceLevel.DISTRICT, (8.0, 30.0)),
    (PlaceLevel.REGENCY, (100.0,)),
)


_IN_BOX = select(Place.code, Place.latitude, Place.longitude).where(
    Place.level == bindparam("level"),
    Place.latitude.between(bindparam("south"), bindparam("north")),
    Place.longitude.between(bindparam("west"), bindparam("east")),
)


def area_at(latitude: float, longitude: float) -> str | None:
    """The code of the district around a point (degrees), or of the regency, or None far away."""
    outline = outline_containing(PlaceLevel.DISTRICT, latitude, longitude)
    if outline and outline.place_code:
        return outline.place_code
    for level, boxes in STEPS:
        for box in boxes:
            code = nearest(level, latitude, longitude, box)
            if code:
                return around(code, DISTRICT)
    return None


def nearest(level: PlaceLevel, latitude: float, longitude: float, within_km: float) -> str | None:
    """The code of the level's nearest centre within so many km, at most."""
    high = within_km / KM_PER_DEGREE
    # Near a pole a degree of longitude is nothing; nobody asks there, but it must not divide by 0.
    wide = high / max(cos(radians(latitude)), 0.01)
    box = {
        "level": level,
        "south": latitude - high,
        "north": latitude + high,
        "west": longitude - wide,
        "east": longitude + wide,
    }
    rows = db.session.execute(_IN_BOX, box).all()
    if not rows:
        return None
    distances = distances_km((latitude, longitude), [(row[1], row[2]) for row in rows])
    distance, code = min(zip(distances, (row[0] for row in rows), strict=True))
    # In a corner of the box something may be farther than what lies just outside its side.
    return str(code) if distance <= within_km else None


def place_at(latitude: float, longitude: float) -> PlaceChoice:
    """A point (degrees) as a place, named by the area that it lies in."""
    code = area_at(latitude, longitude)
    found = choices(by_code([code])) if code else ()
    if not found:
        return PlaceChoice("", POINT, "", latitude, longitude)
    area = found[0]
    return PlaceChoice("", POINT, area.name, latitude, longitude, area.parents)
