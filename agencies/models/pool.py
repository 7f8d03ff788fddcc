"""Capacity: pools of places, and when each figure was said."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agencies.models.common import OwnId
from core.db import Base
from core.types import Instant, value_enum


class PoolSex(StrEnum):
    """For whom the places are."""

    FEMALE = "female"
    MALE = "male"
    ANY = "any"


class PoolUnit(StrEnum):
    """What one place is: a bed, a place for a whole family, or a room."""

    PERSON = "person"
    FAMILY = "family"
    ROOM = "room"


class Pool(Base):
    """Places of one kind. Free is what is left: capacity − occupied − held − closed."""

    __tablename__ = "pool"
    __table_args__ = (
        CheckConstraint("occupied >= 0 and held >= 0 and closed >= 0", name="not_negative"),
        CheckConstraint("occupied + held + closed <= capacity", name="not_overfull"),
        CheckConstraint("minimum_age <= maximum_age", name="ages"),
    )

    id: Mapped[OwnId]
    offer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("offer.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str]
    sex: Mapped[PoolSex] = mapped_column(value_enum(PoolSex), default=PoolSex.ANY)
    minimum_age: Mapped[int] = mapped_column(default=0)  # years
    maximum_age: Mapped[int] = mapped_column(default=120)  # years
    unit: Mapped[PoolUnit] = mapped_column(value_enum(PoolUnit), default=PoolUnit.PERSON)
    capacity: Mapped[int]
    occupied: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    said_at: Mapped[datetime] = mapped_column(Instant)
    said_by: Mapped[str | None]  # a role or an organisation

    @property
    def free(self) -> int:
        """Places that nobody has and nobody holds."""
        return self.capacity - self.occupied - self.held - self.closed
