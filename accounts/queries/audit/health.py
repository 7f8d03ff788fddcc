"""What the doctor looks at in the audit: its locks and its witness."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select, text

from accounts.models import AuditHead
from accounts.queries.witness import read_witness
from core.clock import now
from core.db import db
from core.doctor import Finding, register_check
from core.settings import Settings

# Of migration 0004.
TRIGGERS = {
    "sqlite": {
        "audit_entry_update",
        "audit_entry_delete",
        "audit_entry_replace",
        "audit_head_update",
        "audit_head_delete",
        "audit_head_replace",
    },
    "postgresql": {
        "audit_entry_update",
        "audit_entry_truncate",
        "audit_head_update",
        "audit_head_delete",
        "audit_head_truncate",
    },
}
ASKED = {
    "sqlite": "select name from sqlite_master where type = 'trigger'",
    "postgresql": "select tgname from pg_trigger where tgenabled in ('O', 'A')",
}


def register_checks() -> None:
    """Have the doctor look at the audit."""
    register_check("audit", locked)
    register_check("witness", witnessed)


def locked(_settings: Settings) -> Iterator[Finding]:
    """Whether the database refuses to change or delete a row of the audit."""
    db.session.scalar(select(AuditHead.chain).limit(1))  # no table is another fault: not migrated
    kind = db.engine.dialect.name
    missing = TRIGGERS[kind] - set(db.session.scalars(text(ASKED[kind])))
    if missing:
        yield Finding(
            f"nothing keeps its rows from being changed: {', '.join(sorted(missing))} missing",
            "Run `flask audit verify`, find out who removed them, and put them back with the"
            " statements of migration 0004.",
        )
        return
    yield Finding("the database refuses to change or delete its rows")


def witnessed(settings: Settings) -> Iterator[Finding]:
    """Whether the witness lies outside the data and knows every head that is not quite new."""
    folder = settings.witness_folder
    if folder.resolve().is_relative_to(settings.data_dir.resolve()):
        yield Finding(
            "lies in the data folder: who can change the audit can change its witness",
            "Set RUJUKAN_WITNESS_DIR to another disk or machine, best an append-only one.",
        )
    late = _late_chains(settings)
    if late:
        yield Finding(
            f"does not know {late} chains as they were two rounds ago",
            "See that the worker runs and that it can write to RUJUKAN_WITNESS_DIR.",
        )
    else:
        yield Finding("is told as often as it should be")


def _late_chains(settings: Settings) -> int:
    limit = now() - 2 * timedelta(minutes=settings.witness_minutes)
    seen = read_witness([settings.witness_folder] if settings.witness_folder.is_dir() else [])
    old = db.session.scalars(
        select(AuditHead).where(AuditHead.number > 0, AuditHead.at < limit)
    ).all()
    return sum(seen.last_number(head.chain) < head.number for head in old)
