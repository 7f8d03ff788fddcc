"""What people change of their own account, and what the operator may do for them."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from accounts.commands.audit import record
from accounts.commands.factors import remove_all_factors
from accounts.commands.sessions import end_all_sessions
from accounts.models import Account, Invitation
from accounts.queries.proof import account_named
from accounts.queries.who import hash_of
from accounts.rules.rights import Role
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import LANGUAGES, _

LINK_LASTS = timedelta(days=7)
LONGEST_NAME = 120


def change_profile(actor: Actor, *, account_id: uuid.UUID, name: str, language: str | None) -> None:
    """Command: the name that others see, and the language. Refused on `name`."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise refused(
            "name", _("A name has %(least)s to %(most)s letters"), least=2, most=LONGEST_NAME
        )
    account = db.session.get_one(Account, account_id)
    account.name = name
    account.language = language if language in LANGUAGES else None
    record(actor, "account.changed", subject=("account", account_id))


def change_password(
    actor: Actor, *, account_id: uuid.UUID, new_hash: str, session_id: uuid.UUID
) -> int:
    """Command: a new password; every other session ends. Returns how many did."""
    db.session.get_one(Account, account_id).password_hash = new_hash
    record(actor, "password.changed", subject=("account", account_id))
    return end_all_sessions(actor, account_id=account_id, but=session_id)


def invite_administrator(actor: Actor, *, email: str) -> str:
    """Command: the operator's link that makes somebody an administrator; returns its token.

    Refused on `email` when that is no address. `PermissionError` for anybody but the operator.
    """
    _operator_only(actor)
    address = email.strip().lower()
    if "@" not in address[1:-1] or any(sign.isspace() for sign in address):
        raise refused("email", _("This is not an e-mail address"))
    return _invite(actor, address, [Role.ADMINISTRATOR.value])


def reset_account(actor: Actor, *, email: str) -> str:
    """Command: the operator lets somebody begin anew; returns the token of a link.

    Ends their sessions, takes password and second factors away. `LookupError` for an unknown
    address, `PermissionError` for anybody but the operator.
    """
    _operator_only(actor)
    account = account_named(email)
    if account is None:
        raise LookupError(email)
    end_all_sessions(actor, account_id=account.id)
    remove_all_factors(actor, account_id=account.id)
    account.password_hash = None
    record(actor, "account.reset", subject=("account", account.id))
    return _invite(actor, account.email, [])


def _operator_only(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise PermissionError(actor.kind)


def _invite(actor: Actor, email: str, roles: list[str]) -> str:
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=hash_of(token),
        email=email,
        roles=roles,
        invited_by=actor.id,
        created_at=now(),
        expires_at=now() + LINK_LASTS,
    )
    db.session.add(invitation)
    db.session.flush()
    record(actor, "invitation.made", subject=("invitation", invitation.id), roles=roles)
    return token
