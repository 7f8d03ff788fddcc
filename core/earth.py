"""How far it is to many places at once, to 0.1 km, by the straight line through the earth.

The way over the ground is longer than that line. By how much follows from how strongly the ground
bends: between a circle as small as the ellipsoid anywhere bends and one as large lies every way,
and for a hundred kilometres the two differ by two centimetres. Where both round alike no geodesic
is worked out, which takes as long as a dozen other things that an answer needs.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.geometry import LatLon, distances_to, tenths

# WGS 84, in km, and the radii with which it bends most (at the equator, northwards) and least
# (at the poles).
EQUATOR, POLE = 6378.137, 6356.752314245
MOST_BENT, LEAST_BENT = POLE**2 / EQUATOR, EQUATOR**2 / POLE
A_CENTIMETRE = 1e-5  # more than all rounding of these sums together

Column = NDArray[np.float64]

# Both circles at once: an operation on a few hundred numbers takes as long as one on half of them.
_DIAMETERS = np.array([[2.0 * LEAST_BENT], [2.0 * MOST_BENT]])
_LESS_AND_MORE = np.array([[-A_CENTIMETRE], [A_CENTIMETRE]])


def positions(latitudes: Column, longitudes: Column) -> Column:
    """Where places are, as rows of x, y and z in km from the middle of the earth."""
    latitude, longitude = np.radians(latitudes), np.radians(longitudes)
    sine, cosine = np.sin(latitude), np.cos(latitude)
    across = EQUATOR**2 / np.sqrt((EQUATOR * cosine) ** 2 + (POLE * sine) ** 2)
    level = across * cosine
    up = across * sine * (POLE / EQUATOR) ** 2
    return np.stack([level * np.cos(longitude), level * np.sin(longitude), up], axis=-1)


def position(point: LatLon) -> Column:
    """Where one place is."""
    latitude, longitude = math.radians(point[0]), math.radians(point[1])
    sine, cosine = math.sin(latitude), math.cos(latitude)
    across = EQUATOR**2 / math.hypot(EQUATOR * cosine, POLE * sine)
    level = across * cosine
    up = across * sine * (POLE / EQUATOR) ** 2
    return np.array((level * math.cos(longitude), level * math.sin(longitude), up))


def at_least(chord: float) -> float:
    """The least km over the ground between two places of which this is the straight line."""
    half = min(chord / (2.0 * LEAST_BENT), 1.0)
    return max(0.0, 2.0 * LEAST_BENT * math.asin(half) - A_CENTIMETRE)


def bounds(chords: Column) -> Column:
    """The least and the most tenths of a km that ways over the ground may be: two rows of whole
    numbers.

    `chords`: the straight lines in km between their ends. Rounded as `round(km, 1)` would be.
    """
    ways = np.arcsin(np.minimum(chords / _DIAMETERS, 1.0)) * _DIAMETERS
    tens: Column = np.rint((ways + _LESS_AND_MORE) * 10.0)
    return tens


def exactly(origin: LatLon, points: Column) -> Column:
    """Geodesic distances to places (rows of latitude and longitude) in whole tenths of a km, of
    which `bounds` left open how many. Rounded as `round(km, 1)`.
    """
    found: Column = np.rint(np.array(tenths(distances_to(origin, *points.T))) * 10.0)
    return found
