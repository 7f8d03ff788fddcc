"""Glances: single quick reads on a connection that is kept for them, past SQLAlchemy's pool.

To begin a transaction and to end it again takes several times as long as the one read in it. Each
glance is a transaction of its own, and they go one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app
from psycopg import RawCursor
from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DBAPIError

from core.bearing import Bearing, bearing, set_for_good

T = TypeVar("T")

GLASS = "rujukan_glass"  # in the app's extensions
_READS_ONLY = {
    "sqlite": "PRAGMA query_only=ON",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
}


def init_glass(app: Flask, engine: Engine) -> None:
    """Have a connection for glances; it closes with its engine."""
    app.extensions[GLASS] = _Glass(engine)


def glance(statement: str) -> Any:
    """The first row of one quick read without values, None without any."""
    return look(statement, (), lambda cursor: next(iter(cursor.fetchall()), None))


def look(statement: str, values: Any, take: Callable[[Any], T]) -> T:
    """What `take` makes of the driver's cursor, which read with these values; it takes all rows.

    On PostgreSQL on behalf of whoever asks (`core/bearing.py`). Errors are SQLAlchemy's.
    """
    glass: _Glass = current_app.extensions[GLASS]
    return glass.look(statement, values, take)


class _Glass:
    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, threading.Lock()
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._kept: PoolProxiedConnection | None = None
        self._cursor: Any = None
        self._told: Bearing | None = None  # on whose behalf, as PostgreSQL was told
        event.listen(engine, "engine_disposed", self._dispose)

    def look(self, statement: str, values: Any, take: Callable[[Any], T]) -> T:
        dialect = self._engine.dialect
        with self._lock:
            is_new = self._kept is None
            try:
                return self._ask(statement, values, take)
            except dialect.loaded_dbapi.Error as error:
                is_lost = dialect.is_disconnect(error, self._raw(), None)
                self._close()
                if is_new or not is_lost:
                    raise self._said(statement, values, error, is_lost) from error
            return self._ask(statement, values, take)  # the database was started anew meanwhile

    def _ask(self, statement: str, values: Any, take: Callable[[Any], T]) -> T:
        if self._kept is None:
            self._open()
        if not self._is_sqlite:
            self._tell()
        self._cursor.execute(statement, values)
        return take(self._cursor)

    def _raw(self) -> Any:
        """Past SQLAlchemy's proxies too, which take as long as the read."""
        return self._kept.dbapi_connection if self._kept is not None else None

    def _open(self) -> None:
        self._kept = self._engine.raw_connection()
        self._kept.detach()
        raw = self._raw()
        # One that takes `$1` for values, as what is prepared has them (`core/spelling.py`).
        self._cursor = raw.cursor() if self._is_sqlite else RawCursor(raw)
        self._cursor.execute(_READS_ONLY["sqlite" if self._is_sqlite else "postgresql"])

    def _tell(self) -> None:
        whom, told = bearing(), self._told
        if whom != told:
            self._told = None
            self._cursor.execute(set_for_good(whom, told))
            self._told = whom

    def _said(self, statement: str, values: Any, error: Any, is_lost: bool) -> Any:
        dialect = self._engine.dialect
        return DBAPIError.instance(
            statement, values, error, dialect.loaded_dbapi.Error,
            hide_parameters=self._engine.hide_parameters, connection_invalidated=is_lost,
            dialect=dialect,
        )  # fmt: skip

    def _dispose(self, _engine: Engine) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        kept, self._kept, self._told = self._kept, None, None
        if kept is not None:
            kept.close()
