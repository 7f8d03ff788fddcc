"""What accounts must know of agencies and places, and who tells it: the registry, a room above.

The registry registers itself at start; here are only the questions.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

AgencyColumn = InstrumentedAttribute[uuid.UUID] | InstrumentedAttribute[uuid.UUID | None]


@dataclass(frozen=True, slots=True)
class KnownAgency:
    """An agency by its id: its name, and the codes of the areas in which its places lie."""

    id: uuid.UUID
    name: str
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """The answers: an agency by id; an area's name by code; areas that typed words may mean; and
    the condition in which an agency no longer works with the network: suspended, or closed for
    good.
    """

    agency: Callable[[uuid.UUID], KnownAgency | None]
    area_name: Callable[[str], str]
    areas_meant: Callable[[str], list[tuple[str, str]]]
    stopped: Callable[[AgencyColumn], ColumnElement[bool]]


_registered: list[Registry] = []


def register_registry(registry: Registry) -> None:
    """Say who answers; the last word counts."""
    _registered[:] = [registry]


def agency_known(agency_id: uuid.UUID) -> KnownAgency | None:
    """The agency, or None when there is none of that id."""
    return _registered[0].agency(agency_id)


def agency_stopped(agency_id: AgencyColumn) -> ColumnElement[bool]:
    """That nobody may act any more in the name of the agency which a column holds.

    A condition, so that who shows a key or a cookie is found by one question.
    """
    return _registered[0].stopped(agency_id)


def area_name(code: str) -> str:
    """What people call an area; its code where the gazetteer does not know it."""
    return _registered[0].area_name(code)


def areas_meant(typed: str) -> list[tuple[str, str]]:
    """Code and full name of the areas that a typed name may mean; one: that is the one."""
    return _registered[0].areas_meant(typed)
