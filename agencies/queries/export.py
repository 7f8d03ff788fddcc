"""The registry as plain records: what exports write, and what an import is compared with.

Records are read column by column, without making rows of the ORM: an import of ten thousand
services compares as many.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, tuple_

from agencies.models import (
    Accessibility,
    Agency,
    AgencyName,
    Contact,
    CostOption,
    Language,
    Location,
    Offer,
    Phone,
    Pool,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceNeed,
)
from agencies.models.records import (
    ABOUT,
    AccessibilityRecord,
    AgencyRecord,
    AreaRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    Entry,
    LanguageRecord,
    LocationRecord,
    OfferRecord,
    PhoneRecord,
    PoolRecord,
    ScheduleRecord,
    ServiceRecord,
)
from agencies.rules.names import DatedName
from core.actors import Tier
from core.db import db

BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a record: the rows that it is, what they are read as, and whose they are."""

    model: type[Any]
    record: type[Any]
    owner: str  # the column with the owner's id


def _parts_of(owner: str, **more: Part) -> dict[str, Part]:
    """What agencies, services, locations and offers have alike."""
    return {
        "phones": Part(Phone, PhoneRecord, owner),
        "contacts": Part(Contact, ContactRecord, owner),
        "schedules": Part(Schedule, ScheduleRecord, owner),
        **more,
    }


_AGENCY_PARTS = _parts_of("agency_id", names=Part(AgencyName, DatedName, "agency_id"))
del _AGENCY_PARTS["schedules"]
# Which lists of a record are lists of which rows.
PARTS: dict[type, dict[str, Part]] = {
    AgencyRecord: _AGENCY_PARTS,
    ServiceRecord: _parts_of(
        "service_id",
        areas=Part(ServiceArea, AreaRecord, "service_id"),
        documents=Part(RequiredDocument, DocumentRecord, "service_id"),
        costs=Part(CostOption, CostRecord, "service_id"),
        languages=Part(Language, LanguageRecord, "service_id"),
    ),
    LocationRecord: _parts_of(
        "location_id",
        accessibility=Part(Accessibility, AccessibilityRecord, "location_id"),
        languages=Part(Language, LanguageRecord, "location_id"),
    ),
    OfferRecord: _parts_of("offer_id", pools=Part(Pool, PoolRecord, "offer_id")),
    ContactRecord: {"phones": Part(Phone, PhoneRecord, "contact_id")},
}
# Fields that are not a column of the same name.
DERIVED: dict[type, frozenset[str]] = {
    ServiceRecord: frozenset({"agency_key", "needs"}),
    LocationRecord: frozenset({"tier"}),
    OfferRecord: frozenset({"service_key", "location_key"}),
}


@lru_cache(maxsize=32)
def plain_fields(kind: type) -> tuple[str, ...]:
    """The fields of a record that are columns of the same name."""
    other = {*PARTS.get(kind, {}), *DERIVED.get(kind, frozenset()), *ABOUT}
    return tuple(f.name for f in fields(kind) if f.name not in other)


