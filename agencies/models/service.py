"""Services, and what each asks, costs and covers."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.models.agency import Agency, Status
from agencies.models.common import Kept, OwnId, ToService
from agencies.models.contact import Contact, Language, Phone
from agencies.models.offer import Offer
from agencies.models.schedule import Schedule
from core.db import Base
from core.types import value_enum


class Service(Kept, Base):
    """A service of an agency. Every fact is yes, no or unknown (None)."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint(
            "minimum_age is null or maximum_age is null or minimum_age <= maximum_age", name="ages"
        ),
    )

    id: Mapped[OwnId]
    key: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    status: Mapped[Status] = mapped_column(value_enum(Status), default=Status.ACTIVE)
    description: Mapped[str | None]
    url: Mapped[str | None]
    email: Mapped[str | None]
    application_process: Mapped[str | None]
    fees: Mapped[str | None]
    eligibility_description: Mapped[str | None]
    interpretation_services: Mapped[str | None]
    alert: Mapped[str | None]

    takes_female: Mapped[bool | None]
    takes_male: Mapped[bool | None]
    takes_boys: Mapped[bool | None]  # boys under 18 on their own; None: as takes_male
    takes_other: Mapped[bool | None]
    minimum_age: Mapped[int | None]  # years
    maximum_age: Mapped[int | None]  # years
    takes_children: Mapped[bool | None]
    oldest_boy: Mapped[int | None]  # years; admitted together with his mother
    takes_foreigners: Mapped[bool | None]
    takes_without_id: Mapped[bool | None]
    night_intake: Mapped[bool | None]
    night_decider: Mapped[str | None]  # a role, never a name
    needs_letter: Mapped[bool | None]
    needs_medical_clearance: Mapped[bool | None]
    longest_stay_days: Mapped[int | None]

    agency: Mapped[Agency] = relationship(back_populates="services")
    needs: Mapped[list[ServiceNeed]] = relationship(
        cascade="all, delete-orphan", order_by="ServiceNeed.position"
    )
    areas: Mapped[list[ServiceArea]] = relationship(
        cascade="all, delete-orphan", order_by="ServiceArea.position"
    )
    documents: Mapped[list[RequiredDocument]] = relationship(
        cascade="all, delete-orphan", order_by="RequiredDocument.position"
    )
    costs: Mapped[list[CostOption]] = relationship(cascade="all, delete-orphan")
    languages: Mapped[list[Language]] = relationship(
        cascade="all, delete-orphan", order_by="Language.code"
    )
    phones: Mapped[list[Phone]] = relationship(
        cascade="all, delete-orphan", order_by="Phone.position"
    )
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan")
    schedules: Mapped[list[Schedule]] = relationship(
        cascade="all, delete-orphan", order_by="Schedule.position"
    )
    offers: Mapped[list[Offer]] = relationship(
        back_populates="service", cascade="all, delete-orphan"
    )


class ServiceNeed(Base):
    """A need of the taxonomy that a service meets (HSDS attribute with a taxonomy term)."""

    __tablename__ = "service_need"

    service_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("service.id", ondelete="CASCADE"), primary_key=True
    )
    need: Mapped[str] = mapped_column(primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


class ServiceArea(Base):
    """Where a service serves people: a gazetteer code (`ID` is all Indonesia), or words."""

    __tablename__ = "service_area"

    id: Mapped[OwnId]
    service_id: Mapped[ToService]
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str | None]
    name: Mapped[str | None]


class RequiredDocument(Base):
    """A paper that the service asks for."""

    __tablename__ = "required_document"

    id: Mapped[OwnId]
    service_id: Mapped[ToService]
    position: Mapped[int] = mapped_column(default=0)
    document: Mapped[str]
    uri: Mapped[str | None]


class CostOption(Base):
    """What the service costs in some case."""

    __tablename__ = "cost_option"

    id: Mapped[OwnId]
    service_id: Mapped[ToService]
    option: Mapped[str | None]
    currency: Mapped[str | None]
    amount: Mapped[Decimal | None]
    amount_description: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
