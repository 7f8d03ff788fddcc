"""Sessions begin, are seen, and end."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import select, update

from accounts.commands.audit import record
from accounts.models import Account, SignedIn
from accounts.queries.who import hash_of
from core.actors import Actor
from core.clock import now
from core.db import db


def begin_session(account: Account, *, strong: bool, device: str | None = None) -> str:
    """A new session; returns the token for the browser, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    moment = now()
    db.session.add(
        SignedIn(
            token_hash=hash_of(token),
            account_id=account.id,
            began_at=moment,
            seen_at=moment,
            strong_at=moment if strong else None,
            device=device,
        )
    )
    db.session.flush()
    return token


def strengthen_session(actor: Actor, *, session_id: uuid.UUID) -> str:
    """The session has shown a second factor; returns its new token, the old one is worth nothing.

    `LookupError` for a session that has ended meanwhile.
    """
    token = secrets.token_urlsafe(32)
    done = db.session.execute(
        update(SignedIn)
        .where(SignedIn.id == session_id, SignedIn.ended_at.is_(None))
        .values(token_hash=hash_of(token), strong_at=now())
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise LookupError(session_id)
    return token


def note_presence(actor: Actor, *, session_id: uuid.UUID) -> None:
    """Command: somebody is still there."""
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(seen_at=now()))


def end_session(actor: Actor, *, session_id: uuid.UUID) -> None:
    """Command: sign out here."""
    session = db.session.get(SignedIn, session_id)
    if session is not None and session.ended_at is None:
        session.ended_at = now()
        record(actor, "session.ended", subject=("account", session.account_id))


def end_all_sessions(actor: Actor, *, account_id: uuid.UUID, but: uuid.UUID | None = None) -> int:
    """Command: sign out everywhere, `but` one session perhaps; returns how many that ended."""
    found = db.session.scalars(
        select(SignedIn).where(SignedIn.account_id == account_id, SignedIn.ended_at.is_(None))
    )
    open_ones = [session for session in found if session.id != but]
    for session in open_ones:
        session.ended_at = now()
    if open_ones:
        record(actor, "session.all_ended", subject=("account", account_id), count=len(open_ones))
    return len(open_ones)
