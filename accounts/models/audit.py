"""The audit: rows that are only ever added, chained by hash, one chain for each agency.

Triggers of migration 0004 refuse every UPDATE and DELETE of `audit_entry` on both databases.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from accounts.models.common import Moment
from accounts.rules.chain import spelt_facts, spelt_moment
from core.db import Base


class Facts(TypeDecorator[dict[str, Any]]):
    """A JSON object, kept as exactly the text that the hash covers; no database may respell it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Object → text; `TypeError` or `ValueError` for what is no JSON."""
        return None if value is None else spelt_facts(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        """Text → object."""
        return None if value is None else json.loads(value)


class AuditEntry(Base):
    """One thing that happened. `chain` is an agency's id, or `network` for what is no agency's."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entry_at", "at"),
    )

    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    actor_kind: Mapped[str]
    actor_id: Mapped[uuid.UUID | None]
    action: Mapped[str]  # such as `beds.said` or `case.read`
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Facts)  # never what identifies a person
    before_hash: Mapped[str]
    own_hash: Mapped[str]

    def covered(self) -> list[str | int | None]:
        """The values of `rules.chain.COLUMNS`, which the row's hash covers."""
        return [
            self.before_hash,
            self.chain,
            self.number,
            spelt_moment(self.at),
            self.actor_kind,
            self.actor_id.hex if self.actor_id else None,
            self.action,
            self.subject_kind,
            self.subject_id,
            spelt_facts(self.facts),
        ]


class AuditHead(Base):
    """The last row of a chain: what the next writer locks, and what the witness is told."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    own_hash: Mapped[str]
    at: Mapped[Moment]


def chain_of(agency_id: uuid.UUID | None) -> str:
    """The name of an agency's chain, or of the chain of what belongs to no agency."""
    return agency_id.hex if agency_id else NETWORK


NETWORK = "network"
