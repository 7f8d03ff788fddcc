"""Undo a change: the inverse change, which can be undone in its turn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.rules.rights import Right
from agencies.commands.beds import FREE, bed_figures, locked_pool, refuse_overfull
from agencies.commands.entries.change import put
from agencies.commands.entries.checks import restore_checks
from agencies.commands.entries.keep import Replaced, audit_change, keep_change
from agencies.commands.index import refresh_offers
from agencies.commands.registry.saving import refuse_lost_holds, refuse_overfull_offer
from agencies.models import Cause, EntryChange
from agencies.models.records import OfferRecord, from_plain, plain_values, to_plain
from agencies.models.records.merging import with_figures, with_held
from agencies.queries.entries.own import SHAPES, Item, item_of, may, offers_showing
from agencies.rules.entries import Kind
from core.actors import Actor
from core.db import db
from core.errors import refused
from core.i18n import _

NO_CHANGE = _("There is no such change")
CHANGED_SINCE = _(
    "This was changed again since, so it cannot be undone. Undo the later change first."
)
GONE = _("What was changed is no longer there, so the change cannot be undone.")


def undo_change(actor: Actor, *, change_id: uuid.UUID) -> EntryChange:
    """Command: put back what a change replaced; returns the inverse change.

    Only the last change of a fact can be undone. `RefusedError` without the right to edit that
    agency's entry (as for a change that is not there), when the fact was changed again since,
    and for beds when places that are held now leave no room.
    """
    change = db.session.scalar(
        select(EntryChange).where(EntryChange.id == change_id).with_for_update()
    )
    if change is None or not may(actor, Right.EDIT_ENTRY, change.agency_id):
        raise refused("change", NO_CHANGE)
    if _was_followed(change):
        raise refused("change", CHANGED_SINCE)
    if change.subject_kind is Kind.POOL:
        return _undo_beds(actor, change)
    return _undo_fields(actor, change)


def _was_followed(change: EntryChange) -> bool:
    """Whether a later change touched one of the same fields."""
    later = db.session.scalars(
        select(EntryChange.after).where(
            EntryChange.subject_id == change.subject_id, EntryChange.id > change.id
        )
    )
    return any(after.keys() & change.after.keys() for after in later)


def _undo_fields(actor: Actor, change: EntryChange) -> EntryChange:
    kind, subject_id = change.subject_kind, change.subject_id
    item = item_of(actor, Right.EDIT_ENTRY, kind, subject_id, lock=True)
    if item is None:
        raise refused("change", GONE)
    is_now = plain_values(item.record, change.after)
    if _without_figures(is_now) != _without_figures(change.after):
        raise refused("change", CHANGED_SINCE)
    kept = change.checks_before
    made = put(actor, item, _values(item, change), cause=Cause.UNDO, undo_of=change.id)
    if made is None:
        raise refused("change", CHANGED_SINCE)
    restore_checks(kind, subject_id, kept)
    refresh_offers(offers_showing(kind, subject_id))
    return made


FIGURES = {"occupied", "held", "said_at", "said_by"}  # of a pool: what clerks and holds change


def _without_figures(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values, of pools their structure alone: beds are said again all the time."""
    found = dict(values)
    if found.get("pools"):
        found["pools"] = [
            {name: value for name, value in pool.items() if name not in FIGURES}
            for pool in found["pools"]
        ]
    return found


def _values(item: Item, change: EntryChange) -> dict[str, Any]:
    """The former values; who is in a pool since and what is held stays what it is."""
    values = from_plain(SHAPES[item.kind].record, change.before)
    if isinstance(item.record, OfferRecord) and "pools" in values:
        values["pools"] = with_held(item.record.pools, values["pools"])
        if to_plain(item.record.pools) != change.after["pools"]:
            values["pools"] = with_figures(item.record.pools, values["pools"])
        refuse_lost_holds(item.record.pools, values["pools"], field="change")
        refuse_overfull_offer(values["pools"], field="change")
    return values


def _undo_beds(actor: Actor, change: EntryChange) -> EntryChange:
    pool = locked_pool(change.subject_id)
    if pool is None:
        raise refused("change", GONE)
    is_now = {**bed_figures(pool), FREE: pool.free}
    if bed_figures(pool) != {k: v for k, v in change.after.items() if k != FREE}:
        raise refused("change", CHANGED_SINCE)
    before = change.before
    refuse_overfull(pool, before["occupied"], before["closed"], field="change")
    pool.occupied, pool.closed = before["occupied"], before["closed"]
    pool.said_at, pool.said_by = datetime.fromisoformat(before["said_at"]), before["said_by"]
    db.session.flush()
    after = {**bed_figures(pool), FREE: pool.free}
    replaced = Replaced(change.agency_id, Kind.POOL, pool.id, change.subject_name, is_now, after)
    made = keep_change(actor, replaced, Cause.UNDO, undo_of=change.id)
    audit_change(actor, replaced, Cause.UNDO)
    refresh_offers([pool.offer_id])
    return made
