"""On which nights a place to stay was free: what nobody could say afterwards, as beds change."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class NightsLooked(Base):
    """The nights of a month that were looked at; bit 0 is the night that began on the 1st."""

    __tablename__ = "nights_looked"
    __table_args__ = (CheckConstraint("nights >= 0", name="not_negative"),)

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    nights: Mapped[int]


class NightsFree(Base):
    """The nights of a month on which an offer would have taken somebody for a need at once.

    No row: on none of them. It goes with the offer; whose it is and where, the registry says.
    """

    __tablename__ = "nights_free"
    __table_args__ = (CheckConstraint("nights >= 0", name="not_negative"),)

    month: Mapped[date] = mapped_column(primary_key=True)
    need: Mapped[str] = mapped_column(primary_key=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    nights: Mapped[int]
