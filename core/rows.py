"""New rows that their transaction only adds: written at once, past the session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Insert, insert

from core.db import Base, db
from core.prepared import prepared

Row = TypeVar("Row", bound=Base)


def new_row(kind: type[Row], /, **values: object) -> Row:
    """A row with these values that no session will know.

    What SQLAlchemy's constructor does for a session, to see later what was changed, is left out.
    """
    row = kind()
    vars(row).update(values)
    return row


def add_row(kind: type[Row], /, **values: object) -> Row:
    """Write a new row now, and return it. The session does not know it, nor a change of it.

    For what is written often and not changed in the same transaction, such as a log: the session
    takes several times as long to find out what there is to write. If something waits to be added
    to which the row may belong, it is written before.
    """
    session, adding = db.session(), _adding(kind)
    if any(one.__tablename__ in adding.parents for one in session.new):
        session.flush()
    for name, default in adding.defaults.items():
        if name not in values:
            values[name] = default.arg(None) if default.is_callable else default.arg
    connection = session.connection()
    prepared(adding.statement, connection.dialect).run(connection, adding.nothing | values)
    return new_row(kind, **values)


@dataclass(frozen=True, slots=True)
class _Adding:
    """How rows of a table are added."""

    statement: Insert
    defaults: dict[str, Any]
    nothing: dict[str, None]  # for each column without a default
    parents: frozenset[str]  # the tables to which its foreign keys lead


@cache
def _adding(kind: type[Base]) -> _Adding:
    table = Base.metadata.tables[kind.__tablename__]
    return _Adding(
        insert(table),
        {one.key: one.default for one in table.columns if one.default is not None},
        {one.key: None for one in table.columns if one.default is None},
        frozenset(one.column.table.name for one in table.foreign_keys),
    )
