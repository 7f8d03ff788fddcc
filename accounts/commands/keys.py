"""Keys of programs: made and shown once, used, ended."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update

from accounts.commands.audit import record
from accounts.models import ApiKey
from accounts.queries.who import hash_of
from accounts.rules.keys import LONGEST_LIFE, PREFIX, SHOWN
from accounts.rules.rights import Right, Scope, holds_for
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.text import one_line

NO_NAME = _("Give the key a name, in at most 60 letters: which program is it for?")
NO_SCOPE = _("Choose what the key is for")
WRONG_LIFE = _("A key lives from 1 to 365 days")
LONGEST_NAME = 60


def make_key(
    actor: Actor, *, agency_id: uuid.UUID, name: str, scopes: Iterable[Scope], days: int
) -> str:
    """Command: a key of an agency for so many days; returns it, and it is kept nowhere.

    `HiddenError` for whoever may not manage the agency's keys or did not show a second factor,
    `RefusedError` for no name, no scope, or a life outside 1 to 365 days.
    """
    _check(actor, agency_id)
    given = one_line(name)
    wanted = sorted({scope.value for scope in scopes})
    if not 0 < len(given) <= LONGEST_NAME:
        raise refused("name", NO_NAME)
    if not wanted:
        raise refused("scopes", NO_SCOPE)
    if not 1 <= days <= LONGEST_LIFE.days:
        raise refused("days", WRONG_LIFE)
    assert actor.id is not None  # whoever holds the right has an account
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        agency_id=agency_id,
        name=given,
        start=secret[:SHOWN],
        secret_hash=hash_of(secret),
        scopes=wanted,
        created_by=actor.id,
        created_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(key)
    db.session.flush()
    record(
        actor, "key.made", agency_id=agency_id, subject=("key", key.id), scopes=wanted, days=days
    )
    return secret


def end_key(actor: Actor, *, key_id: uuid.UUID) -> None:
    """Command: a key opens nothing any more. `HiddenError` as for `make_key`."""
    key = db.session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise HiddenError
    _check(actor, key.agency_id)
    _end(actor, key)


def end_keys_by(actor: Actor, *, account_id: uuid.UUID, agency_id: uuid.UUID) -> None:
    """Command: the keys that somebody who left made for an agency end."""
    made = select(ApiKey).where(
        ApiKey.created_by == account_id, ApiKey.agency_id == agency_id, ApiKey.ended_at.is_(None)
    )
    for key in db.session.scalars(made.order_by(ApiKey.id).with_for_update()):
        _end(actor, key)


def note_key_use(actor: Actor) -> None:
    """Command: a key was used just now. No row in the audit: what is done with it has its own."""
    db.session.execute(update(ApiKey).where(ApiKey.id == actor.id).values(used_at=now()))


def _check(actor: Actor, agency_id: uuid.UUID) -> None:
    allowed = (
        actor.kind is ActorKind.MEMBER
        and actor.strong
        and holds_for(actor.grants, Right.MANAGE_KEYS, agency_id=agency_id)
    )
    if not allowed:
        raise HiddenError


def _end(actor: Actor, key: ApiKey) -> None:
    if key.ended_at is None:
        key.ended_at = now()
        record(actor, "key.ended", agency_id=key.agency_id, subject=("key", key.id))
