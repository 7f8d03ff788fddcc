"""The legal basis of every handing over, who must be left out, and broken glass."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import OfCase, OfReferral, ToAccount
from referral.rules.consent import Assent, Basis, Giver, Mode


class Consent(Base):
    """A live basis to hand named fields of one case to one agency, until it ends or is withdrawn.

    A row is never deleted, for it is the proof; and never changed but for its withdrawal and, of
    one that was taken abroad, for its end on arrival.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("ends_at is null or ends_at > given_at", name="ends_later"),
        CheckConstraint("withdrawn_at is null or withdrawn_at >= given_at", name="withdrawn_later"),
    )

    id: Mapped[OwnId]
    case_id: Mapped[OfCase]
    agency_id: Mapped[OfAgency]  # who recorded it and hands over
    receiver_agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    basis: Mapped[Basis] = mapped_column(value_enum(Basis))
    giver: Mapped[Giver] = mapped_column(value_enum(Giver))
    mode: Mapped[Mode] = mapped_column(value_enum(Mode))
    language: Mapped[str]  # in which it was explained
    fields: Mapped[list[Any]] = mapped_column(JSON)  # names of rules/consent.py
    copy_given: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[Moment]
    ends_at: Mapped[MaybeMoment]
    recorded_by: Mapped[ToAccount]
    # Taken abroad: it must be said again in Indonesia (domain.md §6B).
    ends_on_arrival: Mapped[bool] = mapped_column(default=False)
    assent: Mapped[Assent | None] = mapped_column(value_enum(Assent))  # of a child
    caregiver_informed: Mapped[bool | None]
    # Purpose, witness, official, why the caregiver was not told: sealed with the key of the case.
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    withdrawn_at: Mapped[MaybeMoment]
    withdrawn_by: Mapped[ToAccount]


class Exclusion(Base):
    """An agency, or somebody in it, that must not be asked for this case (domain.md §8, 18)."""

    __tablename__ = "exclusion"

    id: Mapped[OwnId]
    case_id: Mapped[OfCase]
    agency_id: Mapped[OfAgency]  # whose case it is
    excluded_agency_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE")
    )
    excluded_account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # who, and why
    made_at: Mapped[Moment]
    made_by: Mapped[ToAccount]
    ended_at: Mapped[MaybeMoment]


class GlassBreak(Base):
    """Somebody opened what was closed, because a life hung on it: always with a review."""

    __tablename__ = "glass_break"

    id: Mapped[OwnId]
    referral_id: Mapped[OfReferral]
    agency_id: Mapped[OfAgency]  # of whoever broke it
    at: Mapped[Moment]
    until: Mapped[Moment]
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reviewed_at: Mapped[MaybeMoment]
    reviewed_by: Mapped[ToAccount]
    was_right: Mapped[bool | None]
    review_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
