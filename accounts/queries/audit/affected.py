"""Whom a breach touched: the persons' cases and the agencies, between two instants."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from accounts.models import Account, ApiKey, AuditEntry
from accounts.models.audit import NETWORK
from accounts.queries.audit.names import names_of
from core.clock import aware
from core.db import db
from core.ids import parse_id

CASE = "case"
AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class AffectedCase:
    """One person's case: its code, how often it was opened or changed, first and last."""

    code: str
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Affected:
    """What was touched: cases, agencies by name, and how many audit rows say so."""

    cases: tuple[AffectedCase, ...]
    agencies: tuple[str, ...]
    rows: int


def actor_named(text: str) -> uuid.UUID | None:
    """The account or key that an e-mail address or id names; None for one that never was."""
    wanted = parse_id(text)
    if wanted is None:
        return db.session.scalar(select(Account.id).where(Account.email == text.strip().lower()))
    known = (
        select(Account.id).where(Account.id == wanted),
        select(ApiKey.id).where(ApiKey.id == wanted),
        select(AuditEntry.actor_id).where(AuditEntry.actor_id == wanted).limit(1),
    )
    return wanted if any(db.session.scalar(query) for query in known) else None


def affected(since: datetime, until: datetime, actor_id: uuid.UUID | None = None) -> Affected:
    """Everything opened or changed from `since` up to `until` (aware), by one or by anybody."""
    within = [AuditEntry.at >= since, AuditEntry.at <= until]
    if actor_id is not None:
        within.append(AuditEntry.actor_id == actor_id)
    chains = set(db.session.scalars(select(AuditEntry.chain).where(*within).distinct()))
    ids = {str(uuid.UUID(chain)) for chain in chains - {NETWORK} if parse_id(chain)}
    ids |= set(db.session.scalars(_agencies_as_subjects().where(*within)))
    count = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*within))
    agencies = tuple(sorted(names_of(AGENCY, sorted(ids)).values()))
    return Affected(_cases(within), agencies, count or 0)


def _agencies_as_subjects() -> Select[str]:
    subject_id = func.coalesce(AuditEntry.subject_id, "")
    return select(subject_id).distinct().where(AuditEntry.subject_kind == AGENCY)


def _cases(within: list[ColumnElement[bool]]) -> tuple[AffectedCase, ...]:
    rows = db.session.execute(
        select(
            func.coalesce(AuditEntry.subject_id, ""),
            func.count(),
            func.min(AuditEntry.at, type_=AuditEntry.at.type),
            func.max(AuditEntry.at, type_=AuditEntry.at.type),
        )
        .where(AuditEntry.subject_kind == CASE, AuditEntry.subject_id.is_not(None), *within)
        .group_by(AuditEntry.subject_id)
    ).all()
    codes = names_of(CASE, [row[0] for row in rows])
    found = (AffectedCase(codes[id_], n, aware(a), aware(b)) for id_, n, a, b in rows)
    return tuple(sorted(found, key=lambda case: (case.first, case.code)))
