"""Write the audit. Every command that changes or opens something calls `record`."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select

from accounts.models import AuditEntry
from accounts.rules.chain import FIRST, hash_of
from core.actors import Actor
from core.clock import now
from core.db import db

NETWORK = "network"  # the chain of what belongs to no agency


def record(
    actor: Actor,
    action: str,
    *,
    agency_id: uuid.UUID | None = None,
    subject: tuple[str, object] | None = None,
    **facts: Any,
) -> AuditEntry:
    """Add a row to an agency's chain, in the transaction that is open.

    `subject` is a kind and an id, such as `("offer", offer.id)`. `facts` are plain JSON values
    and never identify a person (design.md §9).
    """
    chain = agency_id.hex if agency_id else NETWORK
    number, last_hash = _end_of(chain)
    entry = AuditEntry(
        chain=chain,
        number=number + 1,
        at=now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action=action,
        subject_kind=subject[0] if subject else None,
        subject_id=str(subject[1]) if subject else None,
        facts=facts,
        before_hash=last_hash,
    )
    entry.own_hash = hash_of(entry.before_hash, said_by(entry))
    db.session.add(entry)
    db.session.flush()
    return entry


def _end_of(chain: str) -> tuple[int, str]:
    """Number and hash of the last row of a chain, which nobody else appends to until the commit.

    What somebody does may belong into the chain of an agency that is not theirs, so on PostgreSQL
    a function of the database crosses its walls for this one question, and locks the chain.
    """
    if db.engine.dialect.name == "postgresql":
        asked = func.wall_end_of_chain(chain).table_valued("number", "own_hash")
        last = db.session.execute(select(asked.c.number, asked.c.own_hash)).one_or_none()
    else:
        table = AuditEntry.__table__
        wanted = select(table.c.number, table.c.own_hash).where(table.c.chain == chain)
        last = db.session.execute(wanted.order_by(table.c.number.desc()).limit(1)).one_or_none()
    return (last[0], last[1]) if last else (0, FIRST)


def said_by(entry: AuditEntry) -> list[Any]:
    """The plain values of a row that its hash covers."""
    return [
        entry.chain,
        entry.number,
        entry.at.isoformat(),
        entry.actor_kind,
        str(entry.actor_id or ""),
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.facts,
    ]
