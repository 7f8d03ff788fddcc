"""The checks of facts: made, forgotten, and put back as they were."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from accounts.rules.rights import RIGHTS, Right, Role
from agencies.models import FactCheck
from agencies.queries.entries.dates import subject_column
from agencies.queries.export import chunks
from agencies.rules.entries import Kind
from agencies.rules.freshness import Fact
from core.actors import Actor
from core.clock import now
from core.db import db

Kept = dict[str, Any]  # by fact what its check said, or None


def check_facts(actor: Actor, kind: Kind, subject_id: uuid.UUID, facts: Collection[Fact]) -> None:
    """Somebody of the agency says that these facts are right, now."""
    forget_checks(kind, [subject_id], facts)
    for fact in facts:
        _add(kind, subject_id, fact, now(), actor.id, _role(actor))
    db.session.flush()


def forget_checks(kind: Kind, subjects: Collection[uuid.UUID], facts: Collection[Fact]) -> None:
    """What was confirmed is no longer what is said."""
    if subjects and facts:
        db.session.execute(
            delete(FactCheck).where(
                subject_column(kind).in_(list(subjects)), FactCheck.fact.in_(list(facts))
            )
        )


def kept_checks(
    kind: Kind, subjects: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[str, list[str | None]]]:
    """By subject and fact what checks say, to be put back when a change is undone."""
    kept: dict[uuid.UUID, dict[str, list[str | None]]] = {}
    column = subject_column(kind)
    for batch in chunks(list(subjects)):
        rows = db.session.execute(select(column, FactCheck).where(column.in_(batch)))
        for subject, row in rows:
            by = str(row.checked_by) if row.checked_by else None
            said = [row.checked_at.isoformat(), by, row.checked_as]
            kept.setdefault(subject, {})[row.fact.value] = said
    return kept


def restore_checks(kind: Kind, subject_id: uuid.UUID, kept: Kept) -> None:
    """Put checks back: undoing a change confirms nothing."""
    forget_checks(kind, [subject_id], [Fact(name) for name in kept])
    for name, said in kept.items():
        if said:
            at, by, role = said
            account = uuid.UUID(by) if by else None
            _add(kind, subject_id, Fact(name), datetime.fromisoformat(at), account, role)
    db.session.flush()


def _add(
    kind: Kind,
    subject_id: uuid.UUID,
    fact: Fact,
    at: datetime,
    by: uuid.UUID | None,
    role: str | None,
) -> None:
    owner = {subject_column(kind).key: subject_id}
    db.session.add(FactCheck(fact=fact, checked_at=at, checked_by=by, checked_as=role, **owner))


def _role(actor: Actor) -> str | None:
    """In which of their roles somebody confirms: the one that gives the right."""
    held = [grant.role for grant in actor.grants if Right.EDIT_ENTRY in RIGHTS[Role(grant.role)]]
    return held[0] if held else None