def chunks(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """A sequence in pieces that a database takes in one question."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def agencies_where(condition: ColumnElement[bool]) -> list[AgencyRecord]:
    """Agencies as records."""
    found = _read(Agency, AgencyRecord, condition)
    return [AgencyRecord(**values) for values in found]


def services_where(condition: ColumnElement[bool]) -> list[ServiceRecord]:
    """Services as records."""
    found = _read(Service, ServiceRecord, condition, agency_key=_AGENCY_KEY)
    needs = _needs([values["id"] for values in found])
    return [ServiceRecord(needs=tuple(needs[values["id"]]), **values) for values in found]


def locations_where(condition: ColumnElement[bool]) -> list[LocationRecord]:
    """Locations as records."""
    found = _read(Location, LocationRecord, condition, tier=Location.tier)
    return [LocationRecord(**{**values, "tier": Tier(values["tier"])}) for values in found]


def offers_where(condition: ColumnElement[bool]) -> list[OfferRecord]:
    """Offers as records."""
    found = _read(
        Offer, OfferRecord, condition, service_key=_SERVICE_KEY, location_key=_LOCATION_KEY
    )
    return [OfferRecord(**values) for values in found]


_AGENCY_KEY = select(Agency.key).where(Agency.id == Service.agency_id).scalar_subquery()
_SERVICE_KEY = select(Service.key).where(Service.id == Offer.service_id).scalar_subquery()
_LOCATION_KEY = select(Location.key).where(Location.id == Offer.location_id).scalar_subquery()


def _read(
    model: type[Any], kind: type, condition: ColumnElement[bool], **more: Any
) -> list[dict[str, Any]]:
    """The fields of records: their columns, `more` expressions, and their lists."""
    names = ("id", *plain_fields(kind), *more)
    columns = [model.id, *(getattr(model, name) for name in plain_fields(kind)), *more.values()]
    rows = db.session.execute(select(*columns).where(condition)).all()
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for name, part in PARTS.get(kind, {}).items():
        lists = _lists(part, [values["id"] for values in found])
        for values in found:
            values[name] = tuple(lists.get(values["id"], ()))
    return found


def _lists(part: Part, owners: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """By owner the records of a list, in their order."""
    lists: dict[uuid.UUID, list[Any]] = defaultdict(list)
    owner = getattr(part.model, part.owner)
    record: type = part.record
    names = plain_fields(record)
    columns = [getattr(part.model, name) for name in names]
    order = getattr(part.model, "position", part.model.id)
    inner = PARTS.get(record, {})
    for batch in chunks(owners):
        wanted = select(owner, part.model.id, *columns).where(owner.in_(batch)).order_by(order)
        rows = db.session.execute(wanted).all()
        nested = {name: _lists(p, [row[1] for row in rows]) for name, p in inner.items()}
        for row in rows:
            values = dict(zip(names, row[2:], strict=True))
            for name, found in nested.items():
                values[name] = tuple(found.get(row[1], ()))
            lists[row[0]].append(record(**values))
    return lists


def _needs(services: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    needs: dict[uuid.UUID, list[str]] = defaultdict(list)
    for batch in chunks(services):
        wanted = select(ServiceNeed.service_id, ServiceNeed.need).order_by(ServiceNeed.position)
        for service, need in db.session.execute(wanted.where(ServiceNeed.service_id.in_(batch))):
            needs[service].append(need)
    return needs


def named(
    model: type[Any], keys: Collection[str], ids: Collection[uuid.UUID]
) -> ColumnElement[bool]:
    """The condition that a row has one of these keys or ids."""
    return or_(model.key.in_(keys), model.id.in_(ids))


def between(pairs: Collection[tuple[uuid.UUID, uuid.UUID]]) -> ColumnElement[bool]:
    """The condition that an offer is of one of these services at its location."""
    return tuple_(Offer.service_id, Offer.location_id).in_(list(pairs))


def entries_up_to(tier: Tier) -> Iterator[Entry]:
    """Every offer that somebody of a tier may see, in the order of its keys."""
    for batch in chunks(_in_order(tier)):
        agencies = {a.id: a for a in agencies_where(Agency.id.in_({row[0] for row in batch}))}
        services = {s.id: s for s in services_where(Service.id.in_({row[1] for row in batch}))}
        places = {p.id: p for p in locations_where(Location.id.in_({row[2] for row in batch}))}
        offers = {o.id: o for o in offers_where(Offer.id.in_([row[3] for row in batch]))}
        for agency, service, place, offer in batch:
            yield Entry(agencies[agency], services[service], places[place], offers[offer])


def _in_order(tier: Tier) -> list[tuple[uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID]]:
    """The ids of agency, service, location and offer."""
    rows = db.session.execute(
        select(Agency.key, Service.key, Location.key, Agency.id, Service.id, Location.id, Offer.id)
        .join(Service, Service.agency_id == Agency.id)
        .join(Offer, Offer.service_id == Service.id)
        .join(Location, Location.id == Offer.location_id)
        .where(Location.tier <= tier.value)
    )
    # Sorted here and not by the database, whose collation is its own.
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[2]))
    return [(row[3], row[4], row[5], row[6]) for row in ordered]
