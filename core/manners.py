"""The manners of connections: how a transaction begins, and what PostgreSQL is told in it."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing, suppress
from functools import lru_cache, partial
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from core.bearing import TELL, Bearing, bearing, set_local, values_of
from core.prepared import STRAIGHT, WRITES, straight_of, told
from core.straight import Order, Straight

BUSY_SECONDS = 15
ASKED_AFTER = 1.0  # seconds that a connection to PostgreSQL rests before it is looked at again
BEGIN = "BEGIN"
# In a connection's info: since when it rests; on whose behalf its open transaction asks, as the
# database was told.
RESTS_SINCE, TOLD = "rujukan_rests_since", "rujukan_told"


def teach(engine: Engine) -> None:
    """Have every connection of an engine mind its manners."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "before_cursor_execute", _refuse_to_write)
    else:
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "before_cursor_execute", _tell_whom)
        event.listen(engine, "commit", _commit_straight)
        event.listen(engine, "rollback", _end_reading)
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _look_after_rest)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin transactions by itself, too late and never IMMEDIATE.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-32000",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE may wait, and tell that in vain.
    _execute(connection, "BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _execute(connection: Connection, statement: str) -> None:
    """Past SQLAlchemy, which takes several times as long to begin a transaction as the database."""
    raw: Any = connection.connection.dbapi_connection
    try:
        with closing(raw.execute(statement)):
            pass
    except connection.dialect.loaded_dbapi.Error as error:
        raise told(connection, statement, None, error) from error


def _refuse_to_write(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    """A read that writes by mistake fails at once instead of sometimes, under load.

    By the statement's words, not by `PRAGMA query_only`: each time that is turned on or off SQLite
    forgets every statement that it has prepared, which made a move take twice as long.
    """
    if not _writes(connection) and not _only_reads(statement):
        raise OperationalError(statement, None, sqlite3.OperationalError("this is a read"))


@lru_cache(maxsize=10_000)
def _only_reads(statement: str) -> bool:
    found = _FIRST_WORD.match(statement)
    word = found[1].upper() if found else ""
    return word in _READING and not (word == "WITH" and _CHANGING.search(statement))


_FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)", re.DOTALL)
_READING = frozenset(
    {"SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK"}
)
_CHANGING = re.compile(r"\b(?:insert|replace|update|delete)\b", re.IGNORECASE)


def _writes(connection: Connection) -> bool:
    found: bool = connection.get_execution_options().get(WRITES, False)
    return found


def _begin_postgresql(connection: Connection) -> None:
    # How the transaction reads, and on whose behalf (row-level security).
    whom = connection.info[TOLD] = bearing()
    raw: Any = connection.connection.dbapi_connection
    if not raw.autocommit:  # set back by whoever asked for a level of isolation of their own
        raw.autocommit = True
    if _writes(connection):  # goes along with its first question
        straight = straight_of(connection)
        straight.later(Order(BEGIN, (), partial(told, connection, BEGIN, None)))
        straight.later(_telling(connection, whom))
    else:
        reads = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        _execute(connection, f"{reads}; {set_local(whom)}")


def _telling(connection: Connection, whom: Bearing) -> Order:
    return Order(TELL, values_of(whom), partial(told, connection, TELL, None))


def _tell_whom(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
    """Before each statement: on whose behalf, if that is another than the transaction was told.

    Only then: a wall that is crossed and closed again with nothing asked costs no round trip. By
    the statement's own cursor, unless that is one of the server's, which has but one statement.
    """
    kept = connection.info
    is_straight = isinstance(cursor, Straight)
    if not is_straight:
        _make_way(kept, statement)
    if statement.startswith("ROLLBACK TO SAVEPOINT"):
        kept[TOLD] = None  # what was told since is taken back with the rest
        return
    whom, told_last = bearing(), kept.get(TOLD)
    if told_last != whom:
        kept[TOLD] = None
        if is_straight:
            cursor.later(_telling(connection, whom))
        elif isinstance(cursor, psycopg.ServerCursor):
            _execute(connection, set_local(whom, told_last))
        else:
            cursor.execute(set_local(whom, told_last))
        kept[TOLD] = whom


def _make_way(kept: Any, statement: str) -> None:
    """A cursor of psycopg is about to be used: what waits goes before."""
    straight: Straight | None = kept.get(STRAIGHT)
    if straight is not None:
        straight.send()
        if _MAKES_FORGET.match(statement):
            straight.doubt()


_MAKES_FORGET = re.compile(r"\s*(?:ROLLBACK|DROP|ALTER|DISCARD|DEALLOCATE)\b", re.IGNORECASE)


def _commit_straight(connection: Connection) -> None:
    """What waits goes along with COMMIT; psycopg finds nothing left to commit.

    Where a transaction has but begun, and nothing was asked in it, nothing is sent at all.
    """
    straight: Straight | None = connection.info.get(STRAIGHT)
    if straight is None or not _writes(connection):
        return
    if straight.is_idle and not straight.waits_but_for((BEGIN, TELL)):
        straight.forget()
    else:
        straight.later(Order("COMMIT", (), partial(told, connection, "COMMIT", None)))
        straight.send()


def _end_reading(connection: Connection) -> None:
    """A read has nothing to take back: it ends by COMMIT, so that nothing prepared is forgotten.

    At each ROLLBACK psycopg throws away every statement that it has prepared, and the database
    plans each question anew, which takes it longer than to answer.
    """
    if connection.invalidated:
        return
    if _writes(connection):
        _take_back(connection.info)
        return
    raw: Any = connection.connection.dbapi_connection
    with suppress(psycopg.Error):  # a lost connection: the ROLLBACK that follows tells it
        raw.commit()


def _take_back(kept: Any) -> None:
    straight: Straight | None = kept.get(STRAIGHT)
    if straight is not None:
        straight.forget()
        straight.doubt()


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = time.monotonic()


def _look_after_rest(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that has rested whether the database is still there; else take a new one.

    One that was in use a moment ago is not asked: it would be a round trip for every transaction.
    """
    rests_since = record.info.get(RESTS_SINCE)
    if rests_since is None or time.monotonic() - rests_since < ASKED_AFTER:
        return
    try:
        connection.execute("select 1")
        connection.rollback()
        _take_back(record.info)
    except psycopg.Error as error:
        raise DisconnectionError from error
