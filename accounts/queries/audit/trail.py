"""Who did what: the rows of an agency's chain, and all rows about one subject."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from accounts.models import Account, ApiKey, AuditEntry
from accounts.models.audit import chain_of
from accounts.rules.rights import Right, holds_for
from accounts.walls import REPORTING
from core.actors import Actor, ActorKind
from core.db import db
from core.ids import parse_id
from core.walls import cross

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Happened:
    """One row, with the name of who acted: None for an account or key that is gone."""

    at: datetime
    chain: str
    number: int
    actor_kind: str
    actor_name: str | None
    action: str
    subject: tuple[str, str] | None


def may_see_audit(actor: Actor, agency_id: uuid.UUID) -> bool:
    """Whether somebody may read an agency's audit: a right, and a second factor shown."""
    return actor.strong and holds_for(actor.grants, Right.SEE_AUDIT, agency_id=agency_id)


def trail_of(agency_id: uuid.UUID, page: int) -> tuple[list[Happened], int]:
    """One page of what happened in an agency, newest first, and how many pages there are."""
    mine = select(AuditEntry).where(AuditEntry.chain == chain_of(agency_id))
    count = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    wanted = mine.order_by(AuditEntry.number.desc()).limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE)
    return _told(wanted), max(1, -(-count // ON_A_PAGE))


def seen_by(kind: str, subject_id: str, reader: uuid.UUID | None = None) -> list[Happened]:
    """Everything that happened to a subject, oldest first.

    For a reading agency: all of it when the subject began with that agency, otherwise what is in
    its own chain. None: the operator, who sees all.
    """
    wanted = _about(kind, subject_id)
    # What others did with a subject stands in their chains: its home sees that, and no other rows.
    with cross(REPORTING):
        if reader is not None and home_of(kind, subject_id) != chain_of(reader):
            wanted = wanted.where(AuditEntry.chain == chain_of(reader))
        return _told(wanted)


def home_of(kind: str, subject_id: str) -> str | None:
    """The chain of the first row about a subject: the agency that it began with."""
    first = db.session.scalars(_about(kind, subject_id).limit(1)).one_or_none()
    return first.chain if first else None


def _about(kind: str, subject_id: str) -> Select[AuditEntry]:
    known = parse_id(subject_id)
    return (
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == kind,
            AuditEntry.subject_id.in_({subject_id, str(known or subject_id)}),
        )
        .order_by(AuditEntry.at, AuditEntry.chain, AuditEntry.number)
    )


def _told(wanted: Select[AuditEntry]) -> list[Happened]:
    rows = db.session.scalars(wanted).all()
    names = _actor_names(rows)
    return [
        Happened(
            row.at,
            row.chain,
            row.number,
            row.actor_kind,
            names.get(row.actor_id),
            row.action,
            (row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id else None,
        )
        for row in rows
    ]


def _actor_names(rows: Sequence[AuditEntry]) -> dict[uuid.UUID | None, str]:
    def ids(kind: ActorKind) -> Iterable[uuid.UUID]:
        return {row.actor_id for row in rows if row.actor_id and row.actor_kind == kind.value}

    people = select(Account.id, Account.name).where(Account.id.in_(ids(ActorKind.MEMBER)))
    programs = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(ids(ActorKind.KEY)))
    # Others act in the own chain too. These rows have passed the wall: they say whom to name.
    with cross(REPORTING):
        found = [*db.session.execute(people), *db.session.execute(programs)]
    return {row[0]: row[1] for row in found}
