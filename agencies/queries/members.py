"""Every agency as a network sees it: plain rows, read whole or for some, and what changed since.

Of a secret place there is the centre of its published cell and nothing nearer, because nothing
nearer is in these tables.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import func, select

from agencies.models import Agency, FindEntry, Location, Offer, Pool, Service, Status
from agencies.models.generation import FindChange, FindGeneration
from core.db import db
from core.types import as_stored

BATCH = 500
NOTHING: frozenset[str] = frozenset()
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


# Columns of tables and not attributes of classes: thousands of plain rows are read quicker so.
_agency, _offer, _service, _location, _entry, _pool = (
    model.__table__.c for model in (Agency, Offer, Service, Location, FindEntry, Pool)
)


def _members(ids: list[uuid.UUID] | None) -> Iterator[tuple[uuid.UUID, Member]]:
    offers = _offers(ids)
    wanted = select(
        as_stored(_agency.id), _agency.id, _agency.key, _agency.name, _agency.type, _agency.tier,
        _agency.status,
    ).order_by(_agency.id)  # fmt: skip
    for row in db.session.execute(_of(wanted, _agency.id, ids)):
        yield row[1], Member._make((*row[1:], tuple(offers.get(row[0], ()))))


def _offers(ids: list[uuid.UUID] | None) -> dict[Any, list[Offered]]:
    """Of each agency, by its id as the database has it."""
    needs, free = _needs(ids), _free(ids)
    wanted = (
        select(
            _offer.id,
            _location.tier, _location.latitude, _location.longitude, _location.precision,
            _location.area_code, _location.published_cell,
            _service.takes_female, _service.takes_male, _service.takes_boys,
            _service.takes_other,
            _service.minimum_age, _service.maximum_age, _service.takes_children,
            _service.oldest_boy,
            _service.takes_foreigners, _service.takes_without_id, _service.needs_letter,
            _service.longest_stay_days,
            _offer.access_mobility, _offer.access_hearing, _offer.access_sight,
            _offer.access_intellectual, _offer.access_psychosocial,
            as_stored(_offer.id), as_stored(_service.agency_id),
        )
        .select_from(Offer.__table__)
        .join(Service.__table__, _service.id == _offer.service_id)
        .join(Location.__table__, _location.id == _offer.location_id)
        .order_by(_offer.id)
    )  # fmt: skip
    found: dict[Any, list[Offered]] = defaultdict(list)
    for row in db.session.execute(_of(wanted, _service.agency_id, ids)):
        offer, agency = row[24:]
        precision = row[4] and str(row[4])
        found[agency].append(
            Offered(
                row[0],
                needs.get(offer, NOTHING),
                Place(row[1], row[2], row[3], precision, row[5], row[6]),
                Facts._make((*row[7:19], tuple(row[19:24]))),
                free.get(offer),
            )
        )
    return found


def _needs(ids: list[uuid.UUID] | None) -> dict[Any, frozenset[str]]:
    """By find's own table: what is not in service meets nothing."""
    wanted: Any = select(as_stored(_entry.offer_id), _entry.need)
    if ids is not None:
        wanted = wanted.join(Offer.__table__, _offer.id == _entry.offer_id).join(
            Service.__table__, _service.id == _offer.service_id
        )
    return _grouped(db.session.execute(_of(wanted, _service.agency_id, ids)))


def _free(ids: list[uuid.UUID] | None) -> dict[Any, int]:
    left = func.sum(_pool.capacity - _pool.occupied - _pool.held - _pool.closed)
    wanted: Any = select(as_stored(_pool.offer_id), left).group_by(_pool.offer_id)
    if ids is not None:
        wanted = wanted.join(Offer.__table__, _offer.id == _pool.offer_id).join(
            Service.__table__, _service.id == _offer.service_id
        )
    rows = db.session.execute(_of(wanted, _service.agency_id, ids))
    return {offer: int(number) for offer, number in rows}


def _of(wanted: Any, column: Any, ids: list[uuid.UUID] | None) -> Any:
    return wanted if ids is None else wanted.where(column.in_(ids))


def _grouped(rows: Iterable[Any]) -> dict[Any, frozenset[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for offer, need in rows:
        found[offer].append(need)
    return {offer: _set(tuple(needs)) for offer, needs in found.items()}


# Many meet the same needs: one set for all of them.
_set: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=50_000)(frozenset)
