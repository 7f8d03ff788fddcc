"""Every agency as a point of its own, as columns for the packed layer; secret ones as areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maps.queries.layers import single
from maps.queries.sheet import Floats, Ints
from maps.queries.shown import Shown


@dataclass(frozen=True, slots=True)
class Column:
    """Columns of the rows that have a place that may be shown; degrees, numbers of type and tier,
    free places or -1, and by which number their names are asked for."""

    rows: Ints
    latitude: Floats
    longitude: Floats
    type: Ints
    tier: Ints
    free: Ints
    called: Ints


def columns(what: Shown) -> Column:
    """The points that were asked for, in the order of the sheet."""
    known = what.sheet
    rows = what.on_map[known.published[what.on_map] == 0]
    return Column(
        rows=rows,
        latitude=known.latitude[rows],
        longitude=known.longitude[rows],
        type=known.type[rows],
        tier=known.tier[rows],
        free=known.free[rows],
        called=what.numbers[rows],
    )


def areas(what: Shown) -> list[dict[str, Any]]:
    """The areas of secret places that were asked for, as features without names."""
    rows = what.on_map[what.sheet.published[what.on_map] != 0]
    return [single(what, row, named=False) for row in rows.tolist()]
