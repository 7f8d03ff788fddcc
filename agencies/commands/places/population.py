"""Load how many people live where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from agencies.commands.places.common import Loaded, batches, begin, settle
from agencies.models.place import Population
from agencies.queries.places.kept import POPULATION
from core.actors import Actor
from core.db import db


@dataclass(frozen=True, slots=True)
class NewPopulation:
    """The people of a place, by its code, and the year of the figure if it is said."""

    code: str
    people: int
    year: int | None = None


def load_population(
    actor: Actor, *, figures: Sequence[NewPopulation], source: str | None = None
) -> Loaded:
    """Command: make these figures known or bring them up to date. Places not named stay.

    Each code stands once, and is the gazetteer's. Refuses everybody but the operator.
    """
    revision = begin(actor, POPULATION)
    known = {one.place_code: one for one in db.session.scalars(select(Population))}
    rows = [_row(figure, source) for figure in figures]
    added = [row for row in rows if row["place_code"] not in known]
    changed = [
        row
        for row in rows
        if row["place_code"] in known and _differs(known[row["place_code"]], row)
    ]
    for some in batches(added):
        db.session.execute(insert(Population), list(some))
    for some in batches(changed):
        db.session.execute(update(Population), list(some))
    if added or changed:
        settle(revision, (Population,))
    return Loaded(len(added), len(changed), len(rows) - len(added) - len(changed))


def _row(figure: NewPopulation, source: str | None) -> dict[str, Any]:
    return {
        "place_code": figure.code,
        "people": figure.people,
        "year": figure.year,
        "source": source,
    }


def _differs(known: Population, row: dict[str, Any]) -> bool:
    return any(getattr(known, name) != value for name, value in row.items())
