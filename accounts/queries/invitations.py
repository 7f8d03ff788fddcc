"""Invitations by their token, and whose they are to give."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, select

from accounts.models import Invitation
from accounts.queries.staff import where_in
from accounts.queries.who import hash_of
from accounts.rules.invitations import Where, is_open, may_invite, may_invite_somebody
from accounts.rules.rights import Role
from core.actors import Actor, ActorKind
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


def may_give(actor: Actor, roles: Iterable[Role], where: Where) -> bool:
    """Whether all these roles are the actor's to give there; with none, whether any is."""
    wanted = tuple(roles)
    if actor.kind is ActorKind.OPERATOR:
        return True
    if not wanted:
        return may_invite_somebody(actor.grants, where, strong=actor.strong)
    return all(may_invite(actor.grants, role, where, strong=actor.strong) for role in wanted)


def may_send_again(actor: Actor, row: Invitation) -> bool:
    """Whether the actor could invite so today."""
    where = where_in(row.agency_id) if row.agency_id else Where(area=row.area)
    return where is not None and may_give(actor, [Role(role) for role in row.roles], where)


def may_withdraw(actor: Actor, row: Invitation) -> bool:
    """Who could invite so may withdraw, and whoever sent it."""
    sent_it = actor.id is not None and row.invited_by == actor.id
    return sent_it or may_send_again(actor, row)
