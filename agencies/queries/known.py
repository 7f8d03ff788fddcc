"""What is known already of the records that a file brings."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from agencies.models import Agency, Location, Place, Precision, Service
from agencies.models.records import (
    AgencyRecord,
    Entry,
    LocationRecord,
    OfferRecord,
    R,
    ServiceRecord,
    merged,
)
from agencies.queries.export import (
    agencies_where,
    between,
    chunks,
    locations_where,
    named,
    offers_where,
    services_where,
)
from core.actors import Tier
from core.db import db
from core.ids import stable_id

Keyed = TypeVar("Keyed", AgencyRecord, ServiceRecord, LocationRecord)


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def id_of(record: AgencyRecord | ServiceRecord | LocationRecord) -> uuid.UUID:
    """The id that a record gets when it is new: its own, else one that its key gives."""
    return record.id or stable_id(type(record).__name__, record.key)


@dataclass(slots=True)
class Shelf(Generic[Keyed]):
    """Known records of one kind, found by key or by id."""

    by_key: dict[str, Keyed] = field(default_factory=dict)
    by_id: dict[uuid.UUID, Keyed] = field(default_factory=dict)

    def add(self, records: Iterable[Keyed]) -> None:
        """Put records on the shelf."""
        for record in records:
            self.by_key[record.key] = record
            if record.id:
                self.by_id[record.id] = record

    def find(self, wanted: Keyed) -> Keyed | None:
        """The known record that a file means; None when it is new."""
        return self.by_key.get(wanted.key) or self.by_id.get(id_of(wanted))


@dataclass(slots=True)
class Known:
    """The known counterparts of the parts of some entries."""

    agencies: Shelf[AgencyRecord] = field(default_factory=Shelf)
    services: Shelf[ServiceRecord] = field(default_factory=Shelf)
    locations: Shelf[LocationRecord] = field(default_factory=Shelf)
    offers: dict[tuple[str, str], OfferRecord] = field(default_factory=dict)

    def offer(self, entry: Entry) -> OfferRecord | None:
        """The known offer of an entry."""
        if entry.location is None:
            return None
        service = self.services.find(entry.service)
        location = self.locations.find(entry.location)
        if service is None or location is None:
            return None
        return self.offers.get((service.key, location.key))


def known_of(entries: Sequence[Entry]) -> Known:
    """Read what is known of some entries."""
    known = Known()
    for batch in chunks(entries):
        _read(known, batch)
    return known


def _read(known: Known, batch: Sequence[Entry]) -> None:
    places = [e.location for e in batch if e.location]
    known.agencies.add(agencies_where(named(Agency, *_names([e.agency for e in batch]))))
    known.services.add(services_where(named(Service, *_names([e.service for e in batch]))))
    known.locations.add(locations_where(named(Location, *_names(places))))
    pairs = {pair for entry in batch if (pair := _pair(known, entry))}
    for offer in offers_where(between(pairs)) if pairs else []:
        known.offers[offer.service_key, offer.location_key] = offer


def _names(records: Collection[Any]) -> tuple[set[str], set[uuid.UUID]]:
    return {record.key for record in records}, {id_of(record) for record in records}


def _pair(known: Known, entry: Entry) -> tuple[uuid.UUID, uuid.UUID] | None:
    service = known.services.find(entry.service)
    location = known.locations.find(entry.location) if entry.location else None
    if service is None or location is None or service.id is None or location.id is None:
        return None
    return service.id, location.id


def outcomes_of(known: Known, entries: Sequence[Entry]) -> list[Outcome]:
    """What saving each entry would do. An entry is changed when any part of it is."""
    return [_outcome(known, entry) for entry in entries]


def _outcome(known: Known, entry: Entry) -> Outcome:
    agency = _part(known.agencies.find(entry.agency), entry.agency)
    service = _part(known.services.find(entry.service), entry.service)
    if entry.location is None or entry.offer is None:
        last, parts = service, {agency}
    else:
        last = _part(known.offer(entry), entry.offer)
        parts = {agency, service, _part(known.locations.find(entry.location), entry.location)}
    if last is Outcome.ADDED:
        return last
    return Outcome.UNCHANGED if {last, *parts} == {Outcome.UNCHANGED} else Outcome.CHANGED


def _part(known: R | None, given: R) -> Outcome:
    if known is None:
        return Outcome.ADDED
    return Outcome.UNCHANGED if is_known(known, given) else Outcome.CHANGED


def is_known(known: R, given: R) -> bool:
    """Whether a record says nothing that is not known."""
    says_nothing = given.said is not None and not given.said
    return says_nothing or merged(known, given) == known


def keys_of_secret_places() -> frozenset[str]:
    """The keys and ids of the places that are secret."""
    rows = db.session.execute(
        select(Location.key, Location.id).where(Location.tier == Tier.SECRET.value)
    )
    return frozenset(name for row in rows for name in (row[0], str(row[1])))


def names_of_agencies() -> list[tuple[str, str]]:
    """Key and name of every agency."""
    return [(row[0], row[1]) for row in db.session.execute(select(Agency.key, Agency.name))]


def places_at_points() -> list[tuple[float, float, str]]:
    """Latitude, longitude and key of every place whose door is known and not secret."""
    rows = db.session.execute(
        select(Location.latitude, Location.longitude, Location.key).where(
            Location.precision == Precision.POINT, Location.tier < Tier.SECRET.value
        )
    )
    return [(lat, lon, key) for lat, lon, key in rows if lat is not None and lon is not None]


def codes_in_gazetteer() -> frozenset[str]:
    """The code of every place of the gazetteer; empty when none was loaded."""
    return frozenset(db.session.scalars(select(Place.code)))
