"""Single quick reads on the connection that is kept for them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import ActorKind
from core.bearing import NOBODY, OPERATOR, Bearing
from core.db import db, writing
from core.glass import glance, look
from core.ids import new_id
from core.outbox import OutboxRow
from core.walls import act

pytestmark = pytest.mark.both_databases

COUNTED = "select count(*) from outbox"


def put() -> None:
    """A row of the outbox."""
    db.session.add(OutboxRow(kind="a", facts={}))


def test_it_sees_what_was_committed(app: Flask) -> None:
    """And nothing else, at each glance anew; the first row, None without one."""
    assert tuple(glance(COUNTED)) == (0,)
    assert glance("select id from outbox") is None
    with writing():
        put()
        db.session.flush()
        assert tuple(glance(COUNTED)) == (0,)
    assert tuple(glance(COUNTED)) == (1,)


def test_it_cannot_write(app: Flask) -> None:
    """Whatever it is asked; the next one reads as ever."""
    with writing():
        put()
    with pytest.raises(DBAPIError):
        glance("delete from outbox")
    assert tuple(glance(COUNTED)) == (1,)


def test_what_is_wrong_is_said_as_by_sqlalchemy(app: Flask) -> None:
    """So that whoever asks need not know by which way."""
    with pytest.raises(DBAPIError) as wrong:
        glance("select id from nowhere")
    assert not wrong.value.connection_invalidated
    with pytest.raises(DBAPIError):
        db.session.execute(text("select id from nowhere"))


def test_postgresql_is_told_on_whose_behalf(app: Flask, database: str) -> None:
    """At each glance of somebody else; the walls there ask for it."""
    if database == "sqlite":
        return  # it has none
    some, other = (Bearing(ActorKind.MEMBER, new_id(), frozenset({new_id()})) for _ in range(2))
    crossing = Bearing(ActorKind.VISITOR, crossing="signing in")
    try:
        for whom in (OPERATOR, some, other, other, crossing, NOBODY, some):
            act(whom)
            said = ("kind", "actor", "agencies", "crossing")
            spelt = ", ".join(f"current_setting('rujukan.{name}')" for name in said)
            agencies = ",".join(str(one) for one in whom.agencies)
            assert tuple(glance(f"select {spelt}")) == (
                *(whom.kind.value, str(whom.id or ""), agencies, whom.crossing or ""),
            )
    finally:
        act(OPERATOR)


def test_a_connection_that_is_lost_is_made_anew(app: Flask, database: str) -> None:
    """PostgreSQL was started anew meanwhile: whoever asks does not notice, and tells it again."""
    if database == "sqlite":
        return  # a file does not go away
    whose = "select pg_backend_pid(), current_setting('rujukan.kind')"
    gone = glance(whose)
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", (gone[0],))
    found = glance(whose)
    assert found[0] != gone[0]
    assert found[1] == gone[1] == OPERATOR.kind.value


def test_it_goes_with_its_engine(app: Flask) -> None:
    """And comes again when it is asked."""

    def number(cursor: Any) -> Any:
        return cursor.fetchone()[0]

    assert look(COUNTED, (), number) == 0
    db.engine.dispose()
    assert look(COUNTED, (), number) == 0
