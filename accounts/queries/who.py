"""Who is it? From the token of a session to an actor with what they were given."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from accounts.models import Account, Membership, Passkey, SignedIn
from accounts.queries.registry import agencies_stopped
from accounts.rules.rights import Right, holds, must_be_strong
from accounts.rules.sessions import SEEN_EVERY, Wait, is_over, waits_for
from core.actors import Actor, ActorKind, Grant, Tier
from core.clock import now
from core.db import db


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is signed in, by which session, and whether it is time to note that they are."""

    actor: Actor
    session_id: uuid.UUID
    to_be_noted: bool
    waits: Wait | None = None  # for a second factor; until then nothing may be done

    @property
    def account_id(self) -> uuid.UUID:
        """Whose session it is."""
        assert self.actor.id is not None
        return self.actor.id


def hash_of(token: str) -> str:
    """What we keep of a token. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_of_session(token: str) -> uuid.UUID | None:
    """Whose session a token opens, asked before anybody can know who it is.

    On PostgreSQL a function of the database crosses its walls for this one question.
    """
    if db.engine.dialect.name == "postgresql":
        return db.session.scalar(select(func.wall_account_of_session(hash_of(token))))
    table = SignedIn.__table__
    wanted = select(table.c.account_id).where(
        table.c.token_hash == hash_of(token), table.c.ended_at.is_(None)
    )
    return db.session.scalar(wanted)


def who_is_present(token: str) -> Present | None:
    """Whose session it is; None for one that is unknown, ended, idle too long, or closed."""
    found = db.session.execute(
        select(SignedIn, Account)
        .join(Account, Account.id == SignedIn.account_id)
        .where(SignedIn.token_hash == hash_of(token), SignedIn.ended_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    session, account = found
    moment = now()
    if account.closed_at is not None or is_over(session.began_at, session.seen_at, moment):
        return None
    actor = actor_of(account, strong=session.strong_at is not None)
    if not actor.grants and works_somewhere(account.id):
        return None  # only in agencies that are suspended or closed: nobody acts in their name
    waits = None if actor.strong else what_is_awaited(account, actor.grants)
    return Present(actor, session.id, moment - session.seen_at > SEEN_EVERY, waits)


def what_is_awaited(account: Account, grants: tuple[Grant, ...]) -> Wait | None:
    """What a session of this account waits for that has not shown a second factor."""
    has_factor = account.totp_sealed is not None or bool(
        db.session.scalar(select(exists().where(Passkey.account_id == account.id)))
    )
    return waits_for(strong=False, must_be_strong=must_be_strong(grants), has_factor=has_factor)


def actor_of(account: Account, *, strong: bool) -> Actor:
    """An account with the roles that it holds now."""
    grants = grants_of(account.id)
    return Actor(
        ActorKind.MEMBER, account.name, tier_of(grants), id=account.id, grants=grants, strong=strong
    )


def grants_of(account_id: uuid.UUID) -> tuple[Grant, ...]:
    """The roles that an account holds now; none in an agency that is suspended or closed."""
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .order_by(Membership.began_at, Membership.id)
    )
    held = [Grant(row.role.value, row.agency_id, row.area) for row in rows]
    stopped = agencies_stopped({grant.agency_id for grant in held if grant.agency_id})
    return tuple(grant for grant in held if grant.agency_id not in stopped)


def works_somewhere(account_id: uuid.UUID) -> bool:
    """Whether an account has a membership, be its agency suspended or not."""
    held = Membership.account_id == account_id, Membership.ended_at.is_(None)
    return bool(db.session.scalar(select(exists().where(*held))))


def tier_of(grants: tuple[Grant, ...]) -> Tier:
    """The most guarded tier of the directory that these roles see."""
    if holds(grants, Right.SEE_SECRET):
        return Tier.SECRET
    return Tier.NETWORK if holds(grants, Right.SEE_NETWORK) else Tier.PUBLIC
