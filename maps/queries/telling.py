"""What the network map shows, in figures for sentences: the same for who does not see a map."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

import numpy as np
from sqlalchemy import exists, select

from agencies.models import Outline, Place
from agencies.rules.place_names import shown_name
from core.actors import Tier
from core.db import db
from maps.queries.ground import ground
from maps.queries.sheet import TYPES, UNSAID
from maps.queries.shown import Shown
from maps.queries.ways import HIDDEN
from maps.rules.lines import Way

TOP = 10


@dataclass(frozen=True, slots=True)
class TopWay:
    """One way, with both ends by name."""

    sender: tuple[uuid.UUID, str]
    receiver: tuple[uuid.UUID, str]
    way: Way


@dataclass(frozen=True, slots=True)
class Unheard:
    """An agency that was asked, and of whose answers nothing is published."""

    agency_id: uuid.UUID
    name: str
    sent: int
    least: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The map in figures. Agencies are counted once, whatever number of places they have."""

    agencies: int
    by_type: tuple[tuple[str, int], ...]
    secret: int
    off_map: tuple[tuple[uuid.UUID, str], ...]  # without a place on the map
    off_map_count: int
    farther: int  # agencies on the map, but away from where it opens
    free: int | None
    ways: int
    hidden_ways: int
    top: tuple[TopWay, ...]
    unheard: tuple[Unheard, ...]
    has_outlines: bool
    outlines_match: bool


def told(what: Shown) -> Told:
    """What is on a map, and what is not."""
    known = what.sheet
    who, at = np.unique(known.agency[what.rows], return_index=True)
    first = what.rows[at]  # of each agency
    off_map = first[~np.isin(who, known.agency[what.on_map])].tolist()
    away = sorted((known.names[row], known.agencies[row]) for row in off_map)
    secret = what.rows[known.tier[what.rows] == Tier.SECRET]
    said = known.free[what.rows]
    counts = Counter(TYPES[number] for number in known.type[first].tolist())
    has, match = _outlines(what)
    return Told(
        agencies=len(first),
        by_type=tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))),
        secret=len(np.unique(known.agency[secret])),
        off_map=tuple((id_, name) for name, id_ in away[:TOP]),
        off_map_count=len(away),
        farther=what.farther,
        free=int(said[said != UNSAID].sum()) if (said != UNSAID).any() else None,
        ways=len(what.ways),
        hidden_ways=int((what.ways.sent == HIDDEN).sum()),
        top=_top(what),
        unheard=_unheard(what),
        has_outlines=has,
        outlines_match=match,
    )


def _agency(what: Shown, row: int) -> tuple[uuid.UUID, str]:
    return what.sheet.agencies[row], what.sheet.names[row]


def _top(what: Shown) -> tuple[TopWay, ...]:
    known = what.ways.only(what.ways.sent != HIDDEN)
    order = np.lexsort((known.receiver, known.sender, -known.sent))[:TOP]
    each = known.summed(np.arange(len(known)), len(known))
    return tuple(
        TopWay(
            _agency(what, int(known.sender[n])), _agency(what, int(known.receiver[n])), each.way(n)
        )
        for n in order.tolist()
    )


def _unheard(what: Shown) -> tuple[Unheard, ...]:
    """Asked in numbers that are published, and no answer of theirs is: no share, no time."""
    found = what.ways
    rows, number = np.unique(found.receiver, return_inverse=True)
    to = found.summed(number, len(rows))
    heard = ~(np.isnan(found.accepted) & np.isnan(found.minutes))
    answered = np.bincount(number[heard], minlength=len(rows)) > 0
    silent = np.flatnonzero(~answered & (to.sent > 0))
    order = silent[np.lexsort((rows[silent], -to.sent[silent]))][:TOP]
    return tuple(
        Unheard(*_agency(what, int(rows[n])), int(to.sent[n]), bool(to.hidden[n]))
        for n in order.tolist()
    )


def _outlines(what: Shown) -> tuple[bool, bool]:
    """Whether outlines were loaded, and whether any lies where the agencies are."""
    has = bool(db.session.scalar(select(exists(select(Outline.code)))))
    box = what.bounds()
    if not has or box is None:
        return has, has
    west, south, east, north = box
    edge = 0.01  # an agency alone has a box without width
    near = ground((west - edge, south - edge, east + edge, north + edge), 8).features
    return has, any('"Polygon"' in one or '"MultiPolygon"' in one for one in near)


def area_name(code: str) -> str:
    """What an area is called; its code where it is not known."""
    name = db.session.scalar(select(Place.name).where(Place.code == code))
    return shown_name(name) if name else code
