"""Statements that are prepared once and executed often, past SQLAlchemy's way of executing them.

It keeps what it compiled too, but looks it up, binds and wraps anew at each execution. For the
small questions of which a move consists that takes several times as long as the database. Here the
text that it compiled goes to the same connection, with the same hooks, types, rows and errors.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Dialect, Row, TextClause, Uuid
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from core.spelling import Said, Spelling
from core.straight import Order, Straight

WRITES = "rujukan_writes"  # execution option of a transaction that writes
# In a connection's info: the cursor for what is prepared. A new one for each statement would have
# to learn anew how each type is written.
CURSOR = "rujukan_cursor"
STRAIGHT = "rujukan_straight"  # there too: the straight way to PostgreSQL

First = TypeVar("First")
Asked = TypeVarTuple("Asked")
Process = Callable[[Any], Any]
Judge = Callable[[int], None]


def prepared(statement: Any, dialect: Dialect) -> Prepared:
    """A statement that is kept by whoever asks, prepared the first time for each database."""
    key = (statement, dialect.name)
    found = _ready.get(key)
    if found is None:
        found = _ready[key] = Prepared(statement, dialect)
    return found


def _is_whole_write(connection: Connection) -> bool:
    writes: bool = connection.get_execution_options().get(WRITES, False)
    return writes and not connection.in_nested_transaction()


def straight_of(connection: Connection) -> Straight:
    """The straight way of a connection to PostgreSQL."""
    kept = connection.info
    found: Straight | None = kept.get(STRAIGHT)
    if found is None:
        raw: Any = connection.connection.dbapi_connection
        found = kept[STRAIGHT] = Straight(raw)
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
        """`statement`: with names for its values; for columns or for none, not for objects; of
        one in words of SQL nothing that it answers is read."""
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self._dialect, self._is_postgresql = dialect, dialect.name == "postgresql"
        self.spelt = Spelling(compiled, dialect).of
        self._columns = _Columns(statement, dialect)

    def run(self, connection: Connection, said: Said) -> Answer[*tuple[Any, ...]]:
        """Execute it with these values; of those that it has of its own it is asked now.

        Errors are SQLAlchemy's, as of any statement.
        """
        text, values = self.spelt(said)
        if self._is_postgresql:
            straight = straight_of(connection)
            found = straight.ask(self._order(connection, straight, text, values))
            return Answer(self._columns.made(found.rows, found.types), found.count)
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

    def send(self, connection: Connection, said: Said, judge: Judge | None = None) -> None:
        """Execute it, and let nobody wait for it: on PostgreSQL it goes with the next statement.

        What is wrong with it is told by that one, at the latest by the commit; within a savepoint,
        and where nothing may be written, at once. `judge` gets how many rows it changed.
        """
        if not (self._is_postgresql and _is_whole_write(connection)):
            answer = self.run(connection, said)
            return judge(answer.count) if judge is not None else None
        text, values = self.spelt(said)
        straight = straight_of(connection)
        return straight.later(self._order(connection, straight, text, values, judge))

    def _order(
        self, connection: Connection, straight: Straight, text: str, values: Any,
        judge: Judge | None = None,
    ) -> Order:  # fmt: skip
        for hook in connection.engine.dispatch.before_cursor_execute:
            hook(connection, straight, text, values, None, False)
        return Order(text, values, partial(told, connection, text, values), judge)

    def answer(self, cursor: Any) -> Answer[*tuple[Any, ...]]:
        """What a driver's cursor, which executed it, has to say."""
        return Answer(self._columns.rows(cursor), cursor.rowcount)


class _Columns:
    """How the values of a row come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        if statement.is_select:
            described = [(one["name"], one["type"]) for one in statement.column_descriptions]
        elif isinstance(statement, TextClause):
            described = []
        else:
            described = [(one.key, one.type) for one in statement.exported_columns]
        self._dialect, self._types = dialect, [kind for _name, kind in described]
        self._names = SimpleResultMetaData([name for name, _type in described])
        self._process: Any = None

    def rows(self, cursor: Any) -> list[Any]:
        if not self._types:
            return []
        if self._process is None:  # once: psycopg makes its description anew for whoever looks
            self._learn([column[1] for column in cursor.description])
        return self._as_rows(cursor.fetchall())

    def made(self, found: list[Any], types: list[int]) -> list[Any]:
        """Rows of what was found, in columns of these types of the database."""
        if not self._types:
            return []
        if self._process is None:
            self._learn(types)
        return self._as_rows(found)

    def _learn(self, types: list[Any]) -> None:
        self._process = [
            _process_out(kind, self._dialect, stored)
            for kind, stored in zip(self._types, types, strict=True)
        ]

    def _as_rows(self, found: list[Any]) -> list[Any]:
        names, process = self._names, self._process
        keys = names._key_to_index
        return [Row(names, process, keys, one) for one in found]


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
