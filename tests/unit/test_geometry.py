"""Cells, ranges of cells, and distances: find's walk is only right if all of this is."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from geopy.distance import geodesic
from h3.api import basic_int as h3
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from core.geometry import (
    FINEST,
    PUBLISHED_RESOLUTION,
    WIDEST,
    LatLon,
    all_cells,
    cell_of,
    centre_of,
    covered_km,
    disk,
    distance_km,
    distances_km,
    published_centre,
    span,
    tenths,
)

EARTH = Geod(ellps="WGS84")

world = st.tuples(st.floats(-1, 1).map(lambda z: math.degrees(math.asin(z))), st.floats(-180, 180))
indonesia = st.tuples(st.floats(-11, 6), st.floats(95, 141))
points = st.one_of(world, indonesia)
resolutions = st.integers(0, 9)


def beyond(point: LatLon, bearing: float, km: float) -> LatLon:
    """Where one arrives."""
    longitude, latitude, _ = EARTH.fwd(point[1], point[0], bearing, km * 1000)
    return (latitude, longitude)


def holds(cells: list[int], point: LatLon) -> bool:
    """Whether the ranges of the cells hold the finest cell of a point, as find's table has it."""
    finest = cell_of(point)
    return any(low <= finest <= high for low, high in map(span, cells))


class TestDistances:
    @given(points, points)
    @example((0.0, 0.0), (0.5, 179.7))
    @example((90.0, 0.0), (-90.0, 0.0))
    @settings(deadline=None)
    def test_are_geodesics(self, a: LatLon, b: LatLon) -> None:
        assert distance_km(a, b) == pytest.approx(geodesic(a, b).km, abs=1e-6)

    def test_of_many_are_those_of_each(self) -> None:
        many = [(-6.2, 106.8), (0.0, 0.0), (90.0, 12.0)]
        assert distances_km((-7.0, 110.0), many) == [distance_km((-7.0, 110.0), p) for p in many]

    def test_of_none_are_none(self) -> None:
        assert distances_km((0.0, 0.0), []) == []


class TestSpan:
    @pytest.mark.parametrize("resolution", range(11, FINEST + 1))
    def test_is_h3s_own_children(self, resolution: int) -> None:
        random = Random(resolution)
        for _ in range(20):
            cell = cell_of((random.uniform(-90, 90), random.uniform(-180, 180)), resolution)
            self._holds_its_children(cell)

    @pytest.mark.parametrize("resolution", range(11, FINEST + 1))
    def test_is_h3s_own_children_of_pentagons_too(self, resolution: int) -> None:
        for cell in h3.get_pentagons(resolution):
            self._holds_its_children(int(cell))

    def _holds_its_children(self, cell: int) -> None:
        low, high = span(cell)
        children = [int(c) for c in h3.cell_to_children(cell, FINEST)]
        assert min(children) == low
        assert low <= max(children) <= high
        # and nobody else's: the ranges of siblings do not meet
        for neighbour in h3.grid_ring(cell, 1):
            first, last = span(int(neighbour))
            assert last < low or high < first

    @given(points, resolutions, points)
    @settings(max_examples=500, deadline=None)
    def test_holds_a_point_exactly_if_the_cell_is_its_ancestor(
        self, point: LatLon, resolution: int, other: LatLon
    ) -> None:
        for finest in (cell_of(point), cell_of(other)):
            for cell in disk(point, resolution, 1):
                low, high = span(cell)
                is_ancestor = int(h3.cell_to_parent(finest, resolution)) == cell
                assert (low <= finest <= high) is is_ancestor

    def test_a_finest_cell_is_itself(self) -> None:
        cell = cell_of((-6.2, 106.8))
        assert span(cell) == (cell, cell)

    @given(world)
    def test_the_coarsest_cells_hold_the_world(self, point: LatLon) -> None:
        assert len(all_cells()) == 122
        assert holds(all_cells(), point)

    @given(points)
    def test_cells_are_positive_63_bit_numbers_above_the_two_special_ones(
        self, point: LatLon
    ) -> None:
        assert 1 < cell_of(point) < 2**63


