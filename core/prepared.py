"""Statements that are prepared once and executed often, past SQLAlchemy's way of executing them.

It keeps what it compiled too, but looks it up, binds and wraps anew at each execution. For the
small questions of which a move consists that takes several times as long as the database. Here the
text that it compiled goes to the same connection, with the same hooks, types, rows and errors.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Dialect, Row, Uuid
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from core.spelling import Said, Spelling

# In a connection's info: the cursor for what is prepared. A new one for each statement would have
# to learn anew how each type is written.
CURSOR = "rujukan_cursor"

First = TypeVar("First")
Asked = TypeVarTuple("Asked")
Process = Callable[[Any], Any]


def prepared(statement: Any, dialect: Dialect) -> Prepared:
    """A statement that is kept by whoever asks, prepared the first time for each database."""
    key = (statement, dialect.name)
    found = _ready.get(key)
    if found is None:
        found = _ready[key] = Prepared(statement, dialect)
    return found


class Answer(Generic[*Asked]):
    """The rows that a statement answered with, all of them.

    `count`: how many it found or changed, as the driver says.
    """

    __slots__ = ("_rows", "count")

    def __init__(self, rows: list[Row[*Asked]], count: int) -> None:
        self._rows, self.count = rows, count

    def __iter__(self) -> Iterator[Row[*Asked]]:
        return iter(self._rows)

    def all(self) -> list[Row[*Asked]]:
        """Every row."""
        return self._rows

    def one_or_none(self) -> Row[*Asked] | None:
        """The row, None without one; `MultipleResultsFound` for several."""
        if len(self._rows) > 1:
            raise MultipleResultsFound
        return self._rows[0] if self._rows else None

    def one(self) -> Row[*Asked]:
        """The row; `NoResultFound` without one, `MultipleResultsFound` for several."""
        found = self.one_or_none()
        if found is None:
            raise NoResultFound
        return found

    def scalar(self: Answer[First, *tuple[Any, ...]]) -> First | None:
        """The first value of the first row, None without one."""
        return _first(self._rows[0]) if self._rows else None

    def scalar_one(self: Answer[First, *tuple[Any, ...]]) -> First:
        """The first value of the one row; errors as in `one`."""
        return _first(self.one())

    def scalars(self: Answer[First, *tuple[Any, ...]]) -> list[First]:
        """The first value of each row."""
        return [_first(row) for row in self._rows]


class Prepared:
    """One statement as one kind of database gets it."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        """`statement`: with names for its values; for columns or for none, not for objects."""
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self._dialect = dialect
        self.spelt = Spelling(compiled, dialect).of
        self._columns = _Columns(statement, dialect)

    def run(self, connection: Connection, said: Said) -> Answer[*tuple[Any, ...]]:
        """Execute it with these values; of those that it has of its own it is asked now.

        Errors are SQLAlchemy's, as of any statement.
        """
        text, values = self.spelt(said)
        kept = connection.info
        cursor = kept.pop(CURSOR, None) or connection.connection.cursor()
        try:
            for hook in connection.engine.dispatch.before_cursor_execute:
                hook(connection, cursor, text, values, None, False)
            cursor.execute(text, values)
            answer = self.answer(cursor)
        except self._dialect.loaded_dbapi.Error as error:
            raise told(connection, text, values, error) from error
        kept[CURSOR] = cursor
        return answer

    def answer(self, cursor: Any) -> Answer[*tuple[Any, ...]]:
        """What a driver's cursor, which executed it, has to say."""
        return Answer(self._columns.rows(cursor), cursor.rowcount)


class _Columns:
    """How the values of a row come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        if statement.is_select:
            described = [(one["name"], one["type"]) for one in statement.column_descriptions]
        else:
            described = [(one.key, one.type) for one in statement.exported_columns]
        self._dialect, self._types = dialect, [kind for _name, kind in described]
        self._names = SimpleResultMetaData([name for name, _type in described])
        self._process: Any = None

    def rows(self, cursor: Any) -> list[Any]:
        if not self._types:
            return []
        if self._process is None:  # once: psycopg makes its description anew for whoever looks
            self._process = [
                _process_out(kind, self._dialect, column[1])
                for kind, column in zip(self._types, cursor.description, strict=True)
            ]
        names, process = self._names, self._process
        keys = names._key_to_index
        return [Row(names, process, keys, one) for one in cursor.fetchall()]


def _first(row: Row[First, *tuple[Any, ...]]) -> First:
    found: First = row[0]
    return found


# For good: what is prepared is a statement of our own that is spelt once, and is kept anyway.
_ready: dict[tuple[Any, str], Prepared] = {}


def _process_out(kind: TypeEngine[Any], dialect: Dialect, stored: Any) -> Process | None:
    process = kind.dialect_impl(dialect).result_processor(dialect, stored)
    return _known_id if process is not None and isinstance(kind, Uuid) else process


@lru_cache(maxsize=10_000)
def _known_id(stored: str | None) -> uuid.UUID | None:
    """The id of a text. The same few are read again and again, and Python makes one slowly."""
    return None if stored is None else uuid.UUID(stored)


def told(connection: Connection, text: str, values: Any, error: Any) -> Any:
    """The error as SQLAlchemy tells it; a connection that was lost is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, values, error, dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters, connection_invalidated=is_lost,
        dialect=dialect,
    )  # fmt: skip
