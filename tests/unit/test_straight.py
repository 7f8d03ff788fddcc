"""What goes straight to PostgreSQL: together, in order, and never lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from core.asking import ask, change_rows, spelt_once
from core.clock import now
from core.db import db, write, writing
from core.ids import new_id
from core.outbox import OutboxRow
from core.prepared import straight_of
from core.rows import add_row
from core.straight import MOST_KEPT, MOST_TOGETHER, Order, Straight
from core.worker import Duty

pytestmark = pytest.mark.on_postgresql

OF_KIND = spelt_once(select(OutboxRow.tries).where(OutboxRow.kind == bindparam("kind")))
TRIED = spelt_once(
    update(OutboxRow).where(OutboxRow.kind == bindparam("of_kind")).values(tries=bindparam("now"))
)
KEPT = text("select count(*) from pg_prepared_statements where name like 'rujukan%'")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What went to the database, by round trips."""
    trips: list[list[str]] = []
    send = Straight._send

    def noted(way: Straight, orders: Any) -> Any:
        trips.append([one.order.text.split(maxsplit=1)[0].upper() for one in orders])
        return send(way, orders)

    monkeypatch.setattr(Straight, "_send", noted)
    return trips


def put(kind: str = "a", **more: Any) -> OutboxRow:
    """A row of an outbox."""
    return add_row(OutboxRow, kind=kind, facts={}, **more)


def tries(kind: str = "a") -> list[int]:
    """What is there."""
    return ask(OF_KIND, kind=kind).scalars()


def test_what_nobody_reads_goes_along(app: Flask, sent: list[list[str]]) -> None:
    """With the next question, or with the commit; in the order in which it came."""
    with writing():
        put(tries=1)
        change_rows(TRIED, of_kind="a", now=2)
        assert tries() == [2]
        put(tries=3)
    assert sent == [["BEGIN", "SELECT", "INSERT", "UPDATE", "SELECT"], ["INSERT", "COMMIT"]]
    assert tries() == [2, 3]


def test_a_transaction_in_which_nothing_happens_is_not_begun(
    app: Flask, sent: list[list[str]]
) -> None:
    """Nothing is sent for it."""
    with writing():
        pass
    assert sent == []
    with writing():
        assert tries() == []
    assert len(sent) == 2  # the question, then COMMIT: it may have locked something


def test_the_session_comes_after_what_waits(app: Flask) -> None:
    """What it reads and writes, it does by psycopg; what came before is there by then."""
    with writing():
        put(tries=1)
        assert db.session.scalar(select(OutboxRow.tries)) == 1
        put(tries=2)
        db.session.execute(update(OutboxRow).values(tries=OutboxRow.tries + 10))
        assert sorted(tries()) == [11, 12]


def test_a_fault_is_told_by_whoever_comes_next(app: Flask) -> None:
    """As SQLAlchemy tells it, by a question or by the commit; nothing of it is kept."""
    one = new_id()
    ends: list[Callable[[], object]] = [lambda: None, tries]
    for last in ends:
        with pytest.raises(IntegrityError) as wrong:
            write(lambda then: (put(id=one), put(id=one), then()), last)
        assert "INSERT INTO outbox" in str(wrong.value)
    assert tries() == []
    with writing():
        put(tries=4)
    assert tries() == [4]


def test_a_fault_in_a_savepoint_is_told_there(app: Flask) -> None:
    """Whoever takes it back goes on with the rest."""
    one = new_id()
    with writing():
        put(id=one, tries=1)
        with pytest.raises(IntegrityError), db.session.begin_nested():
            put(id=one)
        with db.session.begin_nested():
            put(tries=2)
        put(tries=3)
    assert sorted(tries()) == [1, 2, 3]


def test_a_value_that_cannot_be_sent_loses_nothing(app: Flask) -> None:
    """It is told at once, and what waited is still sent."""
    with writing():
        put(tries=1)
        with pytest.raises(DBAPIError):
            ask(OF_KIND, kind="a\0b")
        with pytest.raises(DBAPIError):
            put(kind="a\0b")
    assert tries() == [1]


