"""Load the gazetteer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from agencies.commands.places.common import Loaded, Progress, batches, begin, nobody, put, settle
from agencies.commands.places.outlines import match_outlines
from agencies.models.place import Place, PlaceLevel, PlaceName
from agencies.queries.places.kept import PLACES
from agencies.rules.place_codes import parent_of
from agencies.rules.place_names import spellings
from core.actors import Actor
from core.db import db


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place as a file gives it; latitude and longitude in degrees."""

    code: str
    level: str
    name: str
    latitude: float
    longitude: float


def load_places(
    actor: Actor,
    *,
    places: Sequence[NewPlace],
    progress: Progress = nobody,
    only_add: bool = False,
) -> Loaded:
    """Command: make these places known or bring them up to date. Places not named stay.

    Each code stands once in `places`. With `only_add` known places stay as they are. Refuses
    everybody but the operator.
    """
    revision = begin(actor, PLACES)
    known = _known()
    added = [place for place in places if place.code not in known]
    changed = [place for place in places if known.get(place.code, place) != place]
    if only_add:
        changed = []
    for some in batches(changed):
        db.session.execute(update(Place), [_row(place) for place in some])
        gone = [place.code for place in some]
        db.session.execute(delete(PlaceName).where(PlaceName.code.in_(gone)))
        put(PlaceName, _names(some))
        progress(len(some))
    for some in batches(added):
        put(Place, [_row(place) for place in some])
        put(PlaceName, _names(some))
        progress(len(some))
    same = len(places) - len(added) - len(changed)
    progress(same)
    if added or changed:
        settle(revision, (Place, PlaceName))
        match_outlines(begin(actor, "outlines"))
    return Loaded(len(added), len(changed), same)


def _known() -> dict[str, NewPlace]:
    query = select(Place.code, Place.level, Place.name, Place.latitude, Place.longitude)
    return {row[0]: NewPlace(*row) for row in db.session.execute(query)}


def _row(place: NewPlace) -> dict[str, object]:
    return {
        "code": place.code,
        "level": PlaceLevel(place.level),
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "parent_code": parent_of(place.code),
    }


def _names(places: Sequence[NewPlace]) -> list[dict[str, object]]:
    return [
        {"code": place.code, "folded": folded, "level": PlaceLevel(place.level)}
        for place in places
        for folded in sorted(spellings(place.name, place.level))
    ]
