"""Signing in: a session for who proved it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from accounts.commands.attempts import mark_right
from accounts.commands.audit import record
from accounts.commands.sessions import begin_session, end_session
from accounts.models import Account
from accounts.queries.who import actor_of, what_is_awaited
from accounts.rules.sessions import Wait
from core.actors import Actor
from core.db import db


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that has begun: the browser's token, what it waits for, the person's language,
    and who it is."""

    token: str
    waits: Wait | None
    language: str | None
    actor: Actor


def sign_in(
    actor: Actor,
    *,
    account_id: uuid.UUID,
    way: str,
    strong: bool = False,
    attempt_id: uuid.UUID | None = None,
    new_hash: str | None = None,
    device: str | None = None,
    instead_of: uuid.UUID | None = None,
) -> Begun:
    """Command: begin a session for an account that was proved.

    `way` is password, passkey or sample; `instead_of` is the session that this browser had;
    `new_hash` replaces a password hash of yesterday's parameters. `LookupError` when the account
    was closed meanwhile.
    """
    account = db.session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        raise LookupError(account_id)
    who = actor_of(account, strong=strong)
    mark_right(attempt_id)
    if new_hash:
        account.password_hash = new_hash
    if instead_of:
        end_session(who, session_id=instead_of)
    token = begin_session(account, strong=strong, device=device)
    record(who, "sign_in.succeeded", subject=("account", account.id), way=way)
    waits = None if strong else what_is_awaited(account, who.grants)
    return Begun(token, waits, account.language, who)
