"""Who looks at a walled row, as the conditions of `core/walls.py` need it.

Twice: as somebody in this process, and as a PostgreSQL policy reads the transaction's settings.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    Uuid,
    any_,
    bindparam,
    false,
    func,
    true,
)
from sqlalchemy.orm import Mapper

from core.bearing import Bearing, bearing


class Columns:
    """The columns of a walled table by name: of the table itself, or of its mapped class.

    Only those of the class follow it when a statement speaks of it by another name.
    """

    def __init__(self, columns: Any) -> None:
        self.c = columns

    @classmethod
    def of_class(cls, mapper: Mapper[Any]) -> Columns:
        """The columns as attributes of the mapped class."""
        return cls({p.columns[0].name: p.class_attribute for p in mapper.column_attrs})


class Sight:
    """Who looks, as the conditions need it: here as somebody with a bearing like `whom`.

    The conditions hold whether there is an actor, and not which: ids are asked of the bearing when
    a statement is executed. So they are made once for each kind of bearing (making them for each
    statement took most of the time of a request), and everybody's statements are compiled once.
    """

    def __init__(self, whom: Bearing) -> None:
        self._whom = whom

    def is_actor(self, column: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
        """The column holds the actor's id."""
        return column == _ACTOR if self._whom.id else false()

    def in_agencies(self, column: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
        """The column holds one of the actor's agencies."""
        return column.in_(_AGENCIES) if self._whom.agencies else false()

    def in_chains(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """The column holds the audit chain of one of the actor's agencies."""
        return column.in_(_CHAINS) if self._whom.agencies else false()

    def is_wide(self) -> ColumnElement[bool]:
        """The actor's roles reach beyond agencies."""
        return true() if self._whom.wide else false()

    def crosses(self, names: tuple[str, ...]) -> ColumnElement[bool]:
        """One of these named crossings is under way."""
        return true() if self._whom.crossing in names else false()


def _own_chains() -> list[str]:
    return sorted(agency.hex for agency in bearing().agencies)


# Each is one value of a statement, however often its conditions speak of it.
_ACTOR: BindParameter[Any] = bindparam("wall_actor", callable_=lambda: bearing().id, type_=Uuid())
_AGENCIES: BindParameter[Any] = bindparam(
    "wall_agencies", callable_=lambda: sorted(bearing().agencies), type_=Uuid(), expanding=True
)
_CHAINS: BindParameter[Any] = bindparam(
    "wall_chains", callable_=_own_chains, type_=String(), expanding=True
)


class PolicySight(Sight):
    """Who looks, as a PostgreSQL policy reads it from the transaction's settings."""

    def __init__(self) -> None:
        """Nothing is known beforehand."""

    def is_actor(self, column: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
        return column == func.wall_actor()

    def in_agencies(self, column: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
        return column == any_(func.wall_agencies())

    def in_chains(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return column == any_(func.wall_chains())

    def is_wide(self) -> ColumnElement[bool]:
        return func.wall_wide()

    def crosses(self, names: tuple[str, ...]) -> ColumnElement[bool]:
        return func.wall_crossing().in_(names)
