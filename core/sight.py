"""Who looks at a walled row, as the conditions of `core/walls.py` need it.

Twice: as somebody in this process, and as a PostgreSQL policy reads the transaction's settings.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, any_, bindparam, false, func, true
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
        return column == _asked(column, lambda: bearing().id) if self._whom.id else false()

    def in_agencies(self, column: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
        """The column holds one of the actor's agencies."""
        if not self._whom.agencies:
            return false()
        return column.in_(_asked(column, lambda: sorted(bearing().agencies), many=True))

    def in_chains(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """The column holds the audit chain of one of the actor's agencies."""
        if not self._whom.agencies:
            return false()
        return column.in_(_asked(column, _own_chains, many=True))

    def is_wide(self) -> ColumnElement[bool]:
        """The actor's roles reach beyond agencies."""
        return true() if self._whom.wide else false()

    def crosses(self, names: tuple[str, ...]) -> ColumnElement[bool]:
        """One of these named crossings is under way."""
        return true() if self._whom.crossing in names else false()


def _asked(
    column: ColumnElement[Any], ask: Callable[[], object], *, many: bool = False
) -> BindParameter[Any]:
    """A value that is asked for when the statement is executed."""
    return bindparam("wall", callable_=ask, type_=column.type, unique=True, expanding=many)


def _own_chains() -> list[str]:
    return sorted(agency.hex for agency in bearing().agencies)


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
