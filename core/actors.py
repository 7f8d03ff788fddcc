"""Who acts. Every command takes an actor first, so that no change is ever anybody's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ActorKind(StrEnum):
    """What kind of actor."""

    OPERATOR = "operator"  # whoever has a shell on the server
    VISITOR = "visitor"  # somebody without an account
    SYSTEM = "system"  # the worker process
    MEMBER = "member"  # somebody who is signed in
    KEY = "key"  # a program of an agency, by its API key


class Tier(IntEnum):
    """How guarded an entry of the directory is; higher is more guarded (design: three tiers)."""

    PUBLIC = 0
    NETWORK = 1
    SECRET = 2

    @classmethod
    def named(cls, name: str) -> Tier:
        """The tier of that name; `KeyError` for another word."""
        return cls[name.upper()]

    @property
    def word(self) -> str:
        """The name in lower case, as files and the API spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds: in an agency, for an area (a district's code), or everywhere."""

    role: str  # of accounts.rules.rights.Role
    agency_id: uuid.UUID | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: the most guarded tier that they may see, and what they were given.

    `id` is the account's or the API key's; `strong` says that a second factor was shown in this
    session. What the grants allow is said by `accounts.rules.rights` and nowhere else.
    """

    kind: ActorKind
    name: str
    sees: Tier = Tier.PUBLIC
    id: uuid.UUID | None = None
    grants: tuple[Grant, ...] = ()
    strong: bool = False

    @property
    def account_id(self) -> uuid.UUID | None:
        """The account, for columns that name one; None for a program and for the worker."""
        return self.id if self.kind is ActorKind.MEMBER else None

    @property
    def may_write(self) -> bool:
        """Whether they may write about a person: people with their second factor; a program, which
        has none, by its key. What a program writes it cannot read again."""
        return self.strong or self.kind is ActorKind.KEY

    @property
    def agencies(self) -> frozenset[uuid.UUID]:
        """The agencies in which they hold any role."""
        return frozenset(grant.agency_id for grant in self.grants if grant.agency_id)


OPERATOR = Actor(ActorKind.OPERATOR, "operator", Tier.SECRET)
SYSTEM = Actor(ActorKind.SYSTEM, "worker", Tier.SECRET)


def visitor(sees: Tier) -> Actor:
    """Somebody without an account, who sees up to the given tier."""
    return Actor(ActorKind.VISITOR, "visitor", sees)
