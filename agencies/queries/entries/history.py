"""What was changed in an agency's entry, latest first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.models import Account
from agencies.models import EntryChange
from core.db import db

PAGE = 25


@dataclass(frozen=True, slots=True)
class Changed:
    """A change, who made it, and whether it is the last one of its facts."""

    change: EntryChange
    by: str | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class History:
    """A page of changes."""

    changes: list[Changed]
    number: int
    pages: int


def history_of(agency_ids: Sequence[uuid.UUID], number: int = 1) -> History:
    """The changes of agencies' entries, 25 a page. The caller sees to the right."""
    mine = EntryChange.agency_id.in_(agency_ids)
    total = db.session.scalar(select(func.count()).select_from(EntryChange).where(mine)) or 0
    rows = db.session.execute(
        select(EntryChange, Account.name)
        .outerjoin(Account, Account.id == EntryChange.actor_id)
        .where(mine)
        .order_by(EntryChange.at.desc(), EntryChange.id.desc())
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    ).all()
    followed = _followed([row[0] for row in rows])
    changes = [Changed(row[0], row[1], row[0].id not in followed) for row in rows]
    return History(changes, number, max(1, -(-total // PAGE)))


def _followed(changes: Sequence[EntryChange]) -> set[uuid.UUID]:
    """Those of which a later change touched the same field."""
    later: dict[uuid.UUID, list[tuple[uuid.UUID, frozenset[str]]]] = {}
    wanted = select(EntryChange.id, EntryChange.subject_id, EntryChange.after)
    subjects = {change.subject_id for change in changes}
    for own_id, subject, after in db.session.execute(
        wanted.where(EntryChange.subject_id.in_(subjects))
    ):
        later.setdefault(subject, []).append((own_id, frozenset(after)))
    return {
        change.id
        for change in changes
        if any(
            own_id > change.id and fields & change.after.keys()
            for own_id, fields in later[change.subject_id]
        )
    }
