"""Every agency as a network sees it: plain rows, read whole or for some, and what changed since.

Of a secret place there is the centre of its published cell and nothing nearer, because nothing
nearer is in these tables.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from agencies.models import Agency, FindEntry, Location, Offer, Pool, Service, Status
from agencies.models.generation import FindChange, FindGeneration
from core.db import db

BATCH = 500
MANY = 2_000  # from so many changed agencies on it is quicker to read all


class Place(NamedTuple):
    """Where an offer is, as far as it may be known; degrees. `cell`: of a secret place."""

    tier: int
    latitude: float | None
    longitude: float | None
    precision: str | None
    area: str | None  # the gazetteer's code
    cell: int | None


class Facts(NamedTuple):
    """What an offer says of whom it takes; None is unknown."""

    takes_female: bool | None
    takes_male: bool | None
    takes_boys: bool | None
    takes_other: bool | None
    minimum_age: int | None
    maximum_age: int | None
    takes_children: bool | None
    oldest_boy: int | None
    takes_foreigners: bool | None
    takes_without_id: bool | None
    needs_letter: bool | None
    longest_stay_days: int | None
    accessible: tuple[bool | None, ...]  # in the order of Disability


class Offered(NamedTuple):
    """One offer that is in service: which needs it meets, where, for whom, and places free."""

    offer_id: uuid.UUID
    needs: frozenset[str]
    place: Place
    facts: Facts
    free: int | None  # None: it has no pools


class Member(NamedTuple):
    """One agency."""

    id: uuid.UUID
    key: str
    name: str
    type: str
    tier: int
    status: Status
    offers: tuple[Offered, ...]


class RegistryVersion(NamedTuple):
    """Two that are equal speak of the same registry."""

    era: uuid.UUID | None
    number: int
    agencies: int
    changed: datetime | None


def registry_version() -> RegistryVersion:
    """What the registry is now, in two small questions."""
    found = db.session.execute(select(FindGeneration.era, FindGeneration.number)).first()
    era, number = found or (None, 0)
    agencies, changed = db.session.execute(
        select(func.count(), func.max(Agency.changed_at)).select_from(Agency)
    ).one()
    return RegistryVersion(era, number, agencies, changed)


def all_members() -> dict[uuid.UUID, Member]:
    """Every agency by its id."""
    return dict(_members(None))


def some_members(agency_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Member]:
    """Those of some agencies that there are."""
    wanted = sorted(agency_ids)
    return {
        one: member
        for at in range(0, len(wanted), BATCH)
        for one, member in _members(wanted[at : at + BATCH])
    }


class Changed(NamedTuple):
    """What changed: agencies to read again, and offers that changed or went."""

    agencies: set[uuid.UUID]
    offers: set[uuid.UUID]
    all_ids: set[uuid.UUID]  # of every agency that there is now


def changed_since(before: RegistryVersion) -> Changed | None:
    """What changed since a version; None when it is quicker, or needed, to read everything."""
    now = registry_version()
    if before.era != now.era or now.number < before.number:
        return None
    wanted = select(FindChange.offer_id).where(FindChange.number > before.number)
    offers = set(db.session.scalars(wanted.limit(MANY + 1)))
    touched = select(Agency.id)
    if before.changed is not None:
        touched = touched.where(Agency.changed_at >= before.changed)
    agencies = set(db.session.scalars(touched.limit(MANY + 1)))
    listed = sorted(offers)
    for at in range(0, len(listed), BATCH):
        some = listed[at : at + BATCH]
        of = select(Service.agency_id).join(Offer, Offer.service_id == Service.id)
        agencies.update(db.session.scalars(of.where(Offer.id.in_(some))))
    if len(offers) > MANY or len(agencies) > MANY:
        return None
    return Changed(agencies, offers, set(db.session.scalars(select(Agency.id))))


def _members(ids: list[uuid.UUID] | None) -> Iterator[tuple[uuid.UUID, Member]]:
    offers = _offers(ids)
    wanted = select(
        Agency.id, Agency.key, Agency.name, Agency.type, Agency.tier, Agency.status
    ).order_by(Agency.id)
    for row in db.session.execute(_of(wanted, Agency.id, ids)):
        yield row[0], Member._make([*row, tuple(offers.get(row[0], ()))])


def _offers(ids: list[uuid.UUID] | None) -> dict[uuid.UUID, list[Offered]]:
    needs, free = _needs(ids), _free(ids)
    wanted = (
        select(
            Service.agency_id, Offer.id,
            Location.tier, Location.latitude, Location.longitude, Location.precision,
            Location.area_code, Location.published_cell,
            Service.takes_female, Service.takes_male, Service.takes_boys, Service.takes_other,
            Service.minimum_age, Service.maximum_age, Service.takes_children, Service.oldest_boy,
            Service.takes_foreigners, Service.takes_without_id, Service.needs_letter,
            Service.longest_stay_days,
            Offer.access_mobility, Offer.access_hearing, Offer.access_sight,
            Offer.access_intellectual, Offer.access_psychosocial,
        )
        .join(Service, Service.id == Offer.service_id)
        .join(Location, Location.id == Offer.location_id)
        .order_by(Offer.id)
    )  # fmt: skip
    found: dict[uuid.UUID, list[Offered]] = defaultdict(list)
    for row in db.session.execute(_of(wanted, Service.agency_id, ids)):
        agency, offer, place, facts = row[0], row[1], Place(*row[2:8]), row[8:20]
        found[agency].append(
            Offered(
                offer,
                frozenset(needs.get(offer, ())),
                place._replace(precision=place.precision and str(place.precision)),
                Facts._make([*facts, tuple(row[20:25])]),
                free.get(offer),
            )
        )
    return found


def _needs(ids: list[uuid.UUID] | None) -> dict[uuid.UUID, list[str]]:
    """By find's own table: what is not in service meets nothing."""
    wanted: Any = select(FindEntry.offer_id, FindEntry.need)
    if ids is not None:
        wanted = wanted.join(Offer, Offer.id == FindEntry.offer_id).join(
            Service, Service.id == Offer.service_id
        )
    return _grouped(db.session.execute(_of(wanted, Service.agency_id, ids)))


def _free(ids: list[uuid.UUID] | None) -> dict[uuid.UUID, int]:
    left = func.sum(Pool.capacity - Pool.occupied - Pool.held - Pool.closed)
    wanted: Any = select(Pool.offer_id, left).group_by(Pool.offer_id)
    if ids is not None:
        wanted = wanted.join(Offer, Offer.id == Pool.offer_id).join(
            Service, Service.id == Offer.service_id
        )
    rows = db.session.execute(_of(wanted, Service.agency_id, ids))
    return {offer: int(number) for offer, number in rows}


def _of(wanted: Any, column: Any, ids: list[uuid.UUID] | None) -> Any:
    return wanted if ids is None else wanted.where(column.in_(ids))


def _grouped(rows: Iterable[Any]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for offer, need in rows:
        found[offer].append(need)
    return found
