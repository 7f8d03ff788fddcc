"""Hops as find and the referral form ask for them: all known ways, in the memory of a process.

What is kept is believed while the registry's generation is the one that it was kept at: whoever
changes a route moves that number too (`commands/routes/route_version.py`). Then one small read says
whether routes changed at all, and only then they are read again.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flask import current_app
from sqlalchemy import select

from accounts.queries.registry import agency_known
from accounts.walls import ROUTING
from agencies.models import Agency, FindGeneration, Offer
from agencies.queries.find.shelves.kept import NEVER, Generation, generation_now, shelves
from agencies.queries.hops import SaidOfHop
from core.actors import Actor
from core.clock import now
from core.db import db
from core.walls import cross
from referral.models import RouteVersion
from referral.models.route import THE_ONE
from referral.queries.routes import declared, house_day, house_day_ends, live_routes, route_of
from referral.rules.hops import Agreed, Asker, Hop, Routes
from referral.rules.mandate import DIRECT, TERRITORIAL, Mandate, least, mandate
from referral.rules.routes import DeclaredRoute, LiveRoute

MOST_KEPT, MOST_TOLD = 50_000, 500
_NEVER = datetime.min.replace(tzinfo=UTC)
# By agency, its type, the needs, and the area of the place.
Told = dict[tuple[str, str, tuple[str, ...], str | None], SaidOfHop]
_Asked = tuple[tuple[Asker, ...], str, str, tuple[str, ...]]


@dataclass(slots=True)
class Kept:
    """The routes of a day, and what was found in them. One for each process."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _generation: Generation | None = None
    _read_at: tuple[str, int, date] | None = None  # era, version, day
    _routes: Routes = field(default_factory=Routes)
    _types: dict[uuid.UUID, str] = field(default_factory=dict)
    _areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _found: dict[_Asked, Hop] = field(default_factory=dict)
    _told: dict[tuple[frozenset[uuid.UUID], str], Told] = field(default_factory=dict)
    _begun: datetime = _NEVER  # between these two instants the day is the one that was read for
    _over: datetime = _NEVER

    def askers(self, actor: Actor) -> tuple[Asker, ...]:
        """The agencies of an actor. Asked after `be_true`."""
        return self.of_agencies(sorted(actor.agencies))

    def of_agencies(self, ids: Sequence[uuid.UUID]) -> tuple[Asker, ...]:
        """Agencies with their types; those that are not there are left out."""
        missing = [one for one in ids if one not in self._types]
        if missing:
            rows = db.session.execute(select(Agency.id, Agency.type).where(Agency.id.in_(missing)))
            self._types.update((row[0], row[1]) for row in rows)
        return tuple(Asker(str(one), self._types[one]) for one in ids if one in self._types)

    def be_true(self, generation: Generation) -> None:
        """Read again what changed since; nothing is asked while the generation is the same."""
        moment = now()
        with self._lock:
            if self._generation == generation and self._begun <= moment < self._over:
                return
            today = house_day(moment)
            # As this transaction sees it, which may have begun earlier: then it is read once more.
            seen = _generation_seen()
            at = (seen[0], _version(), today)
            if self._read_at != at:
                self._routes, self._found = _read(), {}
                self._read_at = at
            self._types, self._areas, self._told = {}, {}, {}
            self._generation = generation if _plain(generation) == seen else None
            self._begun, self._over = moment, house_day_ends(today)

    def told(self, agencies: frozenset[uuid.UUID], language: str) -> Told:
        """What was said to whoever is of these agencies, to be kept for the next; by language."""
        found = self._told.get((agencies, language))
        if found is None or len(found) > MOST_KEPT:
            if len(self._told) > MOST_TOLD:
                self._told = {}
            found = self._told[agencies, language] = {}
        return found

    def hop(
        self, askers: tuple[Asker, ...], to_agency: str, to_type: str, needs: tuple[str, ...]
    ) -> Hop:
        """What a hop needs first, found once for whoever asks the same."""
        asked, found = (askers, to_agency, to_type, needs), self._found
        known = found.get(asked)
        if known is None:
            known = self._routes.hop(askers, to_agency, to_type, needs)
            if len(found) < MOST_KEPT:
                found[asked] = known
        return known

    def mandate(
        self, askers: tuple[Asker, ...], to_agency: str, to_type: str, area: str | None
    ) -> Mandate:
        """Whether one of these may refer directly to an agency's place in an area; without an area
        the agency's own count. By the areas that both publish.
        """
        if to_type not in TERRITORIAL:
            return DIRECT
        to_areas = (area,) if area else self._areas_of(to_agency)
        return least(
            [mandate(one.type, to_type, self._areas_of(one.agency_id), to_areas) for one in askers]
        )

    def _areas_of(self, agency_id: str) -> tuple[str, ...]:
        known = self._areas.get(agency_id)
        if known is None:
            agency = agency_known(uuid.UUID(agency_id))
            known = self._areas[agency_id] = agency.areas if agency else ()
        return known


def kept_routes(*, fresh: bool = False) -> Kept:
    """This app's routes, as true as find's own table in memory; `fresh`: asked just now."""
    extensions = current_app.extensions
    if "rujukan_routes" not in extensions:
        extensions["rujukan_routes"] = Kept()
    kept: Kept = extensions["rujukan_routes"]
    kept.be_true(generation_now() if fresh else shelves().generation)
    return kept


def hop_to(actor: Actor, sender_id: uuid.UUID | None, offer: Offer, needs: Sequence[str]) -> Hop:
    """What the hop from an agency (None: those of the actor) to an offer's needs first."""
    kept = kept_routes(fresh=True)
    askers = kept.of_agencies([sender_id]) if sender_id else kept.askers(actor)
    agency = offer.service.agency
    return kept.hop(askers, str(agency.id), agency.type, tuple(needs))


def mandate_to(sender_id: uuid.UUID, offer: Offer) -> Mandate:
    """Whether an agency may refer to an offer's directly, by the areas that both publish."""
    kept, agency = kept_routes(fresh=True), offer.service.agency
    sender = kept.of_agencies([sender_id])
    return kept.mandate(sender, str(agency.id), agency.type, offer.location.area_code)


def _plain(generation: Generation) -> tuple[str, int]:
    """The same on both databases, and however it was read."""
    return str(generation[0]).replace("-", ""), generation[1]


def _generation_seen() -> tuple[str, int]:
    row = db.session.execute(select(FindGeneration.era, FindGeneration.number)).first()
    return _plain((row[0], row[1]) if row else NEVER)


def _version() -> int:
    number = select(RouteVersion.number).where(RouteVersion.id == THE_ONE)
    return db.session.scalar(number) or 0


def _read() -> Routes:
    # Kept for whoever asks: read without anybody's walls. What is said of it is said per asker.
    with cross(ROUTING):
        agreed = [route for route in live_routes(now()) if route.from_agency is not None]
    return Routes.of(_declared_on(), _together(agreed))


def _declared_on() -> list[DeclaredRoute]:
    return [route_of(row) for row in declared() if not row.is_off]


def _together(routes: list[LiveRoute]) -> list[Agreed]:
    return [
        Agreed(
            from_agency=str(route.from_agency),
            to_agency=str(route.to_agency) if route.to_agency else None,
            to_type=None if route.to_agency else route.to_type,
            needs=frozenset() if route.need is None else frozenset({route.need}),
            prerequisites=route.prerequisites,
        )
        for route in routes
    ]
