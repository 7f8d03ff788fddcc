"""New rows that their transaction only adds: written at once, past the session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Insert, insert

from core.db import Base, db
from core.prepared import prepared


def add_row(row: Base) -> None:
    """Write a new row now. The session does not know it, and learns of no change of it.

    For what is written often and not changed in the same transaction, such as a log: the session
    takes several times as long to find out what there is to write. Rows that wait to be added are
    written before.
    """
    session = db.session()
    if session.new:
        session.flush()
    adding, said = _adding(type(row)), vars(row)
    for name, default in adding.defaults.items():
        if name not in said:
            setattr(row, name, default.arg(None) if default.is_callable else default.arg)
    connection = session.connection()
    prepared(adding.statement, connection.dialect).run(connection, adding.nothing | said)


@dataclass(frozen=True, slots=True)
class _Adding:
    """How rows of a table are added."""

    statement: Insert
    defaults: dict[str, Any]
    nothing: dict[str, None]  # for each column without a default


@cache
def _adding(kind: type[Base]) -> _Adding:
    table = Base.metadata.tables[kind.__tablename__]
    return _Adding(
        insert(table),
        {one.key: one.default for one in table.columns if one.default is not None},
        {one.key: None for one in table.columns if one.default is None},
    )
