"""The lists of a record: phones, contacts, languages, hours, pools."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from agencies.models.contact import PhoneKind
from agencies.models.pool import PoolSex, PoolUnit
from agencies.models.schedule import HolidayRule

Extra = dict[str, Any]
PARTS = "_parts"  # in `extra`: by the id of a part, what its row has no column for


def about(**facts: Any) -> Any:
    """A field that is about a record and no part of what it says."""
    return field(compare=False, repr=False, **facts)


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A number as it was given."""

    number: str
    extension: str | None = None
    kind: PhoneKind = PhoneKind.VOICE
    description: str | None = None
    id: uuid.UUID | None = about(default=None)


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person or desk to ask for."""

    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    phones: tuple[PhoneRecord, ...] = ()
    id: uuid.UUID | None = about(default=None)


@dataclass(frozen=True, slots=True)
class LanguageRecord:
    """A language, by its code or, where none is known, by its name."""

    code: str | None = None
    name: str | None = None
    note: str | None = None
    by_interpreter: bool = False
    id: uuid.UUID | None = about(default=None)


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """Where people are served: a gazetteer code, or words."""

    code: str | None = None
    name: str | None = None
    id: uuid.UUID | None = about(default=None)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A paper that is asked for."""

    document: str
    uri: str | None = None
    id: uuid.UUID | None = about(default=None)


@dataclass(frozen=True, slots=True)
class CostRecord:
    """What the service costs in some case."""

    option: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    amount_description: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    id: uuid.UUID | None = about(default=None)

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
    id: uuid.UUID | None = about(default=None)


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
    id: uuid.UUID | None = about(default=None)


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
    id: uuid.UUID | None = about(default=None)

    @property
    def is_overfull(self) -> bool:
        """Whether more places are taken than there are."""
        return self.occupied + self.held + self.closed > self.capacity
