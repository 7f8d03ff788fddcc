"""The database: SQLite in one file, or PostgreSQL, by one setting.

Reads and writes are told apart. A read sees one snapshot and cannot write. A write goes through
`write()`: it queues for SQLite's one writer (`core/turns.py`), begins IMMEDIATE, runs one command
and commits. With SQLite's own defaults concurrent updates are lost and busy waits are unfair.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, PoolProxiedConnection, event
from sqlalchemy.orm import DeclarativeBase, Session

from core.manners import BUSY_SECONDS, teach
from core.manners import WRITES as WRITES
from core.turns import FairLock, FileTurn

P = ParamSpec("P")
T = TypeVar("T")

GLASS = "rujukan_glass"
STREAMED_ROWS = 10_000
# How PostgreSQL knows our processes, so that the doctor sees as which role the web connects.
WEB, COMMANDS = "rujukan-web", "rujukan-commands"


class Base(DeclarativeBase):
    """Parent of every table; constraints get names that migrations can speak of."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


def init_db(app: Flask, url: str) -> None:
    """Connect the app to the database at `url` and set its manners."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    db.init_app(app)
    with app.app_context():
        teach(db.engine)
        if db.engine.dialect.name == "sqlite":
            app.extensions[GLASS] = _Glass(db.engine)


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    name = COMMANDS if is_command() else WEB
    return {
        "pool_size": 10,
        "max_overflow": 10,
        "connect_args": {"application_name": name},
    }


def is_command() -> bool:
    """Whether this process is one of the commands (`flask …`, the worker too), and no server."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


_writers, _processes = FairLock(), FileTurn()


@contextmanager
def writing() -> Iterator[None]:
    """The one write transaction: commits at the end, rolls back on any error."""
    session = db.session()
    if session.in_transaction():
        session.rollback()  # ends the read snapshot that this thread may still hold
    with _turn():
        session.connection(execution_options={WRITES: True})
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


def write(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one command in one write transaction and commit it. Doors call this, commands never."""
    with writing():
        return command(*args, **kwargs)


@contextmanager
def _turn() -> Iterator[None]:
    if db.engine.dialect.name != "sqlite":
        yield
        return
    with _writers, _among_processes(db.engine.url.database):
        yield


@contextmanager
def _among_processes(file: str | None) -> Iterator[None]:
    if not file or file == ":memory:":
        yield
        return
    with _processes.of(file):
        yield


RawRead = Callable[[str, Sequence[Any]], list[Any]]


class Snapshot:
    """One read transaction of its own, past the ORM: for the few reads that must be quick.

    `rows` takes a statement with `?` for values. `session` is an ORM session in the same
    transaction, made when first asked for, so that both see one state of the data.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: Session | None = None
        self._raw: Any = connection.connection.dbapi_connection
        self._marks = connection.dialect.name == "sqlite"

    def rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """The rows of a read."""
        cursor = self._raw.cursor()
        try:
            spelt = statement if self._marks else statement.replace("?", "%s")
            cursor.execute(spelt, tuple(parameters))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def stream(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a read, a few thousand at a time: for reads larger than the memory."""
        if self._marks:
            cursor = self._raw.cursor()
        else:
            cursor = self._raw.cursor(name="rujukan_stream")  # kept by the server
            cursor.itersize = STREAMED_ROWS
        with closing(cursor):
            cursor.execute(statement if self._marks else statement.replace("?", "%s"), parameters)
            yield from cursor

    @property
    def session(self) -> Session:
        """For what the quick way does not know yet."""
        if self._session is None:
            self._session = Session(bind=self._connection)
        return self._session


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """A consistent, read-only view of the data until the block ends."""
    with db.engine.connect() as connection, connection.begin():
        yield Snapshot(connection)


def glance(statement: str) -> Any:
    """The first row of one quick read without values, None without any.

    It is a transaction of its own. On SQLite a connection is kept for it, past SQLAlchemy's pool,
    whose bookkeeping takes several times as long as the read itself.
    """
    if has_glass():
        return look(statement, (), lambda cursor: cursor.fetchone())
    with snapshot() as view:
        return next(iter(view.rows(statement, ())), None)


def has_glass() -> bool:
    """Whether there is a connection for glances."""
    return GLASS in current_app.extensions


def look(statement: str, values: Sequence[Any], take: Callable[[Any], T]) -> T:
    """What `take` makes of the cursor of a glance with values; where there is one (`has_glass`)."""
    glass: _Glass = current_app.extensions[GLASS]
    return glass.look(statement, values, take)


class _Glass:
    """A connection to SQLite for glances, one after the other; it closes with its engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, threading.Lock()
        self._kept: PoolProxiedConnection | None = None
        event.listen(engine, "engine_disposed", self._close)

    def look(self, statement: str, values: Sequence[Any], take: Callable[[Any], T]) -> T:
        with self._lock:
            if self._kept is None:
                self._kept = self._engine.raw_connection()
                self._kept.detach()
            # Past SQLAlchemy's proxies too, which take as long as the read.
            connection: Any = self._kept.dbapi_connection
            with closing(connection.execute(statement, values)) as cursor:
                return take(cursor)

    def _close(self, _engine: Engine) -> None:
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
