"""Who is on duty, and what a shift hands over to the next."""

from __future__ import annotations

import uuid
from datetime import time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Time
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import ToAccount


class Post(StrEnum):
    """First on duty, or who is called when the first is silent."""

    FIRST = "first"
    DEPUTY = "deputy"


class DutyShift(Base):
    """Somebody's hours on a roster: of an agency, or of coordinators for an area (None: all)."""

    __tablename__ = "duty_shift"
    __table_args__ = (CheckConstraint("weekdays <> ''", name="weekdays"),)

    id: Mapped[OwnId]
    agency_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    area: Mapped[str | None] = mapped_column(index=True)  # a district's code; of coordinators
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    post: Mapped[Post] = mapped_column(value_enum(Post), default=Post.FIRST)
    name: Mapped[str]  # of staff, as the network knows them
    phone: Mapped[str | None]
    email: Mapped[str | None]
    weekdays: Mapped[str]  # 1 (Monday) to 7, such as 12345
    begins: Mapped[time] = mapped_column(Time)  # local time of the agency
    ends: Mapped[time] = mapped_column(Time)  # not later than `begins`: on the next day
    timezone: Mapped[str]
    ended_at: Mapped[MaybeMoment]


class ShiftHandOver(Base):
    """The open clocks that one shift gave to the next, by code."""

    __tablename__ = "shift_hand_over"

    id: Mapped[OwnId]
    agency_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    area: Mapped[str | None]
    at: Mapped[Moment]
    given_by: Mapped[ToAccount]
    taken_by: Mapped[ToAccount]
    taken_at: Mapped[MaybeMoment]
    codes: Mapped[list[Any]] = mapped_column(JSON)  # of referrals whose clocks run
    words: Mapped[str | None]  # about the work, never about a person


class ClockMark(Base):
    """What a clock has done already, so that nothing is missed and nothing is done twice.

    And what a coordinator did about it (`by`): called, asked the sender to ask the next.
    """

    __tablename__ = "clock_mark"

    referral_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True)  # how often it was sent (reopened)
    what: Mapped[str] = mapped_column(primary_key=True)  # of rules/duties.py
    at: Mapped[Moment]
    by: Mapped[ToAccount]  # a coordinator; None: the clock
