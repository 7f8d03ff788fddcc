"""Every agency as a network sees it: plain rows, read whole or for some, and what changed since.

Of a secret place there is the centre of its published cell and nothing nearer, because nothing
nearer is in these tables.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import func, select

from agencies.models import Agency, FindEntry, Location, Offer, Pool, Service, Status
from agencies.models.generation import FindChange, FindGeneration
from core.bulk import undisturbed
from core.db import db
from core.types import as_id, as_stored, as_truth

BATCH = 500
NOTHING: frozenset[str] = frozenset()
MANY = 2_000  # from so many changed agencies on it is quicker to read all


class Place(NamedTuple):
    """Where an offer is, as far as it may be known; degrees. `cell`: of a secret place."""

    id: Any  # as the database has it
    tier: int
    latitude: float | None
    longitude: float | None
    precision: str | None
    area: str | None  # the gazetteer's code
    cell: int | None
    kind: str  # a LocationType; who answers the phone has coordinates perhaps, but no place
    district: str | None  # in words
    city: str | None


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


class Beds(NamedTuple):
    """The pools of an offer together."""

    capacity: int
    closed: int
    taken: int  # occupied or held
    said_at: datetime  # of the oldest figure

    @property
    def free(self) -> int:
        """What is left."""
        return self.capacity - self.closed - self.taken


class Offered(NamedTuple):
    """One offer: which needs it meets (none while it is not in service), where, for whom."""

    offer_id: Any  # as the database has it
    needs: frozenset[str]
    place: Place
    facts: Facts
    beds: Beds | None  # None: it has no pools
    status: Status  # of its service
    verified_at: date | None

    @property
    def free(self) -> int | None:
        """Places that are free; None: it has no pools."""
        return None if self.beds is None else self.beds.free


class Member(NamedTuple):
    """One agency."""

    id: uuid.UUID
    key: str
    name: str
    type: str
    tier: int
    status: Status
    mou_until: date | None
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
    """Every agency by its id, in the order of the ids."""
    with undisturbed():
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
    offers: set[Any]  # as the database has them
    all_ids: set[uuid.UUID]  # of every agency that there is now


def changed_since(before: RegistryVersion) -> Changed | None:
    """What changed since a version; None when it is quicker, or needed, to read everything."""
    now = registry_version()
    if before.era != now.era or now.number < before.number:
        return None
    wanted = select(as_stored(FindChange.offer_id)).where(FindChange.number > before.number)
    offers = set(db.session.scalars(wanted.limit(MANY + 1)))
    agencies: set[uuid.UUID] = set()
    if now.changed != before.changed:  # else no agency is another one, however many came at once
        touched = select(Agency.id)
        if before.changed is not None:
            touched = touched.where(Agency.changed_at >= before.changed)
        agencies.update(db.session.scalars(touched.limit(MANY + 1)))
    listed = sorted(offers)
    for at in range(0, len(listed), BATCH):
        some = listed[at : at + BATCH]
        of = select(Service.agency_id).join(Offer, Offer.service_id == Service.id)
        agencies.update(db.session.scalars(of.where(as_stored(Offer.id).in_(some))))
    if len(offers) > MANY or len(agencies) > MANY:
        return None
    return Changed(agencies, offers, set(db.session.scalars(select(Agency.id))))


# Columns of tables and not attributes of classes: thousands of plain rows are read quicker so, and
# all of them at once (`all()`) quicker than one by one.
_agency, _offer, _service, _location, _entry, _pool = (
    model.__table__.c for model in (Agency, Offer, Service, Location, FindEntry, Pool)
)
_AGENCIES = select(
    as_stored(_agency.id), _agency.key, _agency.name, _agency.type, _agency.tier,
    as_stored(_agency.status), _agency.mou_until,
).order_by(_agency.id)  # fmt: skip
_PLACES = (
    as_stored(_location.id), _location.tier, _location.latitude, _location.longitude,
    as_stored(_location.precision), _location.area_code, _location.published_cell,
    as_stored(_location.type), _location.district, _location.city,
)  # fmt: skip
_OFFERS = (
    select(
        as_stored(_offer.id), as_stored(_service.agency_id), as_stored(_service.status),
        _offer.verified_at,
        _service.minimum_age, _service.maximum_age, _service.oldest_boy,
        _service.longest_stay_days,
        *(as_truth(one) for one in (
            _service.takes_female, _service.takes_male, _service.takes_boys, _service.takes_other,
            _service.takes_children, _service.takes_foreigners, _service.takes_without_id,
            _service.needs_letter,
            _offer.access_mobility, _offer.access_hearing, _offer.access_sight,
            _offer.access_intellectual, _offer.access_psychosocial,
        )),
        *_PLACES,
    )
    .select_from(Offer.__table__)
    .join(Service.__table__, _service.id == _offer.service_id)
    .join(Location.__table__, _location.id == _offer.location_id)
)  # fmt: skip
_OWN, _TRUTHS = 8, 13  # how many columns the first parts of such a row have
_BEDS = select(
    as_stored(_pool.offer_id),
    func.sum(_pool.capacity),
    func.sum(_pool.closed),
    func.sum(_pool.occupied + _pool.held),
    func.min(_pool.said_at),
).group_by(_pool.offer_id)
_STATUS = {one.value: one for one in Status}
_TRUTH = {0: False, 1: True, None: None}  # SQLite's and PostgreSQL's alike


def _members(ids: list[uuid.UUID] | None) -> Iterator[tuple[uuid.UUID, Member]]:
    offers = _offers(ids)
    for stored, key, name, kind, tier, status, until in _rows(_of(_AGENCIES, _agency.id, ids)):
        one = as_id(stored)
        mine = sorted(offers.get(stored, ()), key=_first)
        yield one, Member(one, key, name, kind, tier, _STATUS[status], until, tuple(mine))


def _offers(ids: list[uuid.UUID] | None) -> dict[Any, list[Offered]]:
    """Of each agency, by its id as the database has it."""
    needs, beds = _needs(ids), _beds(ids)
    places: dict[Any, Place] = {}
    found: dict[Any, list[Offered]] = defaultdict(list)
    truth = _TRUTH.__getitem__
    for row in _rows(_of(_OFFERS, _service.agency_id, ids)):
        offer, agency, status, verified, least, most, boy, stay = row[:_OWN]
        female, male, boys, other, children, foreign, no_id, letter, *accessible = map(
            truth, row[_OWN : _OWN + _TRUTHS]
        )
        stored = row[_OWN + _TRUTHS]
        place = places.get(stored)
        if place is None:
            place = places[stored] = Place._make(row[_OWN + _TRUTHS :])
        facts = Facts(
            female, male, boys, other, least, most, children, boy, foreign, no_id, letter, stay,
            tuple(accessible),
        )  # fmt: skip
        found[agency].append(
            Offered(
                offer, needs.get(offer, NOTHING), place, facts, beds.get(offer),
                _STATUS[status], verified,
            )
        )  # fmt: skip
    return found


_first = itemgetter(0)


def _rows(wanted: Any) -> Sequence[Any]:
    return db.session.execute(wanted).all()


def _needs(ids: list[uuid.UUID] | None) -> dict[Any, frozenset[str]]:
    """By find's own table: what is not in service meets nothing."""
    wanted: Any = select(as_stored(_entry.offer_id), _entry.need)
    if ids is not None:
        wanted = wanted.join(Offer.__table__, _offer.id == _entry.offer_id).join(
            Service.__table__, _service.id == _offer.service_id
        )
    return _grouped(_rows(_of(wanted, _service.agency_id, ids)))


def _beds(ids: list[uuid.UUID] | None) -> dict[Any, Beds]:
    wanted: Any = _BEDS
    if ids is not None:
        wanted = wanted.join(Offer.__table__, _offer.id == _pool.offer_id).join(
            Service.__table__, _service.id == _offer.service_id
        )
    rows = _rows(_of(wanted, _service.agency_id, ids))
    return {row[0]: Beds(int(row[1]), int(row[2]), int(row[3]), row[4]) for row in rows}


def _of(wanted: Any, column: Any, ids: list[uuid.UUID] | None) -> Any:
    return wanted if ids is None else wanted.where(column.in_(ids))


def _grouped(rows: Iterable[Any]) -> dict[Any, frozenset[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for offer, need in rows:
        found[offer].append(need)
    return {offer: _set(tuple(needs)) for offer, needs in found.items()}


# Many meet the same needs: one set for all of them.
_set: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=50_000)(frozenset)
