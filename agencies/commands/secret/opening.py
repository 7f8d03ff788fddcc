"""Open the address of a secret place: the only way to it, and every use is in the audit."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from accounts.commands.audit import record
from accounts.commands.turnstile import come_in_turn
from accounts.rules.rights import Right
from agencies.commands.secret.places import Exact, bound_to, key_name
from agencies.models import SealedPlace
from agencies.queries.secret.guarded import OPENED, openings_lately, owned_place
from core.actors import Actor
from core.crypto import unseal
from core.db import db
from core.rekeying import opened_with


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sealed; or that this person opened too many within the hour."""

    agency_name: str
    exact: Exact | None
    sealed_at: datetime | None
    too_many: bool = False


def open_address(actor: Actor, *, location_id: uuid.UUID, most: int) -> Opened:
    """Command: open a sealed address, `most` times an hour for one person.

    `PermissionError` for a place that is not there, has nothing sealed, is another agency's, or
    without the right and a strong session.
    """
    owned = owned_place(actor, location_id, Right.OPEN_ADDRESS)
    row = db.session.get(SealedPlace, location_id) if owned else None
    if owned is None or row is None:
        raise PermissionError
    subject = ("location", location_id)
    come_in_turn(actor.id)
    if openings_lately(actor) >= most:
        record(actor, "address.not_opened", agency_id=owned.agency_id, subject=subject, most=most)
        return Opened(owned.agency_name, None, None, too_many=True)
    # The row is in the audit before anything is opened, in one transaction with nothing to lose.
    record(actor, OPENED, agency_id=owned.agency_id, subject=subject)
    sealed = row.sealed
    plain = opened_with(
        key_name(location_id), lambda key: unseal(key, sealed, bound_to(location_id))
    )
    return Opened(owned.agency_name, Exact(**json.loads(plain)), row.sealed_at)
