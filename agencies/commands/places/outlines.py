"""Load outlines, and say of which places they are the outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from agencies.commands.places.common import Loaded, Progress, batches, begin, nobody, settle
from agencies.models.place import Outline, Place, PlaceLevel, PlaceRevision
from agencies.queries.places.kept import OUTLINES
from agencies.queries.places.named import place_named
from core.actors import Actor
from core.db import db


@dataclass(frozen=True, slots=True)
class NewOutline:
    """An outline as a file gives it; the geometry is GeoJSON in degrees (longitude, latitude)."""

    code: str
    level: str
    name: str
    parent_name: str | None
    geometry: dict[str, Any]


def load_outlines(
    actor: Actor, *, outlines: Sequence[NewOutline], progress: Progress = nobody
) -> Loaded:
    """Command: make these outlines known or bring them up to date. Others stay.

    Each code stands once in `outlines`. Refuses everybody but the operator.
    """
    revision = begin(actor, OUTLINES)
    known = _known()
    added = [outline for outline in outlines if outline.code not in known]
    changed = [outline for outline in outlines if known.get(outline.code, outline) != outline]
    for some in batches(added):
        db.session.execute(insert(Outline), [_row(outline) for outline in some])
        progress(len(some))
    for some in batches(changed):
        db.session.execute(update(Outline), [_row(outline) for outline in some])
        progress(len(some))
    same = len(outlines) - len(added) - len(changed)
    progress(same)
    if added or changed:
        settle(revision, (Outline,))
        match_outlines(revision)
    return Loaded(len(added), len(changed), same)


def _known() -> dict[str, NewOutline]:
    query = select(Outline.code, Outline.level, Outline.name, Outline.parent_name, Outline.geometry)
    return {row[0]: NewOutline(*row) for row in db.session.execute(query)}


def _row(outline: NewOutline) -> dict[str, object]:
    return {
        "code": outline.code,
        "level": PlaceLevel(outline.level),
        "name": outline.name,
        "parent_name": outline.parent_name,
        "geometry": outline.geometry,
        "place_code": None,
    }


def match_outlines(revision: PlaceRevision) -> None:
    """Find the gazetteer's place of every outline: by its code, else by its name and parents."""
    query = select(
        Outline.code, Outline.level, Outline.name, Outline.parent_name, Outline.place_code
    )
    outlines = db.session.execute(query).all()
    if not outlines:
        return
    same = select(Outline.code).join(Place, Place.code == Outline.code)
    codes = set(db.session.scalars(same.where(Place.level == Outline.level)))
    found = [
        {"code": code, "place_code": place}
        for code, level, name, parent, known in outlines
        if (place := code if code in codes else _by_name(level, name, parent)) != known
    ]
    if found:
        db.session.execute(update(Outline), found)
        settle(revision, ())


def _by_name(level: PlaceLevel, name: str, parent_name: str | None) -> str | None:
    around = [part.strip() for part in (parent_name or "").split(",")]
    if level is PlaceLevel.VILLAGE:
        found = place_named(around[0], around[1] if len(around) > 1 else None, name)
    elif level is PlaceLevel.DISTRICT:
        found = place_named(name, around[0])
    else:
        found = place_named(None, name) if level is PlaceLevel.REGENCY else None
    return found.code if found else None
