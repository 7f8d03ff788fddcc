"""Change a part of an entry, and say that it is still right."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from accounts.commands.audit import record
from accounts.rules.rights import Right
from agencies.commands.beds import lock_pools, refuse_places_taken_away
from agencies.commands.entries.checks import check_facts
from agencies.commands.entries.keep import Replaced, audit_change, differences, keep_change
from agencies.commands.index import refresh_offers
from agencies.commands.registry.parts import change as write_record
from agencies.commands.registry.parts import change_needs
from agencies.models import Cause, EntryChange
from agencies.models.records import plain_values
from agencies.queries.entries.own import SHAPES, Item, item_of, offers_showing
from agencies.rules.entries import PARTS, Kind, facts_of, faults
from agencies.rules.freshness import Fact
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import RefusedError, Trouble, refused
from core.i18n import _

NO_ENTRY = _("There is no such entry")
NOT_EDITABLE = _("This cannot be changed here")
CHANGED_MEANWHILE = _(
    "Somebody else changed this meanwhile. What is there now is shown beside it: compare, then save"
    " again."
)


def fingerprint(item: Item, names: Iterable[str]) -> str:
    """What some fields of an item said when a form was opened, as a short text."""
    said = json.dumps(plain_values(item.record, sorted(names)), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def change_entry(
    actor: Actor,
    *,
    kind: Kind,
    subject_id: uuid.UUID,
    news: Mapping[str, Any],
    seen: str | None = None,
) -> EntryChange | None:
    """Command: fields of an own agency, service or offer say something else from now on.

    `news` are values as its record holds them, of the fields in `rules.entries.PARTS` alone;
    `seen` is the fingerprint of what the editor saw. Whoever saves a part also confirms it, so
    it counts as checked now; None when nothing differs. `RefusedError` without the right (as for
    what is not there), for what cannot be right, and when somebody else was quicker.
    """
    if "pools" in news:
        lock_pools(subject_id)  # before the offer, as whoever says beds does
    item = item_of(actor, Right.EDIT_ENTRY, kind, subject_id, lock=True)
    if item is None:
        raise refused("entry", NO_ENTRY)
    editable = {name for (of, _fact), names in PARTS.items() if of is kind for name in names}
    if not news or news.keys() - editable:
        raise refused("entry", NOT_EDITABLE)
    if seen is not None and seen != fingerprint(item, news):
        raise refused("entry", CHANGED_MEANWHILE)
    if "pools" in news:
        # A place may have been held since the form was opened: holds are not the editor's to say.
        held = {pool.id: pool.held for pool in item.record.pools}
        pools = tuple(replace(pool, held=held.get(pool.id, 0)) for pool in news["pools"])
        refuse_places_taken_away(item.record.pools, pools)
        news = {**news, "pools": pools}
    made = put(actor, item, news, cause=Cause.EDIT)
    # Whoever says which pools there are says nothing of who is in them: beds keep their date.
    check_facts(actor, kind, subject_id, facts_of(kind, news) - {Fact.BEDS})
    refresh_offers(offers_showing(kind, subject_id))
    return made


def put(
    actor: Actor,
    item: Item,
    news: Mapping[str, Any],
    *,
    cause: Cause,
    undo_of: uuid.UUID | None = None,
) -> EntryChange | None:
    """Write what differs and keep the change; the caller sees to rights, checks and find."""
    wanted = replace(item.record, **news)
    wrong = faults(item.kind, plain_values(wanted, news.keys() | _compared(item.kind)))
    troubles = [Trouble(name, text) for name, text in wrong.items() if name in news]
    if troubles:
        raise RefusedError(*troubles)
    before, after = differences(item.record, wanted)
    if not after:
        return None
    replaced = Replaced(item.agency_id, item.kind, item.id, item.name, before, after)
    made = keep_change(actor, replaced, cause, undo_of=undo_of)
    audit_change(actor, replaced, cause)
    write_record(SHAPES[item.kind].model, item.id, item.record, wanted, changed_at=now())
    if "needs" in after:
        change_needs(item.id, wanted.needs)
    db.session.expire_all()  # rows were written beside the session
    return made


def _compared(kind: Kind) -> frozenset[str]:
    """The fields that `faults` looks at, whichever of them are new."""
    if kind is Kind.SERVICE:
        return frozenset({"name", "needs", "minimum_age", "maximum_age"})
    return frozenset({"name"}) if kind is Kind.AGENCY else frozenset()


def confirm_fact(actor: Actor, *, kind: Kind, subject_id: uuid.UUID, fact: Fact) -> None:
    """Command: somebody of the agency says that a fact is still right.

    `RefusedError` without the right, as for what is not there, and for a fact that an agency,
    service or offer does not have; beds are said, not confirmed.
    """
    item = item_of(actor, Right.EDIT_ENTRY, kind, subject_id, lock=True)
    if item is None or (kind, fact) not in PARTS or fact is Fact.BEDS:
        raise refused("entry", NO_ENTRY)
    check_facts(actor, kind, subject_id, [fact])
    record(
        actor,
        "fact.confirmed",
        agency_id=item.agency_id,
        subject=(kind.value, subject_id),
        fact=fact.value,
    )
    refresh_offers(offers_showing(kind, subject_id))
