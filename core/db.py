"""The database: SQLite in one file, or PostgreSQL, by one setting.

Reads and writes are told apart. A read sees one snapshot and cannot write. A write goes through
`write()`: it queues for SQLite's one writer (`core/turns.py`), begins IMMEDIATE, runs one command
and commits. With SQLite's own defaults concurrent updates are lost and busy waits are unfair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

from core.glass import init_glass
from core.manners import BUSY_SECONDS, teach
from core.prepared import WRITES as WRITES
from core.turns import FairLock, FileTurn

P = ParamSpec("P")
T = TypeVar("T")

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


class OneEngine(FlaskSession):
    """A session that looks up its engine once, and its connection once for a transaction.

    There is one database, and it is asked often: to find out anew which connection it is takes
    SQLAlchemy as long as many a question.
    """

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(db, **options)
        self._engine: Engine | None = None
        self._asked: tuple[SessionTransaction, Connection] | None = None

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:
        """That of the open transaction; a savepoint, and what has failed, finds it out anew."""
        if execution_options is None and not bind_arguments and self._asked is not None:
            known, connection = self._asked
            is_whole = self.get_nested_transaction() is None
            if is_whole and known is self.get_transaction() and known.is_active:
                return connection
        found = super().connection(bind_arguments, execution_options)
        if self.get_nested_transaction() is None and (now := self.get_transaction()) is not None:
            self._asked = (now, found)
        return found

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Engine | Connection | None = None,
        **_more: Any,
    ) -> Engine | Connection:
        """The engine of the app in whose context the session was made."""
        if bind is not None:
            return bind
        if self._engine is None:
            self._engine = self._db.engine
        return self._engine


db = SQLAlchemy(model_class=Base, session_options={"class_": OneEngine})


def init_db(app: Flask, url: str) -> None:
    """Connect the app to the database at `url` and set its manners."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    db.init_app(app)
    with app.app_context():
        teach(db.engine)
        init_glass(app, db.engine)


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    name = COMMANDS if is_command() else WEB
    return {
        "pool_size": 10,
        "max_overflow": 10,
        # The driver would begin transactions by itself, a round trip before the first statement.
        "connect_args": {"application_name": name, "autocommit": True},
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
    engine = db.session().get_bind()
    assert isinstance(engine, Engine)
    if engine.dialect.name != "sqlite":
        yield
        return
    with _writers, _among_processes(engine.url.database):
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
