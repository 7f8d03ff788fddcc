"""Where things are: distances and H3 cells. Latitudes and longitudes are degrees (WGS 84)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from h3.api import basic_int as h3
from numpy.typing import NDArray
from pyproj import Geod

FINEST = 15
PUBLISHED_RESOLUTION = 6  # about 36 km², the cell of a secret place (design.md §4)

# Greatest distance of a cell's corner from its centre, in average edges of its resolution:
# measured 1.08 to 1.106 all over the world; `tests/unit/test_geometry.py` tries it.
WIDEST = 1.15
SPHERE = 0.993  # no way on the ellipsoid is shorter than this share of the way on the sphere

_earth = Geod(ellps="WGS84")

NEARLY_HALF = 0.5 - 1e-6
FEW = 3  # distances

KM_PER_DEGREE = 110.5  # of latitude, at the least

LatLon = tuple[float, float]
Box = tuple[float, float, float, float]  # south, north, west, east
WORLD: Box = (-90.0, 90.0, -180.0, 180.0)


def distances_km(origin: LatLon, points: Sequence[LatLon]) -> list[float]:
    """Geodesic distances in km from the origin to each point, on the WGS 84 ellipsoid."""
    if not points:
        return []
    latitudes = [p[0] for p in points]
    longitudes = [p[1] for p in points]
    count = len(points)
    _, _, metres = _earth.inv([origin[1]] * count, [origin[0]] * count, longitudes, latitudes)
    return [m / 1000.0 for m in metres]


def distances_to(
    origin: LatLon, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same distances in km, to points that are columns already."""
    if len(latitudes) <= FEW:
        # For a few the machinery of columns takes longer than the distances.
        each = zip(latitudes.tolist(), longitudes.tolist(), strict=True)
        one_by_one = [_earth.inv(origin[1], origin[0], lon, lat)[2] for lat, lon in each]
        return np.array(one_by_one) / 1000.0
    here = np.empty((2, len(latitudes)))
    here[0], here[1] = origin[1], origin[0]
    _, _, metres = _earth.inv(here[0], here[1], longitudes, latitudes)
    return np.asarray(metres) / 1000.0


def tenths(km: NDArray[np.float64]) -> list[float]:
    """Distances to 0.1 km, each just as `round(km, 1)` has it, in a tenth of its time."""
    tens = km * 10.0
    whole = np.rint(tens)
    shown: list[float] = (whole / 10.0).tolist()
    # Of what lies in the middle between two tenths Python looks at every digit.
    for index in np.flatnonzero(np.abs(tens - whole) > NEARLY_HALF).tolist():
        shown[index] = round(float(km[index]), 1)
    return shown


def distance_km(a: LatLon, b: LatLon) -> float:
    """Geodesic distance in km."""
    return distances_km(a, [b])[0]


def cell_of(point: LatLon, resolution: int = FINEST) -> int:
    """The H3 cell around a point, as a positive 63-bit integer."""
    return int(h3.latlng_to_cell(point[0], point[1], resolution))


def centre_of(cell: int) -> LatLon:
    """The centre of a cell."""
    lat, lon = h3.cell_to_latlng(cell)
    return (float(lat), float(lon))


def published_centre(point: LatLon) -> LatLon:
    """All that may ever be known of a secret place: the centre of its cell (design.md §4)."""
    return centre_of(cell_of(point, PUBLISHED_RESOLUTION))


def published_cell(point: LatLon, resolution: int = PUBLISHED_RESOLUTION) -> int:
    """The cell that is published of a secret place; `resolution` 6, or less where few live.

    By way of the cell of resolution 6, so that every finer cell lies in exactly one coarser one.
    """
    return int(h3.cell_to_parent(cell_of(point, PUBLISHED_RESOLUTION), resolution))


def is_in_published(point: LatLon, cell: int) -> bool:
    """Whether a place at the point may keep this published cell."""
    return published_cell(point, resolution_of(cell)) == cell


def resolution_of(cell: int) -> int:
    """The resolution of a cell: 0 is coarsest, 15 finest."""
    return (cell >> 52) & 0xF


