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


def bounds(chords: Column) -> tuple[Column, Column]:
    """The least and the most tenths of a km that ways over the ground may be, as whole numbers.

    `chords`: the straight lines in km between their ends. Rounded as `round(km, 1)` would be.
    """
    least = np.rint((_bent(chords, LEAST_BENT) - A_CENTIMETRE) * 10.0)
    return least, np.rint((_bent(chords, MOST_BENT) + A_CENTIMETRE) * 10.0)


def between(origin: LatLon, points: Column, least: Column, most: Column) -> list[float]:
    """Geodesic distances to places (rows of latitude and longitude), rounded as `round(km, 1)`,
    of which `bounds` said how many tenths they are.
    """
    shown: list[float] = (most / 10.0).tolist()
    open_ones = np.flatnonzero(least != most)
    if len(open_ones):
        at = points[open_ones]
        exact = tenths(distances_to(origin, at[:, 0], at[:, 1]))
        for index, km in zip(open_ones.tolist(), exact, strict=True):
            shown[index] = km
    return shown


def _bent(chords: Column, radius: float) -> Column:
    """The way over a circle of this radius between the ends of straight lines."""
    return 2.0 * radius * np.arcsin(np.minimum(chords / (2.0 * radius), 1.0))
