"""Whoever reads the audit is in the audit."""

from __future__ import annotations

import uuid
from datetime import datetime

from accounts.commands.audit import record
from accounts.models.audit import NETWORK
from accounts.queries.audit.trail import Happened, home_of, may_see_audit, seen_by
from core.actors import Actor, ActorKind
from core.ids import parse_id


def open_access_report(
    actor: Actor, *, kind: str, subject_id: str, agency_id: uuid.UUID | None = None
) -> list[Happened]:
    """Command: who saw and changed a subject. Empty for what may not be seen or is not there.

    `agency_id` is the agency for which somebody reads; the operator reads for none.
    """
    is_operator = actor.kind is ActorKind.OPERATOR and agency_id is None
    if not is_operator and (agency_id is None or not may_see_audit(actor, agency_id)):
        return []
    found = seen_by(kind, subject_id, agency_id)
    if found:
        home = home_of(kind, subject_id)
        at_home = parse_id(home) if home and home != NETWORK else None
        record(
            actor,
            "audit.report_read",
            agency_id=agency_id or at_home,
            subject=(kind, found[0].subject[1] if found[0].subject else subject_id),
        )
    return found


def note_trail_read(actor: Actor, *, agency_id: uuid.UUID) -> None:
    """Command: somebody looked through an agency's audit."""
    if may_see_audit(actor, agency_id):
        record(actor, "audit.trail_read", agency_id=agency_id, subject=("agency", agency_id))


def note_breach_listed(actor: Actor, *, since: datetime, until: datetime, cases: int) -> None:
    """Command: the operator listed whom a breach touched."""
    record(
        actor,
        "audit.breach_listed",
        since=since.isoformat(),
        until=until.isoformat(),
        cases=cases,
    )
