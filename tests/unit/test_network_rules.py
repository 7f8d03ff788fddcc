"""The network map's rules: kinds, lines, groups, and the packed layer."""

from __future__ import annotations

import json
import uuid

import numpy as np
import pytest
from h3.api import basic_int as h3
from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.agency_types import AGENCY_TYPES
from maps.drawings.elements import json_in_html
from maps.drawings.packing import Points, packed, unpacked
from maps.queries.shown import parents_of
from maps.queries.ways import HIDDEN, Ways
from maps.rules.agency_kinds import KINDS, kind_number
from maps.rules.groups import FEW, group_resolution
from maps.rules.lines import bend, share_of, together, width_of
from referral.rules.flows import Flow

A, B = uuid.UUID(int=1), uuid.UUID(int=2)


def _flow(sent: int | None, accepted: float | None = None, minutes: float | None = None) -> Flow:
    return Flow(A, B, None, None, sent, accepted, minutes)


def test_every_type_has_one_kind_of_its_own_shape_and_colour() -> None:
    """No mark hangs on colour alone, and no type is forgotten."""
    listed = [code for kind in KINDS for code in kind.types]
    assert sorted(listed) == sorted(AGENCY_TYPES)
    assert len({kind.shape for kind in KINDS}) == len({kind.colour for kind in KINDS}) == 8
    assert KINDS[kind_number("no such type")].types[-1] == "OTHER"


def test_hidden_ways_are_never_guessed() -> None:
    """A sum with a hidden part says at least; of hidden ones alone there is no number."""
    way = together([_flow(12, 0.5, 30.0), _flow(None), _flow(8, 1.0, 50.0), _flow(10)])
    assert (way.sent, way.hidden, way.least, way.minutes) == (30, 1, True, None)
    assert way.accepted == pytest.approx((12 * 0.5 + 8) / 20)
    hidden = together([_flow(None), _flow(None)])
    assert (hidden.sent, hidden.least, hidden.accepted) == (None, False, None)
    alone = together([_flow(7, 0.25, 90.0)])
    assert (alone.sent, alone.accepted, alone.minutes, alone.least) == (7, 0.25, 90.0, False)


_FLOWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.none() | st.integers(0, 500),
        st.none() | st.floats(0, 1),
        st.none() | st.floats(0, 9_000),
    ),
    min_size=1,
    max_size=30,
)


@given(_FLOWS)
def test_columns_sum_as_the_rule_says(found: list[tuple[int, int | None, float, float]]) -> None:
    """The quick way and the plain one agree."""
    none = np.zeros(len(found), dtype=np.int64)
    ways = Ways(
        none,
        none,
        np.array([HIDDEN if f[1] is None else f[1] for f in found], dtype=np.int64),
        np.array([np.nan if f[2] is None else f[2] for f in found]),
        np.array([np.nan if f[3] is None else f[3] for f in found]),
    )
    summed = ways.summed(np.array([f[0] for f in found]), 4)
    for group in {f[0] for f in found}:
        plain = together([_flow(*f[1:]) for f in found if f[0] == group])
        quick = summed.way(group)
        assert (quick.sent, quick.hidden, quick.minutes) == (
            plain.sent,
            plain.hidden,
            plain.minutes,
        )
        assert quick.accepted == pytest.approx(plain.accepted)


def test_there_and_back_bend_apart() -> None:
    """Two lines, not one upon the other."""
    assert bend(0, 0, 10, 0)[1] == -bend(10, 0, 0, 0)[1] != 0


def test_lines_have_classes() -> None:
    """As wide as it is used, coloured by how often it ends in a yes."""
    assert [width_of(n).pixels for n in (None, 9, 10, 30, 100)] == [1.5, 1.5, 3.0, 5.0, 8.0]
    assert len({share_of(share).colour for share in (None, 0.0, 0.5, 0.75)}) == 4


def test_few_are_never_grouped_and_many_always() -> None:
    """So that a small network shows itself at once, and a large one fits a phone."""
    assert group_resolution(3, FEW) is None
    assert group_resolution(5, FEW + 1) == 2
    assert group_resolution(17, FEW + 1) is None
    assert group_resolution(17, 5_000) == 8
    found = [group_resolution(zoom, 10_000) or 0 for zoom in range(21)]
    assert found == sorted(found)


_POINTS = st.lists(
    st.tuples(
        st.floats(-90, 90),
        st.floats(-180, 180),
        st.integers(0, 31),
        st.integers(0, 2),
        st.integers(-1, 400),
    ),
    max_size=40,
)


@given(_POINTS)
def test_what_is_packed_comes_back(found: list[tuple[float, float, int, int, int]]) -> None:
    """To 11 m; more than 254 free places are 254."""
    columns = [np.array([f[n] for f in found]) for n in range(5)]
    points = Points(*columns[:2], *(column.astype(np.int64) for column in columns[2:]))
    back = unpacked(json.loads(json.dumps(packed(points))))
    assert np.abs(back.latitude - columns[0]).max(initial=0) <= 0.50001e-4
    assert np.abs(back.longitude - columns[1]).max(initial=0) <= 0.50001e-4
    assert back.type.tolist() == [f[2] for f in found]
    assert back.tier.tolist() == [f[3] for f in found]
    assert back.free.tolist() == [min(f[4], 254) for f in found]


@given(st.floats(-60, 60), st.floats(-179, 179), st.integers(0, 8))
def test_parents_are_those_of_h3(lat: float, lon: float, resolution: int) -> None:
    """By bits, for whole columns."""
    cell = h3.latlng_to_cell(lat, lon, 8)
    found = parents_of(np.array([cell], dtype=np.int64), resolution)
    assert int(found[0]) == h3.cell_to_parent(cell, resolution)


def test_json_in_a_page_stays_json() -> None:
    """Nothing in it ends the block that it stands in."""
    names = ["</script><b>", "<!--", "a & b", "\u2028", "{{ 7*7 }}"]
    text = json_in_html(names)
    assert json.loads(text) == names
    assert not set("<>&\u2028") & set(text)
