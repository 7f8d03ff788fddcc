"""Who acts. Every command takes an actor first, so that no change is ever anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ActorKind(StrEnum):
    """What kind of actor."""

    OPERATOR = "operator"  # whoever has a shell on the server
    VISITOR = "visitor"  # somebody without an account
    SYSTEM = "system"  # the worker process


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
class Actor:
    """Somebody who acts, and the most guarded tier that they may see."""

    kind: ActorKind
    name: str
    sees: Tier = Tier.PUBLIC


OPERATOR = Actor(ActorKind.OPERATOR, "operator", Tier.SECRET)
SYSTEM = Actor(ActorKind.SYSTEM, "worker", Tier.SECRET)


def visitor(sees: Tier) -> Actor:
    """Somebody without an account, who sees up to the given tier."""
    return Actor(ActorKind.VISITOR, "visitor", sees)
