"""The rival: candidates from SQLite's R*Tree instead of ranges of H3 cells.

One tree for each need, so that a tree holds nothing that was not asked for. The box grows until
the circle in it holds all that can still enter the answer, and starts where it sufficed before.
All else is find's own: the rules, the order, when to stop, what is kept ready, the distances.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from agencies.models.offer import SOMEWHERE
from agencies.queries.find import Answer
from agencies.queries.find.ask import answer_along
from agencies.queries.find.load import read_along
from agencies.queries.find.near import EVERYWHERE, FIRST_KM, HINT_RESOLUTION, Row, Step, outwards
from agencies.rules.needs import all_needs, matching_codes
from core.db import WRITES, Snapshot, db, snapshot
from core.geometry import LatLon, cell_of
from tests.synthetic import Asked

SMALLEST_KM = 0.5
WHOLE_EARTH_KM = 20_100.0
KM_PER_DEGREE = 110.5  # of latitude, at the least
GROWTH = 1.6  # as find's disks grow, on average

_hints: dict[tuple[tuple[str, ...], int], float] = {}


def plant_trees() -> None:
    """Fill a tree for each need from find's own table."""
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        for need in all_needs():
            connection.exec_driver_sql(
                f"create virtual table near_{need} using rtree(id, south, north, west, east,"
                " +offer_id, +latitude, +longitude, +revision, +tier)"
            )
            connection.exec_driver_sql(
                f"insert into near_{need} select row_number() over (), latitude, latitude,"
                " longitude, longitude, offer_id, latitude, longitude, revision, tier"
                " from find_entry where need = ? and latitude is not null",
                (need,),
            )
        connection.commit()


def answer_by_boxes(asked: Asked) -> Answer:
    """Find's answer with candidates from the trees."""
    codes = sorted(frozenset().union(*(matching_codes(need) for need in asked.question.needs)))
    assert asked.origin is not None
    with snapshot() as view:
        steps = _walk(view, asked.origin, codes, asked.tier.value)
        return answer_along(read_along(view, steps), asked.question, asked.origin, asked.limit)


def _walk(view: Snapshot, origin: LatLon, codes: Sequence[str], tier: int) -> Iterator[Step]:
    """Offers from near to far, as `agencies.queries.find.near.walk` gives them."""
    met: set[Any] = set()
    hint = (tuple(codes), cell_of(origin, HINT_RESOLUTION))
    first = km = max(_hints.get(hint, FIRST_KM), SMALLEST_KM)
    while km < WHOLE_EARTH_KM:
        rows = _in_box(view, origin, codes, tier, km)
        if km == first:
            rows += _placeless(view, codes, tier)
        for step in outwards(origin, rows, met, km):
            _hints[hint] = step.seen_km
            yield step
        km *= GROWTH
    yield from outwards(origin, _in_box(view, origin, codes, tier, km), met, EVERYWHERE)


def _in_box(
    view: Snapshot, origin: LatLon, codes: Sequence[str], tier: int, km: float
) -> list[Row]:
    high = km / KM_PER_DEGREE
    south, north = max(-90.0, origin[0] - high), min(90.0, origin[0] + high)
    narrow = math.cos(math.radians(max(abs(south), abs(north))))
    wide = 360.0 if narrow < 0.02 else high / narrow
    box = (south, north, origin[1] - wide, origin[1] + wide, tier)
    arms = " union all ".join(
        f"select offer_id, latitude, longitude, revision from near_{code}"
        " where north >= ? and south <= ? and east >= ? and west <= ? and tier <= ?"
        for code in codes
    )
    return view.rows(arms, box * len(codes))


def _placeless(view: Snapshot, codes: Sequence[str], tier: int) -> list[Row]:
    arms = " union all ".join(
        ["select offer_id, latitude, longitude, revision from find_entry"
         " where need = ? and cell between 0 and ? and tier <= ?"] * len(codes)
    )  # fmt: skip
    return view.rows(arms, [value for code in codes for value in (code, SOMEWHERE, tier)])
