"""Invitations by their token."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select

from accounts.models import Invitation
from accounts.queries.who import hash_of
from accounts.rules.invitations import is_open
from core.clock import now
from core.db import db


def invitation_behind(token: str) -> Invitation | None:
    """The invitation that this token opens now. None is the same for an unknown, used, expired
    and withdrawn one.
    """
    return _if_open(db.session.scalar(_by_token(token)))


def locked_invitation(token: str) -> Invitation | None:
    """The same, and nobody else takes it up until this transaction ends."""
    locked = _by_token(token).with_for_update().execution_options(populate_existing=True)
    return _if_open(db.session.scalar(locked))


def _by_token(token: str) -> Select[Invitation]:
    return select(Invitation).where(Invitation.token_hash == hash_of(token))


def _if_open(found: Invitation | None) -> Invitation | None:
    if found is None or not is_open(
        expires_at=found.expires_at,
        used_at=found.used_at,
        withdrawn_at=found.withdrawn_at,
        now=now(),
    ):
        return None
    return found


def last_invitation(agency_id: uuid.UUID, email: str) -> Invitation | None:
    """The youngest invitation of an address into an agency, in whatever state."""
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.agency_id == agency_id, Invitation.email == email)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1)
    )