class TestCovered:
    @given(
        points, resolutions, st.integers(1, 3), st.floats(0, 360), st.floats(0, 1).map(math.sqrt)
    )
    @settings(max_examples=1500, deadline=None)
    def test_no_nearer_point_is_outside_the_disk(
        self, origin: LatLon, resolution: int, rings: int, bearing: float, part: float
    ) -> None:
        km = covered_km(origin, resolution, rings)
        assume(km < math.inf)
        assert holds(disk(origin, resolution, rings), beyond(origin, bearing, km * part))

    @pytest.mark.parametrize("resolution", range(10))
    def test_nor_from_the_corners_of_cells_and_beside_pentagons(self, resolution: int) -> None:
        """Where the disk is smallest: at corners, in the twisted neighbourhood of pentagons."""
        random = Random(resolution)
        for _ in range(60):
            origin = self._awkward_place(random, resolution)
            rings = random.randint(1, 3)
            cells = disk(origin, resolution, rings)
            km = covered_km(origin, resolution, rings)
            if km == math.inf:
                continue
            for bearing in range(0, 360, 15):
                assert holds(cells, beyond(origin, bearing, km * 0.999_999))

    def _awkward_place(self, random: Random, resolution: int) -> LatLon:
        if random.random() < 0.5:
            cell = cell_of((random.uniform(-80, 80), random.uniform(-180, 180)), resolution)
        else:
            pentagon = random.choice(list(h3.get_pentagons(resolution)))
            cell = random.choice(list(h3.grid_disk(pentagon, random.randint(0, 3))))
        corner = random.choice(list(h3.cell_to_boundary(cell)))
        return (float(corner[0]), float(corner[1]))

    @pytest.mark.parametrize("resolution", range(10))
    def test_nothing_of_a_cell_is_farther_from_its_centre_than_the_bound_says(
        self, resolution: int
    ) -> None:
        """A cell's descendants stick out of its hexagon; `WIDEST` must hold for them."""
        random = Random(resolution)
        edge = float(h3.average_hexagon_edge_length(resolution, unit="km"))
        places = [(random.uniform(-85, 85), random.uniform(-180, 180)) for _ in range(40)]
        cells = [cell_of(place, resolution) for place in places]
        farthest = max(_reach_km(cell, resolution) for cell in cells)
        assert 1.0 * edge < farthest < WIDEST * edge

    @given(points, resolutions, st.integers(1, 3))
    @settings(deadline=None)
    def test_grows_with_the_rings_and_is_not_far_below_them(
        self, origin: LatLon, resolution: int, rings: int
    ) -> None:
        edge = float(h3.average_hexagon_edge_length(resolution, unit="km"))
        km = covered_km(origin, resolution, rings)
        assert 0 <= km <= covered_km(origin, resolution, rings + 1)
        if not _is_near_a_pentagon(origin, resolution, rings + 1):
            assert km > edge * (1.2 * rings - 1.0)


def _reach_km(cell: int, resolution: int) -> float:
    """How far a cell's descendants reach from its centre: the farthest of each generation."""
    centre = centre_of(cell)
    kept, reach = [cell], 0.0
    for finer in range(resolution + 1, min(resolution + 6, FINEST) + 1):
        children = [int(c) for parent in kept for c in h3.cell_to_children(parent, finer)]
        far = sorted(
            zip(distances_km(centre, [centre_of(c) for c in children]), children, strict=True),
            reverse=True,
        )
        kept, reach = [child for _, child in far[:20]], far[0][0]
    return reach


def _is_near_a_pentagon(point: LatLon, resolution: int, rings: int) -> bool:
    return any(h3.is_pentagon(cell) for cell in disk(point, resolution, rings))


class TestPublishedCentre:
    @given(indonesia)
    def test_is_the_centre_of_the_cell_and_stays_itself(self, point: LatLon) -> None:
        centre = published_centre(point)
        assert cell_of(centre, PUBLISHED_RESOLUTION) == cell_of(point, PUBLISHED_RESOLUTION)
        assert published_centre(centre) == centre

    @given(indonesia, st.floats(0, 360), st.floats(0, 5))
    def test_is_the_same_wherever_in_the_cell_the_place_is(
        self, point: LatLon, bearing: float, km: float
    ) -> None:
        moved = beyond(point, bearing, km)
        same = cell_of(moved, PUBLISHED_RESOLUTION) == cell_of(point, PUBLISHED_RESOLUTION)
        assert (published_centre(moved) == published_centre(point)) is same


# Also what lies in the middle between two tenths, or a hair beside it.
hairs = st.sampled_from((0.0, 1e-12, -1e-12, 1e-7, -1e-7))
halves = st.builds(lambda tens, hair: (tens + 0.5 + hair) / 10.0, st.integers(0, 200_100), hairs)


@given(st.lists(st.one_of(st.floats(0, 20_020), halves), max_size=20))
@example([0.05, 0.15, 0.25, 0.35, 2.675, 1000.05, 20_003.95])
def test_a_column_is_rounded_as_python_rounds(km: list[float]) -> None:
    """Orders and answers are made of these: another last digit would be another answer."""
    assert tenths(np.array(km, dtype=np.float64)) == [round(one, 1) for one in km]
