"""Keys of programs: whose is it, and which does an agency have?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from accounts.models import ApiKey
from accounts.queries.registry import agency_stopped
from accounts.queries.who import hash_of, tier_of
from accounts.rules.keys import is_live, is_to_be_noted
from accounts.rules.rights import Scope, grant_name
from core.actors import Actor, ActorKind, Grant
from core.asking import ask_ahead, spelt_once
from core.clock import now
from core.db import db


@dataclass(frozen=True, slots=True)
class KeyShown:
    """The program behind a key that was shown, and whether it is time to note its use."""

    actor: Actor
    to_be_noted: bool


def program_behind(secret: str) -> KeyShown | None:
    """Whose key this is; None is the same for an unknown, expired and ended one, and
    for one of an agency that is suspended or closed."""
    key = ask_ahead(_shown(), hash=hash_of(secret)).one_or_none()
    moment = now()
    if key is None or not is_live(expires_at=key.expires_at, ended_at=key.ended_at, now=moment):
        return None
    grants = tuple(Grant(grant_name(Scope(scope)), key.agency_id) for scope in key.scopes)
    actor = Actor(ActorKind.KEY, key.name, tier_of(grants), id=key.id, grants=grants)
    return KeyShown(actor, is_to_be_noted(key.used_at, moment))


@lru_cache(maxsize=1)
def _shown() -> Select[*tuple[Any, ...]]:
    wanted = select(
        *(ApiKey.id, ApiKey.agency_id, ApiKey.name, ApiKey.scopes),
        *(ApiKey.expires_at, ApiKey.ended_at, ApiKey.used_at),
    )
    shown = ApiKey.secret_hash == bindparam("hash")
    return spelt_once(wanted.where(shown, ~agency_stopped(ApiKey.agency_id)))


def keys_of(agency_id: uuid.UUID) -> list[ApiKey]:
    """The keys of an agency, the youngest first; those that ended stay listed."""
    return list(
        db.session.scalars(
            select(ApiKey)
            .where(ApiKey.agency_id == agency_id)
            .order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
        )
    )
