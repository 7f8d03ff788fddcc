"""Reads cannot write, writes do not lose each other, instants keep their zone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from core.db import db, write, writing
from core.outbox import OutboxRow
from core.worker import Duty

pytestmark = pytest.mark.both_databases


def test_a_read_cannot_write(app: Flask) -> None:
    """A write outside `write()` fails at once, on both databases."""
    for statement in (
        "delete from duty",
        "  -- a look\n/* and\nanother */ Insert into duty (name) values ('x')",
        "with one as (select 1) update duty set name = 'x'",
        "drop table duty",
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()
    for change in (delete(Duty), update(Duty).values(name="x"), insert(Duty).values(name="x")):
        with pytest.raises(DBAPIError):
            db.session.execute(change)
        db.session.rollback()
    db.session.add(Duty(name="x"))
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()


def test_a_read_can_read(app: Flask) -> None:
    """However it is spelt."""
    for statement in (
        "select 1",
        " \n SELECT 'delete from duty'",
        "with one as (select 1) select 1",
    ):
        assert db.session.scalars(text(statement)).one()


def test_what_is_prepared_outlives_a_read(app: Flask) -> None:
    """PostgreSQL plans a question once for a connection, not once for each request."""
    if db.engine.dialect.name == "sqlite":
        return  # it plans when it prepares, and `_refuse_to_write` leaves that alone
    for _ in range(10):
        db.session.execute(text("select count(*) from duty where name = :name"), {"name": "x"})
        db.session.rollback()
    kept = text("select count(*) from pg_prepared_statements where statement like '%from duty%'")
    assert db.session.scalars(kept).one() == 1


def test_an_instant_comes_back_aware_and_equal(app: Flask) -> None:
    """What went in with any zone comes out in UTC."""
    jakarta = timezone(timedelta(hours=7))
    moment = datetime(2026, 11, 22, 22, 0, tzinfo=jakarta)
    with writing():
        db.session.add(Duty(name="x", done_at=moment))
    found = db.session.get_one(Duty, "x").done_at
    assert found == moment
    assert found.tzinfo is UTC


def test_a_naive_instant_is_refused(app: Flask) -> None:
    """A time without a zone names no instant."""
    with pytest.raises((ValueError, StatementError)), writing():
        db.session.add(Duty(name="x", done_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_a_failed_command_leaves_nothing(app: Flask) -> None:
    """All of a command or none of it."""

    def fail() -> None:
        db.session.add(OutboxRow(kind="x"))
        db.session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail)
    assert db.session.query(OutboxRow).count() == 0


def test_concurrent_updates_lose_nothing(app: Flask) -> None:
    """Eight writers who read, think and write: every step counts."""
    with writing():
        db.session.add(OutboxRow(kind="counter", facts={"n": 0}))

    def bump() -> None:
        row = db.session.query(OutboxRow).filter_by(kind="counter").with_for_update().one()
        row.facts = {"n": row.facts["n"] + 1}

    def work() -> None:
        with app.app_context():
            for _ in range(20):
                write(bump)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.query(OutboxRow).filter_by(kind="counter").one().facts == {"n": 160}


def test_a_level_of_isolation_of_one_s_own_is_no_harm(app: Flask) -> None:
    """Such as for CHECKPOINT: the next transactions on the same connection are as ever."""
    if db.engine.dialect.name == "sqlite":
        return  # it has no others
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("checkpoint"))
    with writing():
        db.session.add(OutboxRow(kind="counter", facts={"n": 0}))
    with db.engine.connect() as connection:
        level = connection.execute(text("show transaction_isolation")).scalar()
        assert level == "repeatable read"
    assert db.session.query(OutboxRow).count() == 1


def test_a_connection_that_rested_is_looked_at(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL was restarted meanwhile: nobody gets the connection that is no more."""
    if db.engine.dialect.name == "sqlite":
        return  # a file does not go away
    monkeypatch.setattr("core.manners.ASKED_AFTER", 0.0)
    with db.engine.connect() as first:
        gone = first.scalar(text("select pg_backend_pid()"))
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", (gone,))
    with db.engine.connect() as second:
        assert second.scalar(text("select pg_backend_pid()")) != gone
