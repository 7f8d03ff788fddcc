"""How many people live where, as far as the operator loaded it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from agencies.models.place import Place, Population
from core.db import db


@dataclass(frozen=True, slots=True)
class People:
    """The people of a place; the year of the figure and whose it is, if that was said."""

    count: int
    year: int | None
    source: str | None


def known_codes() -> frozenset[str]:
    """The codes of all places of the gazetteer."""
    return frozenset(db.session.scalars(select(Place.code)))


def population() -> dict[str, People]:
    """Every figure by the place's code."""
    query = select(Population.place_code, Population.people, Population.year, Population.source)
    return {row[0]: People(row[1], row[2], row[3]) for row in db.session.execute(query)}
