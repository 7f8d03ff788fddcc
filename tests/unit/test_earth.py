"""Distances by the straight line: bounds that hold, and every tenth just as the geodesic has it."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from core.earth import at_least, bounds, exactly, position, positions
from core.geometry import LatLon, distances_to, tenths

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
steps = st.sampled_from((1e-5, 1e-3, 0.05, 1.0, 10.0, 100.0))
moves = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=12)


def _around(origin: LatLon, moved: list[tuple[float, float]], step: float) -> np.ndarray:
    latitudes = [min(90.0, max(-90.0, origin[0] + north * step)) for north, _ in moved]
    longitudes = [(origin[1] + east * step + 540) % 360 - 180 for _, east in moved]
    return np.array([latitudes, longitudes]).T


@given(anywhere, moves, steps)
@example((0.0, 0.0), [(0.0, 1.0), (1.0, 0.0)], 100.0)
@example((90.0, 0.0), [(-1.0, 1.0)], 10.0)
@example((-6.2, 106.8), [(0.0, 0.0)], 1.0)
def test_every_tenth_is_the_one_of_the_geodesic(
    origin: LatLon, moved: list[tuple[float, float]], step: float
) -> None:
    """Near and far, at the poles and at the equator: another digit would be another answer."""
    points = _around(origin, moved, step)
    there, here = positions(points[:, 0], points[:, 1]), position(origin)
    chords = np.sqrt(((there - here) ** 2).sum(axis=1))
    exact = distances_to(origin, points[:, 0], points[:, 1])
    tens = bounds(chords)
    assert (exactly(origin, points) / 10.0).tolist() == tenths(exact)
    sure = tens[0] == tens[1]
    assert (tens[1] / 10.0)[sure].tolist() == np.array(tenths(exact))[sure].tolist()
    for chord, km, low in zip(chords.tolist(), exact.tolist(), tens[0].tolist(), strict=True):
        assert at_least(chord) <= km
        assert low <= round(km * 10)


@given(anywhere)
def test_a_place_is_where_it_is_in_a_column(point: LatLon) -> None:
    """One place and many are worked out by the same sums."""
    column = positions(np.array([point[0]]), np.array([point[1]]))
    assert np.allclose(column[0], position(point), rtol=0, atol=1e-9)
