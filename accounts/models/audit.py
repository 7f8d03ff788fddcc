"""The audit: rows that are only ever added, chained by hash, one chain for each agency."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import Moment
from core.db import Base


class AuditEntry(Base):
    """One thing that happened. `chain` is an agency's id, or `network` for what is no agency's."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entry_at", "at"),
    )

    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    actor_kind: Mapped[str]
    actor_id: Mapped[uuid.UUID | None]
    action: Mapped[str]  # such as `beds.said` or `case.read`
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # never what identifies a person
    before_hash: Mapped[str]
    own_hash: Mapped[str]