def test_what_is_taken_back_was_never_sent(app: Flask, sent: list[list[str]]) -> None:
    """And does not come with the next transaction of the connection."""
    with pytest.raises(ZeroDivisionError):
        write(lambda: (put(tries=1), 1 / 0))
    assert sent == []
    with writing():
        put(tries=2)
    assert tries() == [2]


@pytest.mark.parametrize(
    "forgets", ["rollback", "savepoint", "drop table if exists nowhere", "deallocate all"]
)
def test_what_psycopg_has_forgotten_is_prepared_anew(app: Flask, forgets: str) -> None:
    """It has the database forget everything at such a moment, what is not its own too."""
    with writing():
        put(tries=1)
    for _ in range(12):  # so often that psycopg prepares something itself
        db.session.execute(text("select count(*) from duty where name = :name"), {"name": "x"})
        db.session.commit()
    with writing():
        assert tries() == [1]
        db.session.execute(text("select count(*) from duty where name = :name"), {"name": "x"})
        if forgets == "savepoint":
            nested = db.session.begin_nested()
            db.session.execute(text("select 1"))
            nested.rollback()
        elif forgets == "rollback":
            db.session.rollback()
        else:
            db.session.execute(text(forgets))
        assert tries() == [1]
    with writing():
        put(tries=2)
    assert sorted(tries()) == [1, 2]


def test_the_database_does_not_keep_everything(app: Flask) -> None:
    """A process lives for months; each statement that is kept costs the database memory."""
    with writing():
        way = straight_of(db.session.connection())
        for number in range(MOST_KEPT + 30):
            found = way.ask(Order(f"select {number}, $1::int", (number,)))
            assert found.rows == [(number, number)]
        assert db.session.scalar(KEPT) <= MOST_KEPT + 1
        assert way.ask(Order("select 0, $1::int", (7,))).rows == [(0, 7)]


def test_large_values_go_one_after_the_other(app: Flask) -> None:
    """More than a socket takes at once could leave both sides waiting for each other."""
    long = "x" * (MOST_TOGETHER // 2)
    with writing():
        for number in range(5):
            add_row(OutboxRow, kind="a", facts={"n": long}, tries=number)
        assert sorted(tries()) == [0, 1, 2, 3, 4]


def test_whoever_waits_lets_the_others_go_on(app: Flask) -> None:
    """A thread that waits for a row keeps neither Python nor the one whom it waits for."""
    with writing():
        db.session.add(Duty(name="x", done_at=now()))
    lock = spelt_once(select(Duty.name).where(Duty.name == "x").with_for_update())
    done: list[int] = []

    def work(number: int) -> None:
        with app.app_context():
            for _ in range(20):
                write(both, number)
            done.append(number)

    def both(number: int) -> None:
        put(kind=f"{number}")
        ask(lock).one()
        put(kind=f"{number}")
        tries(f"{number}")

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(done) == [0, 1, 2, 3]
    assert len(tries("2")) == 40


def test_a_connection_that_is_lost_is_told_and_replaced(app: Flask) -> None:
    """In the midst of several statements and of one; the next transaction has another."""
    end = text("select pg_terminate_backend(:pid)")

    def lose(before: int) -> None:
        tries()
        pid = db.session.scalar(text("select pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(end, {"pid": pid})
        for _ in range(before):
            put()
        tries()

    for before in (0, 1, 5):
        with pytest.raises(OperationalError) as lost:
            write(lose, before)
        assert lost.value.connection_invalidated
        with writing():
            assert tries() == []


def test_hooks_see_each_statement(app: Flask) -> None:
    """Whoever counts or interrupts statements meets those that wait too."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement.split(maxsplit=1)[0].upper())

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with writing():
            put()
            tries()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert seen == ["INSERT", "SELECT"]
