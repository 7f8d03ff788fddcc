"""PostgreSQL: every table by COPY in one snapshot, and back again in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any

from psycopg import Cursor, errors, sql
from sqlalchemy import Connection

from core.backup.container import DAMAGED
from core.backup.frames import Frame, FrameWriter
from core.bearing import OPERATOR, set_local
from core.errors import refused
from core.i18n import _

PIECE = 256 * 1024
OTHER_TABLES = _(
    "This database has not the tables of the backup. Run `flask db upgrade` on it first."
)
WALLED = _(
    "This database user may not do that with every row (row-level security). Back up as the "
    "worker's user; restore as the owner."
)

TABLES = """
    select c.relname,
           array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '')
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition and a.attnum > 0 and not a.attisdropped
    group by c.relname order by c.relname
"""
SEQUENCES = "select sequencename, last_value from pg_sequences where schemaname = current_schema()"


FOREIGN_KEYS = """
    select conrelid::regclass::text, confrelid::regclass::text from pg_constraint
    where contype = 'f' and connamespace = current_schema()::regnamespace and conrelid <> confrelid
"""


GUARDED = """
    select relname, relforcerowsecurity from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
"""


def write(connection: Connection, sink: FrameWriter) -> None:
    """Put every table into a backup, from the one snapshot that the transaction sees."""
    with _cursor(connection) as cursor:
        for table, columns in _tables(cursor).items():
            sink.note(table=table, columns=columns)
            for piece in _pieces(cursor, table, columns):
                sink.data(piece)
        cursor.execute(SEQUENCES)
        sink.note(sequences=dict(cursor.fetchall()))


def restore(content: Iterator[Frame], connection: Connection) -> None:
    """Replace every row, in the transaction that is open: a fault rolls all of it back."""
    with _cursor(connection) as cursor, _laid_open(cursor):
        there = _tables(cursor)
        _empty(cursor, list(there))
        frame = next(content, None)
        while frame is not None:
            if isinstance(frame, bytes):
                raise refused("file", DAMAGED)
            if "sequences" in frame:
                _set_sequences(cursor, frame["sequences"])
                frame = next(content, None)
            else:
                frame = _fill(cursor, frame, content, there)


@contextmanager
def _cursor(connection: Connection) -> Iterator[Cursor[Any]]:
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor:
        try:
            _see_everything(cursor)
            yield cursor
        except (errors.InsufficientPrivilege, errors.FeatureNotSupported) as wrong:
            raise refused("file", WALLED) from wrong


def _see_everything(cursor: Cursor[Any]) -> None:
    """A wall that hides rows must stop a backup, not thin it out."""
    cursor.execute(set_local(OPERATOR))
    cursor.execute("select to_regproc('wall_is_open') is not null")
    if (cursor.fetchone() or (False,))[0]:
        cursor.execute("select wall_is_open()")
        if not (cursor.fetchone() or (False,))[0]:
            raise refused("file", WALLED)


@contextmanager
def _laid_open(cursor: Cursor[Any]) -> Iterator[None]:
    """Without what guards single rows, for as long as all of them are replaced.

    Rows cannot be copied in behind a forced wall, nor be taken away where they may only be added.
    All of it is one transaction: whoever looks meanwhile waits.
    """
    cursor.execute(GUARDED)
    walled = [name for name, forced in cursor.fetchall() if forced]
    tables = list(_tables(cursor))
    for name in tables:
        _alter(cursor, name, "disable trigger user")
    for name in walled:
        _alter(cursor, name, "no force row level security")
    yield
    for name in walled:
        _alter(cursor, name, "force row level security")
    for name in tables:
        _alter(cursor, name, "enable trigger user")


def _alter(cursor: Cursor[Any], table: str, change: str) -> None:
    # `change` is one of four constants of this file.
    cursor.execute(sql.SQL("alter table {} {}").format(sql.Identifier(table), sql.SQL(change)))


def _tables(cursor: Cursor[Any]) -> dict[str, list[str]]:
    """Each table with its columns; a table stands after those that it refers to."""
    cursor.execute(TABLES)
    columns: dict[str, list[str]] = dict(cursor.fetchall())
    needs: dict[str, set[str]] = {table: set() for table in columns}
    cursor.execute(FOREIGN_KEYS)
    for table, other in cursor.fetchall():
        needs[table].add(other)
    return {table: columns[table] for table in TopologicalSorter(needs).static_order()}


def _pieces(cursor: Cursor[Any], table: str, columns: list[str]) -> Iterator[bytes]:
    waiting = bytearray()
    with cursor.copy(_copy(table, columns, "to stdout")) as copy:
        for row in copy:
            waiting += row
            if len(waiting) > PIECE:
                yield bytes(waiting)
                waiting.clear()
    if waiting:
        yield bytes(waiting)


def _fill(
    cursor: Cursor[Any], note: dict[str, Any], content: Iterator[Frame], there: dict[str, list[str]]
) -> Frame | None:
    """Copy one table in; returns the note that follows it."""
    table, columns = note["table"], note["columns"]
    if set(there.get(table, ())) != set(columns):
        raise refused("into", OTHER_TABLES)
    with cursor.copy(_copy(table, columns, "from stdin")) as copy:
        for frame in content:
            if not isinstance(frame, bytes):
                return frame
            copy.write(frame)
    return None


def _empty(cursor: Cursor[Any], tables: list[str]) -> None:
    # A new database is not truncated: tables that only ever grow may forbid it.
    filled = [name for name in tables if _has_rows(cursor, name)]
    doomed = filled if filled == ["alembic_version"] else tables
    names = sql.SQL(", ").join(map(sql.Identifier, doomed))
    cursor.execute(sql.SQL("truncate {}").format(names))


def _has_rows(cursor: Cursor[Any], table: str) -> bool:
    cursor.execute(sql.SQL("select exists (select 1 from {})").format(sql.Identifier(table)))
    return bool((cursor.fetchone() or (False,))[0])


def _set_sequences(cursor: Cursor[Any], sequences: dict[str, int | None]) -> None:
    for name, last in sequences.items():
        if last is not None:
            cursor.execute("select setval(%s::regclass, %s)", (f'"{name}"', last))


def _copy(table: str, columns: list[str], direction: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    # `direction` is one of two words of this file.
    return sql.SQL("copy {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(direction))
