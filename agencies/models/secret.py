"""What is kept apart of secret places: the sealed address, and where people are met instead."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from agencies.models.common import OwnId
from core.clock import now
from core.db import Base
from core.types import Instant


class SealedPlace(Base):
    """Address, point and way of a secret place, sealed by the key `place/<location id>`.

    A table of its own, so that no read of places can fetch it by accident.
    """

    __tablename__ = "sealed_place"

    location_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("location.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(Instant)


class MeetingPoint(Base):
    """Where an agency takes somebody over, so that nobody is led to its secret place's door."""

    __tablename__ = "meeting_point"
    __table_args__ = (
        CheckConstraint("latitude between -90 and 90", name="latitude"),
        CheckConstraint("longitude between -180 and 180", name="longitude"),
    )

    id: Mapped[OwnId]
    agency_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    address: Mapped[str | None]
    latitude: Mapped[float]  # degrees
    longitude: Mapped[float]  # degrees
    district: Mapped[str | None]  # its name and its city's, around the point
    escort_needed: Mapped[bool | None]  # somebody must come along; None: not known
    times: Mapped[str | None]  # when one is met there, in words
    made_at: Mapped[datetime] = mapped_column(Instant, default=now)
