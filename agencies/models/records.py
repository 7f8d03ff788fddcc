"""What a file says of the registry, as plain values: between the readers and the tables.

A record is complete. `said` names the fields that the source spoke of: saving leaves the others
as they are known. None means that it spoke of all. `id` is kept only for a record that is new.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from agencies.models.agency import Status
from agencies.models.contact import PhoneKind
from agencies.models.location import LocationType, Precision
from agencies.models.pool import PoolSex, PoolUnit
from agencies.models.schedule import HolidayRule
from agencies.rules.names import DatedName
from core.actors import Tier
from core.geometry import published_centre

Extra = dict[str, Any]


def _about(**facts: Any) -> Any:
    return field(compare=False, repr=False, **facts)


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A number as it was given."""

    number: str
    extension: str | None = None
    kind: PhoneKind = PhoneKind.VOICE
    description: str | None = None
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person or desk to ask for."""

    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    phones: tuple[PhoneRecord, ...] = ()
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class LanguageRecord:
    """A language, by its code or, where none is known, by its name."""

    code: str | None = None
    name: str | None = None
    note: str | None = None
    by_interpreter: bool = False
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """Where people are served: a gazetteer code, or words."""

    code: str | None = None
    name: str | None = None
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A paper that is asked for."""

    document: str
    uri: str | None = None
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class CostRecord:
    """What the service costs in some case."""

    option: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    amount_description: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    id: uuid.UUID | None = _about(default=None)

    def __post_init__(self) -> None:
        """Equal amounts have one spelling: 35 and 35.00 sort alike."""
        if self.amount is not None:
            object.__setattr__(self, "amount", self.amount.normalize())


@dataclass(frozen=True, slots=True)
class AccessibilityRecord:
    """An accessibility in words."""

    description: str | None = None
    details: str | None = None
    url: str | None = None
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """A row of hours; `opens_at` and `closes_at` are local, `HH:MM`."""

    valid_from: date | None = None
    valid_to: date | None = None
    freq: str | None = None
    interval: int | None = None
    byday: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    on_holidays: HolidayRule | None = None
    description: str | None = None
    attending_type: str | None = None
    notes: str | None = None
    extra: Extra = field(default_factory=dict)
    id: uuid.UUID | None = _about(default=None)


@dataclass(frozen=True, slots=True)
class PoolRecord:
    """Places of one kind; ages in years."""

    label: str
    sex: PoolSex
    minimum_age: int
    maximum_age: int
    unit: PoolUnit
    capacity: int
    occupied: int
    held: int
    closed: int
    said_at: datetime
    said_by: str | None = None
    id: uuid.UUID | None = _about(default=None)

    @property
    def is_overfull(self) -> bool:
        """Whether more places are taken than there are."""
        return self.occupied + self.held + self.closed > self.capacity


