"""Rows of the gazetteer, with what lies around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select

from agencies.models.place import Place, PlaceLevel, PlaceName
from agencies.queries.places.choice import PlaceChoice
from agencies.rules.place_codes import LEVELS, level_of, parents_of
from agencies.rules.place_names import shown_name
from core.db import db

MOST_ROWS = 1_000  # the commonest name of Indonesia, Sukamaju, is borne by 120 villages


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A row of the gazetteer, and the folded name by which it was found."""

    code: str
    name: str
    latitude: float
    longitude: float
    folded: str = ""


def _places(*more: Any) -> Select[Any]:
    return select(Place.code, Place.name, Place.latitude, Place.longitude, *more)


# Made once: to build a statement costs more than to run it.
_BY_CODE = _places().where(Place.code.in_(bindparam("codes", expanding=True)))
_NAMES = select(Place.code, Place.name).where(Place.code.in_(bindparam("codes", expanding=True)))
_BY_NAME = (
    _places(PlaceName.folded)
    .join(PlaceName, PlaceName.code == Place.code)
    .order_by(PlaceName.folded, PlaceName.code)
    .limit(bindparam("most"))
)
_NAMED = _BY_NAME.where(
    # All four levels, because the index begins with the level.
    PlaceName.level.in_(list(PlaceLevel)),
    PlaceName.folded.in_(bindparam("folded", expanding=True)),
)
_BEGINNING = _BY_NAME.where(
    PlaceName.level == bindparam("level"),
    # Not BETWEEN: PostgreSQL does not take the byte order of the column inside it.
    PlaceName.folded >= bindparam("first"),
    PlaceName.folded <= bindparam("last"),
)


def named(folded: Iterable[str]) -> list[PlaceRow]:
    """The places that bear one of the folded names."""
    wanted = sorted(set(folded))
    return _read(_NAMED, folded=wanted, most=MOST_ROWS) if wanted else []


def beginning(folded: str, level: PlaceLevel, most: int) -> list[PlaceRow]:
    """Places of a level whose folded name begins so, in the order of their names."""
    # `{` comes after `z`: the range holds everything that begins so, and the index finds it.
    return _read(_BEGINNING, level=level, first=folded, last=f"{folded}{{", most=most)


def by_code(codes: Iterable[str]) -> list[PlaceRow]:
    """The places with these codes, in no order."""
    return _read(_BY_CODE, codes=sorted(set(codes)))


def _read(query: Select[Any], **values: Any) -> list[PlaceRow]:
    return [PlaceRow(*row) for row in db.session.execute(query, values)]


def parent_names(rows: Iterable[PlaceRow]) -> dict[str, str]:
    """The names of everything around the places, by code."""
    codes = sorted({code for row in rows for code in parents_of(row.code)})
    if not codes:
        return {}
    return dict(db.session.execute(_NAMES, {"codes": codes}).all())


def in_order(rows: Iterable[PlaceRow]) -> list[PlaceRow]:
    """Each place once, the wider levels first, then by name; equal names by code."""
    once = {row.code: row for row in reversed(list(rows))}
    return sorted(
        once.values(), key=lambda row: (LEVELS.index(level_of(row.code)), row.name, row.code)
    )


def choices(
    rows: Iterable[PlaceRow], names: Mapping[str, str] | None = None
) -> tuple[PlaceChoice, ...]:
    """The places as choices, in the given order."""
    kept = list(rows)
    known = parent_names(kept) if names is None else names
    return tuple(
        PlaceChoice(
            code=row.code,
            level=level_of(row.code),
            name=shown_name(row.name),
            latitude=row.latitude,
            longitude=row.longitude,
            parents=tuple(shown_name(known[c]) for c in parents_of(row.code) if c in known),
        )
        for row in kept
    )
