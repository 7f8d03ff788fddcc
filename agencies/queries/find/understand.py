"""From what was asked to a question: defaults filled, a typed place found, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agencies.queries.geocoding import find_address
from agencies.queries.places import PlaceChoice, resolve
from agencies.rules.needs import Urgency, default_urgency
from agencies.rules.person import Person, with_what_the_need_says
from agencies.rules.question import Question
from core.clock import now
from core.errors import refused
from core.geometry import LatLon
from core.i18n import _


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed or sent; `place` is a name or a gazetteer code."""

    needs: tuple[str, ...]
    person: Person = Person()
    place: str | None = None
    point: LatLon | None = None
    at: datetime | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as understood. With `choices` the place is ambiguous and nothing is asked."""

    question: Question
    origin: LatLon | None = None
    place: PlaceChoice | None = None
    choices: tuple[PlaceChoice, ...] = ()


def understand(asked: Asked, *, beds_fresh_hours: int) -> Understood:
    """Fill defaults and find the place. `RefusedError` for a place that nobody knows."""
    place, choices = _place(asked)
    moment = now()
    question = Question(
        needs=asked.needs,
        person=with_what_the_need_says(asked.person, asked.needs),
        at=asked.at or moment,
        now=moment,
        urgency=asked.urgency or default_urgency(asked.needs),
        at_was_given=asked.at is not None,
        origin_area=place.code if place and place.code else None,
        beds_fresh_for=timedelta(hours=beds_fresh_hours),
    )
    origin = asked.point or ((place.latitude, place.longitude) if place else None)
    return Understood(question, origin, place, choices)


def _place(asked: Asked) -> tuple[PlaceChoice | None, tuple[PlaceChoice, ...]]:
    if asked.point is not None or not asked.place:
        return None, ()
    found = resolve(asked.place) or find_address(asked.place)
    if not found:
        raise refused(
            "place", _("No place of that name is known. Try the district, or tap the map.")
        )
    return (found[0], ()) if found.certain else (None, tuple(found))
