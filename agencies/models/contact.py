"""Phones, contacts and languages: each belongs to an agency, a service, a location or an offer."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.models.common import OwnId, ToAgency, ToContact, ToLocation, ToOffer, ToService
from core.db import Base
from core.types import value_enum


class PhoneKind(StrEnum):
    """HSDS phone types that people here use."""

    VOICE = "voice"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    FAX = "fax"


class Contact(Base):
    """A person or desk to ask for; `name` may be a role."""

    __tablename__ = "contact"

    id: Mapped[OwnId]
    agency_id: Mapped[ToAgency]
    service_id: Mapped[ToService]
    location_id: Mapped[ToLocation]
    offer_id: Mapped[ToOffer]
    name: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    email: Mapped[str | None]

    phones: Mapped[list[Phone]] = relationship(
        cascade="all, delete-orphan", order_by="Phone.position"
    )


class Phone(Base):
    """A number as it was given; `core.phones` makes it dialable."""

    __tablename__ = "phone"

    id: Mapped[OwnId]
    agency_id: Mapped[ToAgency]
    service_id: Mapped[ToService]
    location_id: Mapped[ToLocation]
    offer_id: Mapped[ToOffer]
    contact_id: Mapped[ToContact]
    position: Mapped[int] = mapped_column(default=0)
    number: Mapped[str]
    extension: Mapped[str | None]
    kind: Mapped[PhoneKind] = mapped_column(value_enum(PhoneKind), default=PhoneKind.VOICE)
    description: Mapped[str | None]


class Language(Base):
    """A language in which a service is given, spoken by staff or by an interpreter."""

    __tablename__ = "language"

    id: Mapped[OwnId]
    service_id: Mapped[ToService]
    location_id: Mapped[ToLocation]
    code: Mapped[str | None]  # ISO 639
    name: Mapped[str | None]
    note: Mapped[str | None]
    by_interpreter: Mapped[bool] = mapped_column(default=False)
