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


def note_presence(actor: Actor, *, session_id: uuid.UUID) -> None:
    """Command: somebody is still there."""
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(seen_at=now()))


def end_session(actor: Actor, *, session_id: uuid.UUID) -> None:
    """Command: sign out here."""
    session = db.session.get(SignedIn, session_id)
    if session is not None and session.ended_at is None:
        session.ended_at = now()
        record(actor, "session.ended", subject=("account", session.account_id))


def end_all_sessions(actor: Actor, *, account_id: uuid.UUID) -> int:
    """Command: sign out everywhere; returns how many sessions that ended."""
    open_ones = db.session.scalars(
        select(SignedIn).where(SignedIn.account_id == account_id, SignedIn.ended_at.is_(None))
    ).all()
    for session in open_ones:
        session.ended_at = now()
    if open_ones:
        record(actor, "session.all_ended", subject=("account", account_id), count=len(open_ones))
    return len(open_ones)
