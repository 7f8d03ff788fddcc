"""Who is it? From the token of a session to an actor with what they were given."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, bindparam, exists, func, select

from accounts.models import Account, Membership, Passkey, SignedIn
from accounts.queries.registry import agency_stopped
from accounts.rules.rights import Right, holds, must_be_strong
from accounts.rules.sessions import SEEN_EVERY, Wait, is_over, waits_for
from core.actors import Actor, ActorKind, Grant, Tier
from core.asking import ask, spelt_once
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
    found: uuid.UUID | None = ask(_opened(db.engine.dialect.name), hash=hash_of(token)).scalar()
    return found


@lru_cache(maxsize=2)
def _opened(database: str) -> Select[Any]:
    if database == "postgresql":
        return spelt_once(select(func.wall_account_of_session(bindparam("hash", type_=String()))))
    table = SignedIn.__table__
    wanted = select(table.c.account_id).where(table.c.token_hash == bindparam("hash"))
    return spelt_once(wanted.where(table.c.ended_at.is_(None)))


def who_is_present(token: str) -> Present | None:
    """Whose session it is; None for one that is unknown, ended, idle too long, or closed."""
    found = ask(_present(), hash=hash_of(token)).one_or_none()
    if found is None:
        return None
    moment = now()
    if found.closed_at is not None or is_over(found.began_at, found.seen_at, moment):
        return None
    actor = _actor(found.account_id, found.name, strong=found.strong_at is not None)
    if not actor.grants and works_somewhere(found.account_id):
        return None  # only in agencies that are suspended or closed: nobody acts in their name
    waits = None
    if not actor.strong:
        waits = _awaited(found.account_id, found.totp_sealed is not None, actor.grants)
    return Present(actor, found.id, moment - found.seen_at > SEEN_EVERY, waits)


@lru_cache(maxsize=1)
def _present() -> Select[*tuple[Any, ...]]:
    session = (SignedIn.id, SignedIn.account_id, SignedIn.began_at, SignedIn.seen_at)
    account = (Account.name, Account.closed_at, Account.totp_sealed)
    wanted = select(*session, SignedIn.strong_at, *account).join(
        Account, Account.id == SignedIn.account_id
    )
    return spelt_once(
        wanted.where(SignedIn.token_hash == bindparam("hash"), SignedIn.ended_at.is_(None))
    )


def what_is_awaited(account: Account, grants: tuple[Grant, ...]) -> Wait | None:
    """What a session of this account waits for that has not shown a second factor."""
    return _awaited(account.id, account.totp_sealed is not None, grants)


def _awaited(account_id: uuid.UUID, has_totp: bool, grants: tuple[Grant, ...]) -> Wait | None:
    has_factor = has_totp or bool(
        db.session.scalar(select(exists().where(Passkey.account_id == account_id)))
    )
    return waits_for(strong=False, must_be_strong=must_be_strong(grants), has_factor=has_factor)


def actor_of(account: Account, *, strong: bool) -> Actor:
    """An account with the roles that it holds now."""
    return _actor(account.id, account.name, strong=strong)


def _actor(account_id: uuid.UUID, name: str, *, strong: bool) -> Actor:
    grants = grants_of(account_id)
    return Actor(
        ActorKind.MEMBER, name, tier_of(grants), id=account_id, grants=grants, strong=strong
    )


def grants_of(account_id: uuid.UUID) -> tuple[Grant, ...]:
    """The roles that an account holds now; none in an agency that is suspended or closed."""
    rows = ask(_held(), account=account_id)
    return tuple(Grant(role.value, agency_id, area) for role, agency_id, area in rows)


@lru_cache(maxsize=1)
def _held() -> Select[*tuple[Any, ...]]:
    wanted = select(Membership.role, Membership.agency_id, Membership.area).where(
        Membership.account_id == bindparam("account"),
        Membership.ended_at.is_(None),
        ~agency_stopped(Membership.agency_id),  # of no agency: of none that could have stopped
    )
    return spelt_once(wanted.order_by(Membership.began_at, Membership.id))


def works_somewhere(account_id: uuid.UUID) -> bool:
    """Whether an account has a membership, be its agency suspended or not."""
    held = Membership.account_id == account_id, Membership.ended_at.is_(None)
    return bool(db.session.scalar(select(exists().where(*held))))


def tier_of(grants: tuple[Grant, ...]) -> Tier:
    """The most guarded tier of the directory that these roles see."""
    if holds(grants, Right.SEE_SECRET):
        return Tier.SECRET
    return Tier.NETWORK if holds(grants, Right.SEE_NETWORK) else Tier.PUBLIC
