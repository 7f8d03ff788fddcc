"""The pathway as designed beside the pathway as it happens, and places that hold still."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.agency_types import AGENCY_TYPES
from maps.rules.layouts import COLUMNS, HEIGHT, WIDTH, by_pathway, by_type
from maps.rules.pathway import Designed, Hop, Trace, Walked, compared


@dataclass(frozen=True)
class Somebody:
    key: str
    type: str


def test_what_differs_comes_first() -> None:
    designed = [
        Designed("POL", "PPT", "K3"),
        Designed("POL", "PPT", "K1"),
        Designed("UPTD", "SHL", None),
        Designed("OBH", "LPSK", None),
    ]
    walked = [Walked("POL", "PPT", 12), Walked("SHL", "UPTD", 0, has_hidden=True)]
    present = frozenset({"POL", "PPT", "UPTD", "SHL", "OBH"})
    assert compared(designed, walked, present) == [
        Hop("SHL", "UPTD", Trace.INFORMAL, (), 0, has_hidden=True),
        Hop("UPTD", "SHL", Trace.DEAD, ()),
        Hop("OBH", "LPSK", Trace.OPEN_ENDED, ()),  # no LPSK here: nothing died
        Hop("POL", "PPT", Trace.WALKED, ("K1", "K3"), 12),
    ]


def test_flows_between_the_same_types_are_one_way() -> None:
    (hop,) = compared([], [Walked("NGO", "SHL", 5), Walked("NGO", "SHL", 0, True)], frozenset())
    assert (hop.sent, hop.has_hidden, hop.trace) == (5, True, Trace.INFORMAL)
    assert compared([], [], frozenset()) == []


def test_every_type_has_a_column() -> None:
    assert {code for column in COLUMNS for code in column} == set(AGENCY_TYPES)


somebody = st.builds(Somebody, st.uuids().map(str), st.sampled_from([*AGENCY_TYPES, "NEW"]))


@given(st.lists(somebody, unique_by=lambda one: one.key, max_size=60), somebody)
def test_a_newcomer_moves_only_whom_it_would_cover(
    agencies: list[Somebody], newcomer: Somebody
) -> None:
    for layout in (by_type, by_pathway):
        before, again = layout(agencies), layout(reversed(agencies))
        assert before == again
        assert set(before) == {one.key for one in agencies}
        after = layout([*agencies, newcomer])
        moved = [key for key, place in before.items() if after[key] != place]
        assert len(moved) <= max(2, len(agencies) // 10)


def test_nobody_covers_another() -> None:
    crowd = [Somebody(f"{n:04}", "NGO") for n in range(40)]
    for layout in (by_type, by_pathway):
        places = list(layout(crowd).values())
        nearest = min(math.dist(a, b) for n, a in enumerate(places) for b in places[:n])
        assert nearest >= 26
        assert all(-WIDTH < x < 2 * WIDTH and -HEIGHT < y < 2 * HEIGHT for x, y in places)
