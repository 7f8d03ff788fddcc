"""Agencies that apply to join."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from agencies.models.common import OwnId, ToAgency
from agencies.rules.applications import ApplicationState
from core.db import Base
from core.types import Instant, value_enum


class AgencyApplication(Base):
    """What an agency said of itself, and what became of it. The contact is its own worker."""

    __tablename__ = "agency_application"
    __table_args__ = (
        CheckConstraint("tier between 0 and 1", name="tier"),
        Index("ix_agency_application_address_key_received_at", "address_key", "received_at"),
        Index("ix_agency_application_state_area_code", "state", "area_code"),
    )

    id: Mapped[OwnId]
    name: Mapped[str]
    type: Mapped[str]  # a code of rules/agency_types.py
    area_code: Mapped[str]  # of a district
    description: Mapped[str]
    tier: Mapped[int]  # in which tier of the directory they want to stand
    contact_name: Mapped[str]
    email: Mapped[str]  # in lower case
    phone: Mapped[str]
    why: Mapped[str]
    language: Mapped[str]  # in which they are answered
    address_key: Mapped[str]  # keyed hash of the network address, to slow down floods
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[ApplicationState] = mapped_column(
        value_enum(ApplicationState), default=ApplicationState.WAITING
    )
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[uuid.UUID | None]  # an account
    reason: Mapped[str | None]  # why it was declined, for the applicant to read
    agency_id: Mapped[ToAgency]
