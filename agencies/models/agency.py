"""Agencies (HSDS organization) and the names they bore."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.models.common import Kept, OwnId, ToAgency
from agencies.models.contact import Contact, Phone
from agencies.models.secret import MeetingPoint
from core.actors import Tier
from core.db import Base
from core.types import value_enum

if TYPE_CHECKING:
    from agencies.models.service import Service


class Status(StrEnum):
    """HSDS service status; agencies use the same words."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class Agency(Kept, Base):
    """An agency or organisation. `key` is its name in the source that it came from."""

    __tablename__ = "agency"
    __table_args__ = (CheckConstraint("tier between 0 and 2", name="tier"),)

    id: Mapped[OwnId]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str | None]
    type: Mapped[str] = mapped_column(index=True)  # a code of rules/agency_types.py
    status: Mapped[Status] = mapped_column(value_enum(Status), default=Status.ACTIVE)
    description: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    legal_status: Mapped[str | None]
    year_incorporated: Mapped[int | None]
    parent_id: Mapped[ToAgency]
    mou: Mapped[str | None]  # number of the memorandum of understanding
    mou_until: Mapped[date | None]
    promised_response_minutes: Mapped[int | None]
    # The least guarded tier among its offers: with none of them visible, nor is the agency.
    tier: Mapped[int] = mapped_column(default=Tier.PUBLIC.value)
    is_sample: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]

    names: Mapped[list[AgencyName]] = relationship(
        back_populates="agency", cascade="all, delete-orphan", order_by="AgencyName.position"
    )
    services: Mapped[list[Service]] = relationship(
        back_populates="agency", cascade="all, delete-orphan", order_by="Service.name"
    )
    phones: Mapped[list[Phone]] = relationship(
        cascade="all, delete-orphan", order_by="Phone.position"
    )
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan")
    meeting_points: Mapped[list[MeetingPoint]] = relationship(
        cascade="all, delete-orphan", order_by="MeetingPoint.made_at"
    )


class AgencyName(Base):
    """A name that an agency bore from and until a day; a search for it finds the agency."""

    __tablename__ = "agency_name"

    id: Mapped[OwnId]
    agency_id: Mapped[ToAgency]
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    agency: Mapped[Agency] = relationship(back_populates="names")