def touch(one: int, other: int) -> bool:
    """Whether two cells are the same or side by side; the finer is taken as the coarser around."""
    coarse = min(resolution_of(one), resolution_of(other))
    one, other = (int(h3.cell_to_parent(cell, coarse)) for cell in (one, other))
    return other in h3.grid_disk(one, 1)


def span(cell: int) -> tuple[int, int]:
    """The lowest and highest finest cell inside a cell: a coarse cell is one range of fine ones.

    An H3 index is 4 bits of mode, 3 reserved, 4 of resolution, 7 of base cell and fifteen digits
    of 3 bits; unused digits are 7. All finest cells below a cell share its used digits.
    """
    resolution = (cell >> 52) & 0xF
    free = 3 * (FINEST - resolution)
    low = (cell & ~(0xF << 52) | (FINEST << 52)) & ~((1 << free) - 1)
    return low, low | ((1 << free) - 1)


def box_around(point: LatLon, km: float) -> Box:
    """A box in degrees (south, north, west, east) that holds the circle of so many km.

    All longitudes where the circle comes near a pole or crosses the antimeridian.
    """
    high = km / KM_PER_DEGREE
    south, north = point[0] - high, point[0] + high
    narrow = math.cos(math.radians(min(90.0, max(abs(south), abs(north)))))
    wide = high / narrow if narrow > 0.02 else 360.0
    west, east = point[1] - wide, point[1] + wide
    if west < -180.0 or east > 180.0:
        west, east = WORLD[2:]
    return south, north, west, east


def spans(cells: Iterable[int]) -> list[tuple[int, int]]:
    """The ranges of finest cells inside some cells of one resolution; neighbours are joined."""
    joined: list[tuple[int, int]] = []
    for cell in sorted(cells):
        low, high = span(cell)
        if joined and joined[-1][1] + 1 == low:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined


def edge_km(resolution: int) -> float:
    """The average edge of a cell in km."""
    return float(h3.average_hexagon_edge_length(resolution, unit="km"))


def disk(point: LatLon, resolution: int, rings: int) -> list[int]:
    """The cells around a point out to so many rings."""
    return [int(c) for c in h3.grid_disk(cell_of(point, resolution), rings)]


def all_cells() -> list[int]:
    """The 122 coarsest cells: the whole world."""
    return [int(c) for c in h3.get_res0_cells()]


def covered_km(point: LatLon, resolution: int, rings: int) -> float:
    """A distance in km from the point within which its disk surely holds everything.

    Whatever lies outside the disk is reached through the next ring around it, and no point of a
    cell is farther from the cell's centre than WIDEST edges. 0 when even the nearest cell of that
    ring might begin here; without a bound (the disk is the world) infinity.
    """
    around = h3.grid_ring(cell_of(point, resolution), rings + 1)
    if not around:
        return float("inf")
    nearest = min(h3.great_circle_distance(point, h3.cell_to_latlng(cell)) for cell in around)
    return max(0.0, SPHERE * float(nearest) - WIDEST * edge_km(resolution))


def ways_km(begins: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geodesic distances in km between the points (rows of latitude and longitude) of two columns,
    the first to the first, the second to the second, and so on.
    """
    # The machinery wants columns that it may read in one go.
    here, there = np.ascontiguousarray(begins.T), np.ascontiguousarray(ends.T)
    _, _, metres = _earth.inv(here[1], here[0], there[1], there[0])
    return np.asarray(metres) / 1000.0


def cells_inside(outlines: Iterable[dict[str, Any]], resolution: int) -> set[int]:
    """The cells whose centres lie in some outlines (GeoJSON polygons in degrees)."""
    found: set[int] = set()
    for outline in outlines:
        found.update(int(cell) for cell in h3.geo_to_cells(outline, resolution))
    return found


def cells_around(cell: int, rings: int) -> list[int]:
    """A cell and those around it, out to so many rings."""
    return [int(one) for one in h3.grid_disk(cell, rings)]


def corners_of(cell: int) -> list[LatLon]:
    """The corners of a cell."""
    return [(float(lat), float(lon)) for lat, lon in h3.cell_to_boundary(cell)]


def cell_km2(resolution: int) -> float:
    """The average area of a cell in km²."""
    return float(h3.average_hexagon_area(resolution, unit="km^2"))
