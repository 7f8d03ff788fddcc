"""Offers as the rules see them, kept ready in memory and read again when their revision grew."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from agencies.models import Agency, Location, Offer, Pool, Service, Status
from agencies.queries.card import card_of
from agencies.queries.find.near import NO_SLOT, Screened, Step
from agencies.queries.weekly import first_stated, weekly_hours
from agencies.rules.candidate import Candidate, PoolFigures
from core.db import Snapshot

BATCH = 500

_EVERYTHING = (
    selectinload(Offer.pools),
    selectinload(Offer.phones),
    selectinload(Offer.schedules),
    selectinload(Offer.location).selectinload(Location.schedules),
    selectinload(Offer.service).options(
        selectinload(Service.needs),
        selectinload(Service.areas),
        selectinload(Service.languages),
        selectinload(Service.schedules),
        selectinload(Service.phones),
        selectinload(Service.documents),
        selectinload(Service.agency).selectinload(Agency.phones),
    ),
)


class Ready:
    """Candidates by offer, the earliest read forgotten first. One for each process.

    What is kept is believed only while its revision is the one that the table shows in the same
    snapshot, so a change by any process is seen at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Any, tuple[int, Candidate]] = OrderedDict()

    def get(self, view: Snapshot, rows: Sequence[Any]) -> list[Candidate]:
        """The candidates of rows (offer id, latitude, longitude, revision), in their order."""
        kept = self._kept
        found: list[Candidate | None] = []
        missing = []
        for row in rows:
            known = kept.get(row[0])
            if known is not None and known[0] == row[3]:
                found.append(known[1])
            else:
                found.append(None)
                missing.append(row[0])
        if not missing:
            return found  # type: ignore[return-value]
        read = self.read(view, missing)
        return [known or read[row[0]] for known, row in zip(found, rows, strict=True)]

    def known(self, raw_id: Any, revision: int) -> Candidate | None:
        """An offer's candidate when it is kept, and of just this revision."""
        found = self._kept.get(raw_id)
        return found[1] if found is not None and found[0] == revision else None

    def read(self, view: Snapshot, raw_ids: list[Any]) -> dict[Any, Candidate]:
        """Read offers, as far as there are such, and keep them."""
        read = {}
        for raw_id, offer in _offers(view, raw_ids):
            read[raw_id] = candidate_of(offer)
            self._kept[raw_id] = (offer.revision, read[raw_id])
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return read


def ready() -> Ready:
    """This app's candidates."""
    extensions = current_app.extensions
    if "rujukan_ready" not in extensions:
        extensions["rujukan_ready"] = Ready(current_app.config["RUJUKAN"].offers_cached)
    kept: Ready = extensions["rujukan_ready"]
    return kept


def read_along(view: Snapshot, steps: Iterable[Step]) -> Iterator[Screened]:
    """The offers that a walk through the database meets, nothing of them judged yet."""
    kept = ready()
    for step in steps:
        shown = [None if km is None else round(km, 1) for km in step.distances]
        found = zip(kept.get(view, step.rows), shown, strict=True)
        yield Screened(
            [(candidate, km, 0, False, NO_SLOT) for candidate, km in found], step.seen_km
        )


def _offers(view: Snapshot, raw_ids: list[Any]) -> list[tuple[Any, Offer]]:
    by_id = {raw if isinstance(raw, uuid.UUID) else uuid.UUID(raw): raw for raw in raw_ids}
    wanted = list(by_id)
    found: list[tuple[Any, Offer]] = []
    for start in range(0, len(wanted), BATCH):
        offers = view.session.scalars(
            select(Offer).where(Offer.id.in_(wanted[start : start + BATCH])).options(*_EVERYTHING)
        )
        found += [(by_id[offer.id], offer) for offer in offers]
    return found


def candidate_of(offer: Offer) -> Candidate:
    """An offer as the rules see it."""
    service, location = offer.service, offer.location
    rows = first_stated(offer.schedules, location.schedules, service.schedules)
    return Candidate(
        offer_id=offer.id.hex,
        needs=frozenset(link.need for link in service.needs),
        closed_for_now=Status.TEMPORARILY_CLOSED in (service.status, service.agency.status),
        position=_position(location),
        by_phone=location.type.value == "virtual",
        takes_female=service.takes_female,
        takes_male=service.takes_male,
        takes_boys=service.takes_boys,
        takes_other=service.takes_other,
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        takes_children=service.takes_children,
        oldest_boy=service.oldest_boy,
        takes_foreigners=service.takes_foreigners,
        takes_without_id=service.takes_without_id,
        accessible=_accessible(offer),
        night_intake=service.night_intake,
        needs_letter=service.needs_letter,
        longest_stay_days=service.longest_stay_days,
        areas=tuple(area.code for area in service.areas if area.code),
        languages=frozenset(lang.code for lang in service.languages if lang.code),
        pools=tuple(_figures(pool) for pool in offer.pools),
        hours=weekly_hours(rows),
        on_holidays=next((row.on_holidays.value for row in rows if row.on_holidays), None),
        timezone=location.timezone,
        promised_minutes=service.agency.promised_response_minutes,
        card=card_of(offer),
    )


def _position(location: Location) -> tuple[float, float] | None:
    if location.latitude is None or location.longitude is None:
        return None
    return (location.latitude, location.longitude)


def _accessible(offer: Offer) -> tuple[bool | None, ...]:
    """In the order of `rules.person.Disability`."""
    return (
        offer.access_mobility,
        offer.access_hearing,
        offer.access_sight,
        offer.access_intellectual,
        offer.access_psychosocial,
    )


def _figures(pool: Pool) -> PoolFigures:
    return PoolFigures(
        sex=pool.sex.value,
        minimum_age=pool.minimum_age,
        maximum_age=pool.maximum_age,
        unit=pool.unit.value,
        capacity=pool.capacity,
        free=pool.free,
        said_at=pool.said_at,
    )
