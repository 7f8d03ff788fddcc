"""Passkeys (WebAuthn): asked, added, used, removed."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.commands.attempts import mark_right
from accounts.commands.audit import record
from accounts.commands.sessions import strengthen_session
from accounts.models import Passkey, PasskeyChallenge
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import _
from core.ids import new_id

ANSWER_WITHIN = timedelta(minutes=5)
CHALLENGE_BYTES = 32
LONGEST_NAME = 60
MOST_PASSKEYS = 20


def ask(
    actor: Actor, *, purpose: str, account_id: uuid.UUID | None = None
) -> tuple[uuid.UUID, bytes]:
    """Command: a new question; returns its id and the bytes to be signed."""
    db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now()))
    row = PasskeyChallenge(
        id=new_id(),
        account_id=account_id,
        purpose=purpose,
        challenge=secrets.token_bytes(CHALLENGE_BYTES),
        expires_at=now() + ANSWER_WITHIN,
    )
    db.session.add(row)
    db.session.flush()
    return row.id, row.challenge


def take_question(
    actor: Actor, *, question_id: uuid.UUID, purpose: str, account_id: uuid.UUID | None = None
) -> bytes | None:
    """Command: the bytes of a question that was put to them for this purpose, once; else None."""
    row = db.session.scalars(
        select(PasskeyChallenge).where(PasskeyChallenge.id == question_id).with_for_update()
    ).one_or_none()
    if row is None or (row.purpose, row.account_id) != (purpose, account_id):
        return None
    challenge, late = row.challenge, row.expires_at < now()
    db.session.delete(row)
    return None if late else challenge


def add_passkey(
    actor: Actor,
    *,
    account_id: uuid.UUID,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    session_id: uuid.UUID,
) -> str:
    """Command: a passkey that was just made counts; returns the session's new token.

    Refused on `passkey` when it is known already, or there are too many.
    """
    own = db.session.scalars(select(Passkey.id).where(Passkey.account_id == account_id)).all()
    if len(own) >= MOST_PASSKEYS:
        raise refused("passkey", _("There are too many passkeys. Remove one first."))
    db.session.add(
        Passkey(
            account_id=account_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name[:LONGEST_NAME],
            created_at=now(),
        )
    )
    try:
        db.session.flush()
    except IntegrityError as known:  # to whom it belongs, nobody can see who is not them
        raise refused("passkey", _("This passkey is known already.")) from known
    record(actor, "factor.enrolled", subject=("account", account_id), factor="passkey")
    return strengthen_session(actor, session_id=session_id)


def note_passkey_used(
    actor: Actor, *, passkey_id: uuid.UUID, sign_count: int, attempt_id: uuid.UUID | None = None
) -> None:
    """Command: a passkey has signed; its counter goes on."""
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None:
        raise LookupError(passkey_id)
    passkey.sign_count, passkey.used_at = sign_count, now()
    mark_right(attempt_id)
    record(actor, "factor.used", subject=("account", passkey.account_id), factor="passkey")


def use_passkey(
    actor: Actor,
    *,
    passkey_id: uuid.UUID,
    sign_count: int,
    session_id: uuid.UUID,
    attempt_id: uuid.UUID,
) -> str:
    """Command: a passkey was shown as second factor; returns the session's new token."""
    note_passkey_used(actor, passkey_id=passkey_id, sign_count=sign_count, attempt_id=attempt_id)
    return strengthen_session(actor, session_id=session_id)


def remove_passkey(actor: Actor, *, account_id: uuid.UUID, passkey_id: uuid.UUID) -> bool:
    """Command: an own passkey counts no longer; False when there is none of that id."""
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None or passkey.account_id != account_id:
        return False
    db.session.delete(passkey)
    record(actor, "factor.removed", subject=("account", account_id), factor="passkey")
    return True
