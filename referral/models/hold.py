"""Places that are kept for somebody on the way."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import ToAccount


class Holding(StrEnum):
    """What became of held places."""

    HELD = "held"
    TAKEN = "taken"  # the person came: the places are occupied
    RELEASED = "released"
    LAPSED = "lapsed"


class Hold(Base):
    """Some places of one pool, for one referral (none for a walk-in).

    `pool.held` is the sum of what is held, changed in the same transaction by
    `commands/beds/places.py` alone.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("places > 0", name="places"),
        Index("ix_hold_lapsing", "state", "until"),
    )

    id: Mapped[OwnId]
    referral_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    agency_id: Mapped[OfAgency]
    pool_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("pool.id", ondelete="CASCADE"), index=True
    )
    places: Mapped[int]
    state: Mapped[Holding] = mapped_column(value_enum(Holding), default=Holding.HELD)
    made_at: Mapped[Moment]
    made_by: Mapped[ToAccount]
    until: Mapped[MaybeMoment]
    warned_at: Mapped[MaybeMoment]  # both sides were told that it is about to lapse
    ended_at: Mapped[MaybeMoment]
