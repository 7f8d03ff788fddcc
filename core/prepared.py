"""Statements that are prepared once and executed often, past SQLAlchemy's way of executing them.

It keeps what it compiled too, but looks it up, binds and wraps anew at each execution. For the
small questions of which a move consists that takes several times as long as the database. Here the
text that it compiled goes to the same connection, with the same hooks, types, rows and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Connection, Dialect, Row
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

# In a connection's info: the cursor for what is prepared. A new one for each statement would have
# to learn anew how each type is written.
CURSOR = "rujukan_cursor"
MOST_SPELT = 100  # of one statement, for lists of so many different lengths

First = TypeVar("First")
Asked = TypeVarTuple("Asked")
Said = Mapping[str, object]
Process = Callable[[Any], Any]


def prepared(statement: Any, dialect: Dialect) -> Prepared:
    """A statement that is kept by whoever asks, prepared the first time for each database."""
    known = _ready.setdefault(statement, {})
    found = known.get(dialect.name)
    if found is None:
        found = known[dialect.name] = Prepared(statement, dialect)
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
        self._compiled, self._dialect = compiled, dialect
        self._binds = [
            (name, bind.key, bind, _process_in(bind, dialect))
            for name, bind in compiled.binds.items()
        ]
        self._renewed = {one.key: one.onupdate for one in compiled.update_prefetch}
        self._lists = [name for name, bind in compiled.binds.items() if bind.expanding]
        self._spelt: dict[tuple[int, ...], _Spelt] = {}
        self._straight: _Spelt | None = None  # the only spelling where there are no lists
        self._columns = _Columns(statement, dialect)

    def run(self, connection: Connection, said: Said) -> Answer[*tuple[Any, ...]]:
        """Execute it with these values; of those that it has of its own it is asked now.

        Errors are SQLAlchemy's, as of any statement.
        """
        text, values = self.spelt(said)
        kept = connection.info
        cursor = kept.pop(CURSOR, None) or connection.connection.cursor()
        try:
            for hook in connection.dispatch.before_cursor_execute:
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

    def spelt(self, said: Said) -> tuple[str, Any]:
        """Text and values, as the driver wants them."""
        values = {}
        for name, key, bind, process in self._binds:
            value: Any = said[key] if key in said else self._own(bind)
            values[name] = value if process is None else process(value)
        straight = self._straight
        if straight is None:
            straight = self._for_lists(values)
        return straight.text, straight.in_order(values)

    def _for_lists(self, values: dict[str, Any]) -> _Spelt:
        lengths = tuple(len(values[name]) for name in self._lists)
        spelt = self._spelt.get(lengths)
        if spelt is None:
            if len(self._spelt) >= MOST_SPELT:
                self._spelt.clear()
            spelt = self._spelt[lengths] = _Spelt(self._compiled, values)
            if not self._lists:
                self._straight = spelt
        return spelt

    def _own(self, bind: BindParameter[Any]) -> Any:
        renewed: Any = self._renewed.get(bind.key)
        if renewed is not None:
            return renewed.arg(None) if renewed.is_callable else renewed.arg
        if bind.required:
            raise KeyError(bind.key)
        return bind.effective_value


class _Spelt:
    """The text for lists of certain lengths, and in which order its values go."""

    def __init__(self, compiled: SQLCompiler, values: dict[str, Any]) -> None:
        by_key = {bind.key: values[name] for name, bind in compiled.binds.items()}
        state = compiled.construct_expanded_state(by_key)
        self.text = state.statement
        self._order = state.positiontup
        self._lists = list(state.parameter_expansion.items())

    def in_order(self, values: dict[str, Any]) -> Any:
        for name, parts in self._lists:
            values.update(zip(parts, values.pop(name), strict=True))
        return values if self._order is None else [values[name] for name in self._order]


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


_ready: WeakKeyDictionary[Any, dict[str, Prepared]] = WeakKeyDictionary()


def _process_in(bind: BindParameter[Any], dialect: Dialect) -> Process | None:
    process: Process | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None or not bind.expanding:
        return process
    return lambda values: [process(one) for one in values]


def _process_out(kind: TypeEngine[Any], dialect: Dialect, stored: Any) -> Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, stored)


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
