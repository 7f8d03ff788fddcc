"""Latitude and longitude of a record. What is wrong is said without quoting a position."""

from __future__ import annotations

import re
from math import isfinite

from agencies.exchange import messages as says
from agencies.exchange.messages import Notes
from core.geometry import LatLon

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
# Indonesia with some sea around it, in degrees.
_SOUTH, _NORTH, _WEST, _EAST = -11.5, 6.5, 94.5, 141.5


def read_point(latitude: str, longitude: str, notes: Notes) -> LatLon | None:
    """The point of two cells; None when both are empty, or wrong and noted as refused."""
    if not latitude and not longitude:
        return None
    if not latitude or not longitude:
        notes.refuse("longitude" if latitude else "latitude", says.HALF_A_POINT)
        return None
    pair = _number(latitude, "latitude", notes), _number(longitude, "longitude", notes)
    return None if None in pair else check_point(pair[0] or 0.0, pair[1] or 0.0, notes)


def _number(text: str, column: str, notes: Notes) -> float | None:
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    notes.refuse(column, says.NOT_A_NUMBER)
    return None


def check_point(latitude: float, longitude: float, notes: Notes) -> LatLon | None:
    """The point if it can be one; otherwise None, and what is wrong is noted as refused."""
    if not (isfinite(latitude) and isfinite(longitude)):
        notes.refuse("latitude", says.NOT_A_NUMBER)
    elif latitude == 0 and longitude == 0:
        notes.refuse("latitude", says.NULL_ISLAND)
    elif not in_indonesia(latitude, longitude) and in_indonesia(longitude, latitude):
        notes.refuse("latitude", says.SWAPPED)
    elif not -90 <= latitude <= 90:
        notes.refuse("latitude", says.LATITUDE_RANGE)
    elif not -180 <= longitude <= 180:
        notes.refuse("longitude", says.LONGITUDE_RANGE)
    else:
        return (latitude + 0.0, longitude + 0.0)  # -0.0 becomes 0.0
    return None


def in_indonesia(latitude: float, longitude: float) -> bool:
    """Whether a point lies in the box around Indonesia."""
    return _SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST


def spell_degrees(value: float | None) -> str:
    """Degrees so that reading gives the same number again."""
    return "" if value is None else repr(value)
