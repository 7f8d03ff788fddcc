"""Referrals, what they ask for, and the log of every move."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.common import MaybeMoment, Moment, OwnId
from agencies.rules.needs import Urgency
from core.db import Base
from core.types import value_enum
from referral.models.common import OfCase, OfReferral, ToAccount
from referral.rules.moves import Name, Party
from referral.rules.states import State


class Kind(StrEnum):
    """To refer keeps the case; to transfer moves it once arrival is confirmed (design.md §6)."""

    REFER = "refer"
    TRANSFER = "transfer"


class Bond(StrEnum):
    """Why a referral hangs on another one."""

    RETURN = "return"
    ONWARD = "onward"
    REDIRECTED = "redirected"
    DIVERTED = "diverted"


class Referral(Base):
    """One person handed to one agency. Its state is changed by `commands/moves/` alone.

    What it says of the person is sealed with the key of the case. `started_at` is when the first
    referral of its chain was sent; `asked_at` when this agency was.
    """

    __tablename__ = "referral"
    __table_args__ = (
        # The database refuses a referral without a basis; triggers look whether it is live.
        CheckConstraint(
            "consent_id is not null or state in ('draft', 'cancelled', 'entered_in_error')",
            name="has_basis",
        ),
        CheckConstraint("receiver_agency_id is not null or state = 'draft'", name="has_receiver"),
        Index("ix_referral_inbox", "receiver_agency_id", "state", "decide_by"),
        Index("ix_referral_outbox", "sender_agency_id", "state", "asked_at"),
        Index("ix_referral_waiting", "state", "expires_at"),
        Index("ix_referral_attend", "attend_at"),
    )

    id: Mapped[OwnId]
    code: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[OfCase]
    sender_agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    receiver_agency_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agency.id"))
    offer_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("offer.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[Kind] = mapped_column(value_enum(Kind), default=Kind.REFER)
    state: Mapped[State] = mapped_column(value_enum(State), default=State.DRAFT)
    urgency: Mapped[Urgency] = mapped_column(value_enum(Urgency), default=Urgency.ROUTINE)
    urgency_sign: Mapped[str | None]  # the sign of rules/urgency.py that asked for it
    consent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consent.id"), index=True)
    asking_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("asking.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)  # among the alternatives of one asking
    batch_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("batch.id", ondelete="SET NULL"), index=True
    )
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    bond: Mapped[Bond | None] = mapped_column(value_enum(Bond))

    made_at: Mapped[Moment]
    made_by: Mapped[ToAccount]
    moved_at: Mapped[Moment]  # of the last move; the triggers judge the basis by it
    moves_made: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[MaybeMoment]
    asked_at: Mapped[MaybeMoment]
    requested_by: Mapped[MaybeMoment]  # an answer is of use until then
    acknowledge_by: Mapped[MaybeMoment]
    decide_by: Mapped[MaybeMoment]
    escalate_at: Mapped[MaybeMoment]
    start_by: Mapped[MaybeMoment]
    expires_at: Mapped[MaybeMoment]
    # When the clocks of this referral are looked at next: what the worker asks for. Kept by
    # `commands/duty/clocks.py`; too early does no harm, None is never.
    attend_at: Mapped[MaybeMoment]

    # Whether what identifies is open to the receiver: kept by the moves and by consent.
    identity_open: Mapped[bool] = mapped_column(default=False)
    # An answer by phone, until the receiver confirms it.
    is_by_phone: Mapped[bool] = mapped_column(default=False)
    # From the receiver's side: who takes the person in (a role and a name of staff, sealed).
    person_named_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    appointed_at: Mapped[MaybeMoment]
    conditions_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    facts_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # A draft exactly as it was typed, with what is not right yet.
    typed_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    needs: Mapped[list[ReferralNeed]] = relationship(
        cascade="all, delete-orphan", order_by="ReferralNeed.position"
    )


class ReferralNeed(Base):
    """One need that a referral asks to meet (a leaf of the taxonomy)."""

    __tablename__ = "referral_need"
    __table_args__ = (UniqueConstraint("referral_id", "need"),)

    id: Mapped[OwnId]
    referral_id: Mapped[OfReferral] = mapped_column(index=False)  # its key begins with it
    need: Mapped[str] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)


class ReferralMove(Base):
    """One move: who, when, from, to, why, and the clock it met or missed. Never changed.

    The one exception: an answer by phone is confirmed later by whom it was given
    (`confirmed_at`, `confirmed_by`).
    """

    __tablename__ = "referral_move"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        Index("ix_referral_move_at", "at"),
    )

    id: Mapped[OwnId]
    referral_id: Mapped[OfReferral] = mapped_column(index=False)  # its key begins with it
    number: Mapped[int]  # 1, 2, 3 … within the referral
    at: Mapped[Moment]
    name: Mapped[Name] = mapped_column(value_enum(Name))
    from_state: Mapped[State] = mapped_column(value_enum(State, "from_state"))
    to_state: Mapped[State] = mapped_column(value_enum(State, "to_state"))
    party: Mapped[Party] = mapped_column(value_enum(Party))
    actor_kind: Mapped[str]
    actor_id: Mapped[uuid.UUID | None]  # an account or a key
    agency_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agency.id"))
    reason: Mapped[str | None]  # a code of rules/reasons.py
    detail: Mapped[str | None]  # a code too
    due_at: Mapped[MaybeMoment]  # the clock that ran
    in_time: Mapped[bool | None]  # None: no clock ran
    # Words, and who gave an answer by phone: sealed with the key of the case.
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_phone_from_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[MaybeMoment]
    confirmed_by: Mapped[ToAccount]
