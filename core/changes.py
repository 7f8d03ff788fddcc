"""Changes of objects, written by statements that are prepared once.

Before it writes, the session works out anew what hangs on what and which has to go first. For the
one or two changed rows of most commands that takes several times as long as to write them. What
is not as simple as that, it goes on writing itself: new and removed objects, relationships,
savepoints, values that the database has to work out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import Column, Table, Update, bindparam, event, inspect, update
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement

from core.db import Base, db
from core.prepared import prepared

Row = InstanceState[Any]


def init_changes() -> None:
    """Have what a session changed written so from now on."""
    if not event.contains(db.session, "before_flush", _write_changes):
        event.listen(db.session, "before_flush", _write_changes)


def _write_changes(session: Session, _context: object, _objects: object) -> None:
    if session.new or session.deleted or session.in_nested_transaction():
        return
    rows = [inspect(one) for one in session.dirty]
    if not all(_is_simple(row) for row in rows):
        return
    for row in sorted(rows, key=_place):
        _write(session, row)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A class whose changed objects are one row of one table each."""

    table: Table
    which: Column[Any]  # its primary key
    columns: Mapping[str, Column[Any]]  # by attribute; those that may change
    place: int  # of its table among all: a parent before its child, as the session does


def _is_simple(row: Row) -> bool:
    """Whether plain values of columns have changed and nothing else."""
    kind = _kind(row.mapper)
    if kind is None or row.key is None:
        return False
    known = row.dict
    return all(
        name in kind.columns and name in known and not isinstance(known[name], ClauseElement)
        for name in row.committed_state
    )


@cache
def _kind(mapper: Mapper[Any]) -> _Kind | None:
    table = mapper.local_table
    is_simple = (
        isinstance(table, Table)
        and len(mapper.tables) == 1
        and len(mapper.primary_key) == 1
        and mapper.version_id_col is None
        and not any(one.onupdate or one.server_onupdate for one in table.columns)
        and not _may_be_orphan(mapper)
    )
    if not is_simple or not isinstance(table, Table):
        return None
    which = table.primary_key.columns[0]
    found = {one.key: one.columns[0] for one in mapper.column_attrs}
    columns = {
        name: one for name, one in found.items() if isinstance(one, Column) and one is not which
    }
    return _Kind(table, which, columns, Base.metadata.sorted_tables.index(table))


def _may_be_orphan(mapper: Mapper[Any]) -> bool:
    """Whether a parent that lets go of an object removes it."""
    return any(
        one.mapper is mapper and one.cascade.delete_orphan
        for parent in Base.registry.mappers
        for one in parent.relationships
    )


def _place(row: Row) -> tuple[int, Any]:
    kind = _kind(row.mapper)
    assert kind is not None
    assert row.key is not None
    return kind.place, row.key[1]


def _write(session: Session, row: Row) -> None:
    kind, connection = _kind(row.mapper), session.connection()
    assert kind is not None
    assert row.key is not None
    row.mapper.dispatch.before_update(row.mapper, connection, row)
    changed = _changed(row)
    if changed:
        statement = prepared(_update(kind.table, tuple(sorted(changed))), connection.dialect)
        said = {_new(name): value for name, value in changed.items()}
        judge = partial(_must_be_one, kind.table.name)
        statement.send(connection, said | {_WHICH: row.key[1][0]}, judge)
    row.mapper.dispatch.after_update(row.mapper, connection, row)
    row._commit_all(row.dict, session.identity_map)


def _must_be_one(table: str, count: int) -> None:
    if count != 1:
        raise StaleDataError(f"{count} rows of {table} were changed instead of 1")


def _changed(row: Row) -> dict[str, Any]:
    """What is to be written: by the name of its column."""
    kind, known = _kind(row.mapper), row.dict
    assert kind is not None
    found = {}
    for name, before in row.committed_state.items():
        column = kind.columns[name]
        if not column.type.compare_values(before, known[name]):
            found[column.key] = known[name]
    return found


_WHICH = "of_which"


def _new(name: str) -> str:
    return f"new_{name}"


@cache
def _update(table: Table, names: tuple[str, ...]) -> Update:
    values = {table.c[name]: bindparam(_new(name), type_=table.c[name].type) for name in names}
    which = table.primary_key.columns[0]
    return update(table).where(which == bindparam(_WHICH)).values(values)
