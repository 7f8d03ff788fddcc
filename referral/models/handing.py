"""The handing over itself, and what comes after it."""

from __future__ import annotations

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import OfCase, OfReferral, ToAccount
from referral.rules.reasons import Outcome


class Arrival(Base):
    """How the person gets there: where they are met, by whom, with what, when.

    For a secret place the way ends at the meeting point (design.md §4).
    """

    __tablename__ = "arrival"

    referral_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    meeting_point_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("meeting_point.id", ondelete="SET NULL")
    )
    expected_at: Mapped[MaybeMoment]
    # Escort, transport and the word by which they know each other: sealed with the case's key.
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    said_at: Mapped[Moment]
    said_by: Mapped[ToAccount]


class HandOver(Base):
    """The person is there: confirmed by both sides, each for itself."""

    __tablename__ = "hand_over"

    referral_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    arrived_at: Mapped[Moment]
    # By whom brought, received by, belongings, documents: sealed with the case's key.
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    receiver_confirmed_at: Mapped[MaybeMoment]
    receiver_confirmed_by: Mapped[ToAccount]
    sender_confirmed_at: Mapped[MaybeMoment]
    sender_confirmed_by: Mapped[ToAccount]
    case_moved_at: Mapped[MaybeMoment]  # a transfer: the case is the receiver's from then on
    # The receiver's own case, opened from this referral.
    own_case_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("case_file.id", ondelete="SET NULL")
    )


class ReturnReferral(Base):
    """The answer that closes the loop (rujukan balik): result, recommendation, next date."""

    __tablename__ = "return_referral"

    referral_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    outcome: Mapped[Outcome] = mapped_column(value_enum(Outcome))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # service given, advice
    next_date: Mapped[date | None]
    written_at: Mapped[Moment]
    written_by: Mapped[ToAccount]
    read_at: Mapped[MaybeMoment]
    read_by: Mapped[ToAccount]


class Reached(StrEnum):
    """What a follow-up found."""

    SAFE = "safe"
    NEEDS_HELP = "needs_help"
    NOT_REACHED = "not_reached"
    LOST = "lost"


class FollowUp(Base):
    """A task of the sender: is this person well? Due by urgency, then after 1, 3 and 6 months."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_due", "agency_id", "done_at", "due_at"),)

    id: Mapped[OwnId]
    case_id: Mapped[OfCase]
    referral_id: Mapped[OfReferral]
    agency_id: Mapped[OfAgency] = mapped_column(index=False)  # who asks; `due` begins with it
    step: Mapped[str]  # 24h, 72h, 7d, 14d, 1m, 3m, 6m
    due_at: Mapped[Moment]
    done_at: Mapped[MaybeMoment]
    done_by: Mapped[ToAccount]
    found: Mapped[Reached | None] = mapped_column(value_enum(Reached))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
