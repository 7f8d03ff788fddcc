"""Where a map begins that nobody has given a place yet: where most services are."""

from __future__ import annotations

from time import monotonic

from flask import current_app
from sqlalchemy import func, select

from agencies.models import Location
from core.actors import Tier
from core.db import db
from core.geometry import LatLon

REMEMBERED_SECONDS = 600.0


def home_point() -> LatLon | None:
    """The middle (degrees) of the city or regency with the most public locations, or None.

    Remembered for ten minutes: it is asked at every empty form and moves hardly ever.
    """
    known: tuple[float, LatLon | None] | None = current_app.extensions.get("rujukan_home")
    if known is None or known[0] < monotonic():
        known = (monotonic() + REMEMBERED_SECONDS, _middle())
        current_app.extensions["rujukan_home"] = known
    return known[1]


def _middle() -> LatLon | None:
    regency = func.substr(Location.area_code, 1, 5)
    row = db.session.execute(
        select(func.avg(Location.latitude), func.avg(Location.longitude))
        .where(Location.tier == Tier.PUBLIC.value, Location.area_code.is_not(None))
        .group_by(regency)
        .order_by(func.count().desc(), regency)
        .limit(1)
    ).first()
    return (round(row[0], 4), round(row[1], 4)) if row and row[0] is not None else None