def _in_one_order(record: Any, *names: str) -> None:
    # The database gives these back in any order; records of equal content must be equal.
    for name in names:
        object.__setattr__(record, name, tuple(sorted(getattr(record, name), key=repr)))


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """An agency."""

    key: str
    name: str
    type: str
    short_name: str | None = None
    status: Status = Status.ACTIVE
    description: str | None = None
    email: str | None = None
    website: str | None = None
    legal_status: str | None = None
    year_incorporated: int | None = None
    mou: str | None = None
    mou_until: date | None = None
    promised_response_minutes: int | None = None
    is_sample: bool = False
    source: str | None = None
    names: tuple[DatedName, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    extra: Extra = field(default_factory=dict)
    id: uuid.UUID | None = _about(default=None)
    said: frozenset[str] | None = _about(default=None)

    def __post_init__(self) -> None:
        """Put what has no order into one."""
        _in_one_order(self, "contacts")


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service of an agency."""

    key: str
    agency_key: str
    name: str
    alternate_name: str | None = None
    status: Status = Status.ACTIVE
    description: str | None = None
    url: str | None = None
    email: str | None = None
    application_process: str | None = None
    fees: str | None = None
    eligibility_description: str | None = None
    interpretation_services: str | None = None
    alert: str | None = None
    takes_female: bool | None = None
    takes_male: bool | None = None
    takes_boys: bool | None = None
    takes_other: bool | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    takes_children: bool | None = None
    oldest_boy: int | None = None
    takes_foreigners: bool | None = None
    takes_without_id: bool | None = None
    night_intake: bool | None = None
    night_decider: str | None = None
    needs_letter: bool | None = None
    needs_medical_clearance: bool | None = None
    longest_stay_days: int | None = None
    needs: tuple[str, ...] = ()
    areas: tuple[AreaRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    costs: tuple[CostRecord, ...] = ()
    languages: tuple[LanguageRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    extra: Extra = field(default_factory=dict)
    id: uuid.UUID | None = _about(default=None)
    said: frozenset[str] | None = _about(default=None)

    def __post_init__(self) -> None:
        """Put what has no order into one."""
        _in_one_order(self, "costs", "languages", "contacts")


@dataclass(frozen=True, slots=True)
class LocationRecord:
    """A place. One of the secret tier cannot hold more than the centre of its cell."""

    key: str
    name: str | None = None
    type: LocationType = LocationType.PHYSICAL
    tier: Tier = Tier.PUBLIC
    latitude: float | None = None
    longitude: float | None = None
    precision: Precision | None = None
    address: str | None = None
    village: str | None = None
    district: str | None = None
    city: str | None = None
    province: str | None = None
    postal_code: str | None = None
    area_code: str | None = None
    timezone: str = "Asia/Jakarta"
    transportation: str | None = None
    accessibility: tuple[AccessibilityRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    languages: tuple[LanguageRecord, ...] = ()
    extra: Extra = field(default_factory=dict)
    id: uuid.UUID | None = _about(default=None)
    said: frozenset[str] | None = _about(default=None)

    def __post_init__(self) -> None:
        """Put what has no order into one; forget whatever would betray a secret place."""
        _in_one_order(self, "accessibility", "contacts", "languages")
        if self.tier is Tier.SECRET:
            self._hide()

    def _hide(self) -> None:
        for name in ("address", "village", "postal_code", "transportation", "precision"):
            object.__setattr__(self, name, None)
        for name in ("accessibility", "phones", "contacts"):
            object.__setattr__(self, name, ())
        object.__setattr__(self, "extra", {})
        if self.latitude is not None and self.longitude is not None:
            latitude, longitude = published_centre((self.latitude, self.longitude))
            object.__setattr__(self, "latitude", latitude)
            object.__setattr__(self, "longitude", longitude)
            object.__setattr__(self, "precision", Precision.HIDDEN)


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """A service at a place."""

    service_key: str
    location_key: str
    description: str | None = None
    access_mobility: bool | None = None
    access_hearing: bool | None = None
    access_sight: bool | None = None
    access_intellectual: bool | None = None
    access_psychosocial: bool | None = None
    access_notes: str | None = None
    verified_at: date | None = None
    verified_by: str | None = None
    pools: tuple[PoolRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    extra: Extra = field(default_factory=dict)
    id: uuid.UUID | None = _about(default=None)
    said: frozenset[str] | None = _about(default=None)

    def __post_init__(self) -> None:
        """Put what has no order into one."""
        _in_one_order(self, "contacts")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the registry: a service at a place; without the last two, a service alone."""

    agency: AgencyRecord
    service: ServiceRecord
    location: LocationRecord | None = None
    offer: OfferRecord | None = None


AnyRecord = AgencyRecord | ServiceRecord | LocationRecord | OfferRecord
R = TypeVar("R", AgencyRecord, ServiceRecord, LocationRecord, OfferRecord)
ABOUT = frozenset({"id", "said"})


def merged(known: R, given: R) -> R:
    """What is known after a source has spoken: its word where it said something.

    A record keeps the key by which it is known: a source may have found it by its id.
    """
    names = {f.name for f in fields(known)} - ABOUT - {"key"}
    said = names if given.said is None else names & given.said
    news = {name: getattr(given, name) for name in said}
    if isinstance(known, OfferRecord) and "pools" in news:
        news["pools"] = merged_pools(known.pools, news["pools"])
    return replace(known, **news)


def merged_pools(
    known: tuple[PoolRecord, ...], given: tuple[PoolRecord, ...]
) -> tuple[PoolRecord, ...]:
    """Pools after a file has spoken. Pools are the same when their labels are.

    Places that the system holds stay held whatever a file says, and of two figures the younger
    one is believed: last month's file must not undo what the clerk said this morning.
    """
    before = {pool.label: pool for pool in known}
    return tuple(_merged_pool(before.get(pool.label), pool) for pool in given)


def _merged_pool(known: PoolRecord | None, given: PoolRecord) -> PoolRecord:
    if known is None:
        return given
    if is_older(known, given):
        return replace(
            given,
            occupied=known.occupied,
            closed=known.closed,
            held=known.held,
            said_at=known.said_at,
            said_by=known.said_by,
        )
    return replace(given, held=known.held)


def is_older(known: PoolRecord, given: PoolRecord) -> bool:
    """Whether a file's figure was said before the one that is known."""
    return given.said_at < known.said_at
