"""Who is behind a mark on the map: asked for when somebody touches it, not sent with the layer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np

from core.actors import Tier
from maps.queries.sheet import TYPES, UNSAID
from maps.queries.shown import Shown, parents_of

MOST_NAMED = 12  # of a group


@dataclass(frozen=True, slots=True)
class Named:
    """One agency at one place."""

    agency_id: uuid.UUID
    name: str
    type: str
    tier: Tier
    where: str
    about: bool  # only the middle of a village or district is known
    capacity: int | None
    free: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind a mark: the first of them by name, and how many there are."""

    named: tuple[Named, ...]
    count: int


def behind_number(what: Shown, number: int) -> Behind | None:
    """Whom a number stands for; None for nobody."""
    row = what.row_called(number)
    return None if row is None else Behind((_named(what, row),), 1)


def behind_cell(what: Shown, cell: int) -> Behind | None:
    """Whom a group stands for; None for nobody, and for what is no cell."""
    resolution = (cell >> 52) & 0xF
    if not 0 < cell < 1 << 60 or resolution > 8:
        return None
    rows = what.on_map
    found = rows[parents_of(what.sheet.cell[rows], resolution) == np.int64(cell)].tolist()
    if not found:
        return None
    found.sort(key=lambda row: (what.sheet.names[row].casefold(), row))
    agencies = np.unique(what.sheet.agency[found])
    return Behind(tuple(_named(what, row) for row in found[:MOST_NAMED]), len(agencies))


def _named(what: Shown, row: int) -> Named:
    known = what.sheet
    said = known.free[row] != UNSAID
    return Named(
        agency_id=known.agencies[row],
        name=known.names[row],
        type=TYPES[known.type[row]],
        tier=Tier(int(known.tier[row])),
        where=known.where[row],
        about=bool(known.is_area[row]),
        capacity=int(known.capacity[row]) if said else None,
        free=int(known.free[row]) if said else None,
    )
