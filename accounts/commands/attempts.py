"""Attempts to prove who one is: counted before they are judged, so that none slips through."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from accounts.commands.audit import record
from accounts.models import SignInAttempt
from accounts.queries.attempts import Source, counting_key, held_back_until, times_since
from accounts.rules.throttle import LOOKED_AT
from core.actors import Actor
from core.clock import now
from core.db import db
from core.ids import new_id

KEPT = timedelta(days=1)


class HeldBackError(Exception):
    """Too many wrong attempts; `until` says when the next one is free."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def start_attempt(actor: Actor, *, source: Source) -> uuid.UUID:
    """Command: count an attempt as wrong until it is known to be right; returns its id.

    `HeldBackError` when it must wait. Many at once are counted one after the other, because the
    row is there before the password is looked at.
    """
    until = held_back_until(source)
    if until is not None:
        raise HeldBackError(until)
    attempt = SignInAttempt(
        id=new_id(),
        account_key=source.account_key,
        address_key=source.address_key,
        at=now(),
        succeeded=False,
    )
    db.session.add(attempt)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now() - KEPT))
    db.session.flush()
    return attempt.id


def count_within_hour(limits: Mapping[str, int]) -> bool:
    """Part of commands: count something that may be done so often an hour, such as sending a code.

    For each key its limit; False, and nothing is counted, when one is reached. Whoever calls holds
    a lock, so that many at once are counted one after the other.
    """
    moment = now()
    hashes = {counting_key(what): most for what, most in limits.items()}
    if any(times_since(key, moment - LOOKED_AT) >= most for key, most in hashes.items()):
        return False
    for key in hashes:
        db.session.add(
            # No wrong attempt: it keeps nobody from signing in.
            SignInAttempt(id=new_id(), account_key=key, address_key=key, at=moment, succeeded=True)
        )
    db.session.flush()
    return True


def mark_right(attempt_id: uuid.UUID | None) -> None:
    """The attempt was right after all; part of other commands."""
    db.session.execute(
        update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True)
    )


def note_failure(actor: Actor, *, account_id: uuid.UUID | None, way: str) -> None:
    """Command: write down a wrong attempt. `way` is password, code, recovery code or passkey."""
    subject = ("account", account_id) if account_id else None
    record(actor, "sign_in.failed", subject=subject, way=way)


def note_right(actor: Actor, *, attempt_id: uuid.UUID) -> None:
    """Command: a password that was asked for again was right."""
    mark_right(attempt_id)
