"""Rows written and objects found by statements that are prepared once, past the session's way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Insert, Select, insert, inspect
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.orm.attributes import instance_state, manager_of_class

from core.asking import ask
from core.db import Base, db
from core.prepared import prepared

Row = TypeVar("Row", bound=Base)


def new_row(kind: type[Row], /, **values: object) -> Row:
    """A row with these values that no session will know.

    What SQLAlchemy's constructor does for a session, to see later what was changed, is left out.
    """
    row: Row = manager_of_class(kind).new_instance()
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
    prepared(adding.statement, connection.dialect).send(connection, adding.nothing | values)
    return new_row(kind, **values)


def add_object(kind: type[Row], /, **values: object) -> Row:
    """As `add_row`, for what may still be changed: the session knows it."""
    return _made_known(add_row(kind, **_adding(kind).nothing | values))


def find_object(kind: type[Row], wanted: Select[Row], /, **values: object) -> Row | None:
    """The object that a statement which is spelt once finds, None without one; of the session.

    As `db.session.scalars` with `populate_existing`, which takes twice as long for an object with
    many columns; so it does still where the session knows the object already.
    """
    found = find_objects(kind, wanted, **values)
    if len(found) > 1:
        raise MultipleResultsFound
    return found[0] if found else None


def find_objects(kind: type[Row], wanted: Select[Row], /, **values: object) -> list[Row]:
    """The same for any number of them."""
    session, found = db.session(), ask(_for_columns(wanted), **values).all()
    rows = [new_row(kind, **dict(zip(one._fields, one, strict=True))) for one in found]
    if any(_key_of(row) in session.identity_map for row in rows):
        return list(session.scalars(_anew(wanted), values))
    return [_made_known(row) for row in rows]


def _key_of(row: Base) -> tuple[Any, ...]:
    """By which a session knows it; of a row with all its columns."""
    return inspect(type(row)).identity_key_from_primary_key((vars(row)[_adding(type(row)).which],))


def _made_known(row: Row) -> Row:
    """As the session makes known what it has read: with all its columns, none of them changed."""
    session, state = db.session(), instance_state(row)
    state.key, state.session_id = _key_of(row), session.hash_key
    session.identity_map.add(state)
    return row


@cache
def _anew(wanted: Select[Row]) -> Select[Row]:
    """The same question, whose answer is believed more than what the session knows."""
    return wanted.execution_options(populate_existing=True)


@cache
def _for_columns(wanted: Select[Row]) -> Select[*tuple[Any, ...]]:
    """The same question for the columns of its class."""
    kind = wanted.column_descriptions[0]["entity"]
    columns = [getattr(kind, one.key) for one in inspect(kind).column_attrs]
    return wanted.with_only_columns(*columns)


@dataclass(frozen=True, slots=True)
class _Adding:
    """How rows of a table are added."""

    statement: Insert
    defaults: dict[str, Any]
    nothing: dict[str, None]  # for each column without a default
    parents: frozenset[str]  # the tables to which its foreign keys lead
    which: str  # its primary key


@cache
def _adding(kind: type[Base]) -> _Adding:
    table = Base.metadata.tables[kind.__tablename__]
    return _Adding(
        insert(table),
        {one.key: one.default for one in table.columns if one.default is not None},
        {one.key: None for one in table.columns if one.default is None},
        frozenset(one.column.table.name for one in table.foreign_keys),
        table.primary_key.columns[0].key,
    )
