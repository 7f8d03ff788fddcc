"""On whose behalf the database is asked: what the walls around rows need to know of an actor.

Doors set it (`accounts.current`); outside a request it is the operator, who has a shell on the
server. A request in which nobody said anything is a visitor's, who sees no row of anybody.
"""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from flask import has_request_context

from core.actors import ActorKind


@dataclass(frozen=True, slots=True)
class Bearing:
    """What the walls ask about: who, of which agencies, of the whole network or not.

    `crossing` is a named purpose for which a wall may be crossed, such as signing in, when
    nobody can know yet who it is.
    """

    kind: ActorKind
    id: uuid.UUID | None = None
    agencies: frozenset[uuid.UUID] = frozenset()
    wide: bool = False
    crossing: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether no wall stands for them: the operator and the worker process."""
        return self.kind in (ActorKind.OPERATOR, ActorKind.SYSTEM)


OPERATOR = Bearing(ActorKind.OPERATOR)
NOBODY = Bearing(ActorKind.VISITOR)

_bearing: ContextVar[Bearing | None] = ContextVar("rujukan_bearing", default=None)


def bearing() -> Bearing:
    """On whose behalf the database is asked now."""
    found = _bearing.get()
    if found is not None:
        return found
    return NOBODY if has_request_context() else OPERATOR


def take(wanted: Bearing | None) -> None:
    """Ask on somebody's behalf from now on; None: on nobody's in particular."""
    _bearing.set(wanted)


def settings_of(whom: Bearing) -> dict[str, str]:
    """The settings of a PostgreSQL transaction that its policies read."""
    return {
        "rujukan.kind": whom.kind.value,
        "rujukan.actor": str(whom.id or ""),
        "rujukan.agencies": ",".join(sorted(map(str, whom.agencies))),
        "rujukan.wide": "on" if whom.wide else "off",
        "rujukan.crossing": whom.crossing or "",
    }


# Tells the open transaction, as `set_local` does, by a statement that can be prepared.
TELL = "SELECT " + ", ".join(
    f"set_config('{name}', ${number}, true)" for number, name in enumerate(settings_of(NOBODY), 1)
)


@lru_cache(maxsize=1000)
def values_of(whom: Bearing) -> list[str]:
    """The values that `TELL` sets."""
    return list(settings_of(whom).values())


def set_local(whom: Bearing, told: Bearing | None = None) -> str:
    """The statements that tell a PostgreSQL transaction; they end with it.

    `told`: what it was told last, so that only what is otherwise is said.
    """
    return _spelt("SET LOCAL", whom, told)


def set_for_good(whom: Bearing, told: Bearing | None = None) -> str:
    """The same for a connection that is in no transaction, until it is told otherwise."""
    return _spelt("SET SESSION", whom, told)


@lru_cache(maxsize=1000)
def _spelt(word: str, whom: Bearing, told: Bearing | None) -> str:
    known = settings_of(told) if told is not None else {}
    # Ids, words of an enum and of our own code: nothing that anybody typed.
    return "; ".join(
        f"{word} {name} = '{value}'"
        for name, value in settings_of(whom).items()
        if known.get(name) != value
    )
