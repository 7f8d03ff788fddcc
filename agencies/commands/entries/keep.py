"""Keep what a change replaced by what, with the checks that it replaced, and its audit row."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from accounts.commands.audit import record
from agencies.commands.entries.checks import kept_checks
from agencies.models import Cause, EntryChange
from agencies.models.records import ABOUT, to_plain
from agencies.rules.entries import Kind, facts_of
from core.actors import Actor
from core.db import db

ACTIONS = {
    Cause.EDIT: "entry.changed",
    Cause.IMPORT: "entry.imported",
    Cause.UNDO: "entry.undone",
}
# Nothing that people read, or kept elsewhere.
UNREAD = ABOUT | {"key", "agency_key", "service_key", "location_key", "extra", "is_sample"}


def differences(known: Any, wanted: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two records of a kind the fields that differ, as plain values before and after."""
    before, after = {}, {}
    for name in (f.name for f in fields(known) if f.name not in UNREAD):
        was, is_now = to_plain(getattr(known, name)), to_plain(getattr(wanted, name))
        if was != is_now:
            before[name], after[name] = was, is_now
    return before, after


@dataclass(frozen=True, slots=True)
class Replaced:
    """One change: of which agency, of what (kind, id, name), and the plain values of its fields."""

    agency_id: uuid.UUID
    kind: Kind
    id: uuid.UUID
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def keep_change(
    actor: Actor, replaced: Replaced, cause: Cause, *, undo_of: uuid.UUID | None = None
) -> EntryChange:
    """Add the row of a change, before its checks are made or forgotten."""
    change = _rows(actor, [replaced], cause)[0]
    change.undo_of = undo_of
    db.session.add(change)
    db.session.flush()
    return change


def keep_changes(actor: Actor, replaced: Sequence[Replaced], cause: Cause) -> None:
    """Add the rows of many changes."""
    db.session.add_all(_rows(actor, replaced, cause))
    db.session.flush()


def audit_change(actor: Actor, replaced: Replaced, cause: Cause) -> None:
    """The audit names the fields only: what they say stands in the change."""
    record(
        actor,
        ACTIONS[cause],
        agency_id=replaced.agency_id,
        subject=(replaced.kind.value, replaced.id),
        fields=sorted(replaced.after),
    )


def _rows(actor: Actor, replaced: Sequence[Replaced], cause: Cause) -> list[EntryChange]:
    checks = {
        kind: kept_checks(kind, {r.id for r in replaced if r.kind is kind})
        for kind in {r.kind for r in replaced} - {Kind.POOL}
    }
    return [
        EntryChange(
            agency_id=one.agency_id,
            subject_kind=one.kind,
            subject_id=one.id,
            subject_name=one.name,
            cause=cause,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            before=dict(one.before),
            after=dict(one.after),
            checks_before={
                fact.value: checks.get(one.kind, {}).get(one.id, {}).get(fact.value)
                for fact in facts_of(one.kind, one.after)
                if one.kind is not Kind.POOL
            },
        )
        for one in replaced
    ]
