"""Agencies, services, places and offers as plain values, and the row that they make together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from agencies.models.agency import Status
from agencies.models.location import LocationType, Precision
from agencies.models.records.parts import (
    AccessibilityRecord,
    AreaRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    Extra,
    LanguageRecord,
    PhoneRecord,
    PoolRecord,
    ScheduleRecord,
    about,
)
from agencies.rules.names import DatedName
from core.actors import Tier
from core.geometry import LatLon, centre_of, is_in_published, published_cell


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
    id: uuid.UUID | None = about(default=None)
    said: frozenset[str] | None = about(default=None)

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
    id: uuid.UUID | None = about(default=None)
    said: frozenset[str] | None = about(default=None)

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
    published_cell: int | None = None  # of a secret place; found here, never said by a source
    timezone: str = "Asia/Jakarta"
    transportation: str | None = None
    accessibility: tuple[AccessibilityRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    languages: tuple[LanguageRecord, ...] = ()
    extra: Extra = field(default_factory=dict)
    id: uuid.UUID | None = about(default=None)
    said: frozenset[str] | None = about(default=None)

    def __post_init__(self) -> None:
        """Put what has no order into one; forget whatever would betray a secret place."""
        _in_one_order(self, "accessibility", "contacts", "languages")
        if self.tier is Tier.SECRET:
            self._hide()
        else:
            object.__setattr__(self, "published_cell", None)

    def _hide(self) -> None:
        for name in ("address", "village", "postal_code", "transportation", "precision"):
            object.__setattr__(self, name, None)
        for name in ("accessibility", "phones", "contacts"):
            object.__setattr__(self, name, ())
        object.__setattr__(self, "extra", {})
        cell = None
        if self.latitude is not None and self.longitude is not None:
            cell = self._cell_around((self.latitude, self.longitude))
            latitude, longitude = centre_of(cell)
            object.__setattr__(self, "latitude", latitude)
            object.__setattr__(self, "longitude", longitude)
            object.__setattr__(self, "precision", Precision.HIDDEN)
        object.__setattr__(self, "published_cell", cell)

    def _cell_around(self, point: LatLon) -> int:
        """The cell that was taken once, for as long as the place stays in it; else a new one."""
        taken = self.published_cell
        return taken if taken and is_in_published(point, taken) else published_cell(point)


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
    id: uuid.UUID | None = about(default=None)
    said: frozenset[str] | None = about(default=None)

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
