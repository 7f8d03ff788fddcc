"""Opening hours as HSDS schedule rows."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from agencies.models.common import Kept, OwnId, ToLocation, ToOffer, ToService
from core.db import Base
from core.types import value_enum


class HolidayRule(StrEnum):
    """What happens on a public holiday, cuti bersama included; None is not known."""

    OPEN = "open"
    CLOSED = "closed"


class Schedule(Kept, Base):
    """One row of hours. Weekly rows are understood; others are kept and shown in words.

    `opens_at` and `closes_at` are local times `HH:MM`; `24:00` ends a day, and a row that closes
    before it opens runs past midnight.
    """

    __tablename__ = "schedule"

    id: Mapped[OwnId]
    service_id: Mapped[ToService]
    location_id: Mapped[ToLocation]
    offer_id: Mapped[ToOffer]
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    freq: Mapped[str | None]
    interval: Mapped[int | None]
    byday: Mapped[str | None]  # RFC 5545: MO,TU
    opens_at: Mapped[str | None]
    closes_at: Mapped[str | None]
    on_holidays: Mapped[HolidayRule | None] = mapped_column(value_enum(HolidayRule))
    description: Mapped[str | None]
    attending_type: Mapped[str | None]
    notes: Mapped[str | None]
