"""In which districts many points lie: `near.area_at` for a whole map, in one go.

Each point gets the same answer as there; `tests/unit/test_gap_ground.py` compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sqlalchemy import select

from agencies.models.place import Place, PlaceLevel
from agencies.queries.places.near import STEPS
from agencies.queries.places.outlines import outlines_containing
from agencies.rules.place_codes import DISTRICT, around
from core.db import db
from core.earth import positions
from core.geometry import LatLon, box_around, ways_km

Floats = NDArray[np.float64]


def areas_at(points: Sequence[LatLon]) -> list[str | None]:
    """For each point (degrees) the code of the district around it, or of the regency, or None."""
    outlines = outlines_containing(PlaceLevel.DISTRICT, points)
    found: list[str | None] = [one.place_code if one else None for one in outlines]
    at = np.array(points, dtype=np.float64).reshape(-1, 2)
    for level, boxes in STEPS:
        left = np.array([n for n, code in enumerate(found) if not code], dtype=np.intp)
        if not len(left):
            break
        for index, code in zip(left, _nearest(level, at[left], max(boxes)), strict=True):
            found[index] = around(code, DISTRICT) if code else None
    return found


def _nearest(level: PlaceLevel, points: Floats, within_km: float) -> list[str | None]:
    """The code of the level's nearest centre to each point, within so many km at most."""
    codes, centres = _centres(level, points, within_km)
    if not codes:
        return [None] * len(points)
    tree = cKDTree(positions(centres[:, 0], centres[:, 1]))
    _, which = tree.query(positions(points[:, 0], points[:, 1]))
    km = ways_km(points, centres[which])
    return [
        codes[at] if far <= within_km else None for at, far in zip(which, km.tolist(), strict=True)
    ]


def _centres(level: PlaceLevel, points: Floats, km: float) -> tuple[list[str], Floats]:
    """Codes and centres of a level's places in a box around the points and so many km more."""
    least, most = points.min(axis=0), points.max(axis=0)
    south, _, west, _ = box_around((least[0], least[1]), km)
    _, north, _, east = box_around((most[0], most[1]), km)
    query = select(Place.code, Place.latitude, Place.longitude).where(
        Place.level == level,
        Place.latitude.between(float(south), float(north)),
        Place.longitude.between(float(min(west, east)), float(max(west, east))),
    )
    rows = db.session.execute(query.order_by(Place.code)).all()
    centres = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 2)
    return [row[0] for row in rows], centres
