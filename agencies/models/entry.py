"""How an entry is kept true: what was confirmed, changed and reported wrong."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agencies.models.common import OwnId, ToAgency, ToOffer, ToService
from agencies.rules.entries import Kind, ReportKind
from agencies.rules.freshness import Fact
from core.clock import now
from core.db import Base
from core.types import Instant, value_enum

OfAgency = Annotated[
    uuid.UUID, mapped_column(ForeignKey("agency.id", ondelete="CASCADE"), index=True)
]


class FactCheck(Base):
    """When a fact was last confirmed, of the one agency, service or offer that is named.

    No row: nobody of the agency ever confirmed it, and the offer's verified_at is all there is.
    """

    __tablename__ = "fact_check"
    __table_args__ = (
        UniqueConstraint("agency_id", "fact"),
        UniqueConstraint("service_id", "fact"),
        UniqueConstraint("offer_id", "fact"),
        CheckConstraint(
            "(agency_id is not null and service_id is null and offer_id is null)"
            " or (agency_id is null and service_id is not null and offer_id is null)"
            " or (agency_id is null and service_id is null and offer_id is not null)",
            name="of_one",
        ),
    )

    id: Mapped[OwnId]
    # Each is found by the key that begins with it.
    agency_id: Mapped[ToAgency] = mapped_column(index=False)
    service_id: Mapped[ToService] = mapped_column(index=False)
    offer_id: Mapped[ToOffer] = mapped_column(index=False)
    fact: Mapped[Fact] = mapped_column(value_enum(Fact))
    checked_at: Mapped[datetime] = mapped_column(Instant)
    checked_by: Mapped[uuid.UUID | None]  # an account
    checked_as: Mapped[str | None]  # the role


class Cause(StrEnum):
    """By what way a change came."""

    EDIT = "edit"
    BEDS = "beds"
    IMPORT = "import"
    UNDO = "undo"


class EntryChange(Base):
    """What a change replaced by what: of the changed fields only, readable and reversible.

    Positions and addresses never stand here: a place that is secret today was perhaps not when
    it was written, and history must not tell where it is.
    """

    __tablename__ = "entry_change"
    __table_args__ = (
        Index("ix_entry_change_history", "agency_id", "at"),
        Index("ix_entry_change_subject", "subject_id", "at"),
    )

    id: Mapped[OwnId]
    at: Mapped[datetime] = mapped_column(Instant, default=now)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id", ondelete="CASCADE"))
    subject_kind: Mapped[Kind] = mapped_column(value_enum(Kind))
    subject_id: Mapped[uuid.UUID]
    subject_name: Mapped[str]  # as it was called then; of a place the service's name
    cause: Mapped[Cause] = mapped_column(value_enum(Cause))
    actor_kind: Mapped[str]
    actor_id: Mapped[uuid.UUID | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The checks that the change replaced, so that undoing it confirms nothing.
    checks_before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undo_of: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("entry_change.id", ondelete="SET NULL")
    )


class FactReport(Base):
    """A worker found something wrong. Without an offer it is about the whole agency."""

    __tablename__ = "fact_report"

    id: Mapped[OwnId]
    agency_id: Mapped[OfAgency]
    offer_id: Mapped[ToOffer]
    kind: Mapped[ReportKind] = mapped_column(value_enum(ReportKind))
    words: Mapped[str | None]  # about the service, never about a person
    # What the entry should say instead (`says`), or which fields to look at (`look_at`).
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime] = mapped_column(Instant, default=now)
    reported_by: Mapped[uuid.UUID | None]  # an account
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[uuid.UUID | None]  # an account
    was_right: Mapped[bool | None]  # whether the report was, once settled


class EntryNudge(Base):
    """When an agency was last told that facts of its entry are old."""

    __tablename__ = "entry_nudge"

    agency_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), primary_key=True
    )
    told_at: Mapped[datetime] = mapped_column(Instant)
