"""Many writers into the audit at once: no gap, no fork, no deadlock."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from accounts.commands.audit import record
from accounts.models import Account, AuditEntry, AuditHead
from accounts.models.audit import chain_of
from core.actors import OPERATOR
from core.clock import now
from core.db import WRITES, db, write, writing
from tests.support.audit import AGENCY, CHAIN, fill, kinds

pytestmark = pytest.mark.both_databases
WRITERS = 12
OTHER = uuid.UUID(int=0x07E)


def _together(app: Flask, job: Callable[[int], None]) -> None:
    """The job in many threads that all begin at once; an error in any is an error here."""
    start = threading.Barrier(WRITERS)

    def run(number: int) -> None:
        with app.app_context():
            start.wait(30)
            try:
                job(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(run, range(WRITERS), timeout=120))


def _count(chain: str = CHAIN) -> int:
    db.session.rollback()
    return int(db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.chain == chain)
    ) or 0)  # fmt: skip


def test_many_writers_begin_one_chain_together(app: Flask) -> None:
    """There is nothing to lock before the first row."""
    _together(app, lambda _number: fill(1))
    assert _count() == WRITERS
    assert kinds() == set()


def test_many_writers_go_on_together(app: Flask) -> None:
    """Ten transactions of each, of three rows."""

    def many(_number: int) -> None:
        for _ in range(10):
            fill(3)

    _together(app, many)
    assert _count() == WRITERS * 30
    assert kinds() == set()


def test_two_chains_in_opposite_orders(app: Flask) -> None:
    """What one writes first the other writes last; locks are taken in one order all the same."""

    def both(number: int) -> None:
        for _ in range(10):
            with writing():
                for agency in (AGENCY, OTHER) if number % 2 else (OTHER, AGENCY):
                    record(OPERATOR, "beds.said", agency_id=agency)
                    db.session.execute(select(func.count()).select_from(AuditHead))

    _together(app, both)
    assert _count() == _count(chain_of(OTHER)) == WRITERS * 10
    assert kinds() == set()


def test_a_failed_command_leaves_no_gap(app: Flask) -> None:
    """Neither a row nor a number is spent on what did not happen."""

    def fail() -> None:
        record(OPERATOR, "beds.said", agency_id=AGENCY)
        raise RuntimeError

    fill(2)
    with pytest.raises(RuntimeError):
        write(fail)
    fill(1)
    assert _count() == 3
    assert kinds() == set()


def test_a_savepoint_that_is_rolled_back_takes_its_rows_along(app: Flask) -> None:
    """And those alone, also when a flush within it failed."""
    email = "twice@example.org"
    with writing():
        record(OPERATOR, "first.thing", agency_id=AGENCY)
        db.session.add(Account(email=email, name="A", created_at=now()))
        db.session.flush()

        def again() -> None:
            with db.session.begin_nested():
                record(OPERATOR, "undone.thing", agency_id=AGENCY)
                db.session.add(Account(email=email, name="B", created_at=now()))

        with pytest.raises(IntegrityError):
            again()
        with db.session.begin_nested():
            record(OPERATOR, "second.thing", agency_id=AGENCY)
    rows = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert rows == ["first.thing", "second.thing"]
    assert kinds() == set()


def test_outside_a_write_transaction_nothing_is_silently_lost(app: Flask) -> None:
    """A door that forgot `write` fails at once, on both databases."""
    with pytest.raises(RuntimeError, match="outside a write transaction"):
        record(OPERATOR, "beds.said", agency_id=AGENCY)


def test_a_role_that_owns_nothing_can_write_and_not_unlock(app: Flask) -> None:
    """PostgreSQL as docs/operate.md sets it up: rows go in, nothing else goes."""
    if db.engine.dialect.name != "postgresql":
        return
    role = f"web_{uuid.uuid4().hex[:8]}"
    with db.engine.connect().execution_options(**{WRITES: True}) as owner:
        owner.execute(text(f"create role {role}"))
        rights = "select, insert, update, delete"
        owner.execute(text(f"grant {rights} on all tables in schema public to {role}"))
        owner.commit()
    try:
        with writing():
            db.session.execute(text(f"set local role {role}"))
            record(OPERATOR, "beds.said", agency_id=AGENCY)
        for statement in ("drop trigger audit_entry_update on audit_entry",
                          "alter table audit_entry disable trigger all",
                          "set local session_replication_role = replica",
                          "truncate audit_entry"):  # fmt: skip
            with pytest.raises(DBAPIError):
                write(_as_role, role, statement)
        write(_as_role, role, "delete from audit_entry")  # behind its wall there is no row
    finally:
        with db.engine.connect().execution_options(**{WRITES: True}) as owner:
            owner.execute(text(f"drop owned by {role}"))
            owner.execute(text(f"drop role {role}"))
            owner.commit()
    assert _count() == 1
    assert kinds() == set()


def _as_role(role: str, statement: str) -> None:
    db.session.execute(text(f"set local role {role}"))
    db.session.execute(text(statement))


def test_what_is_no_json_is_refused_where_it_is_said(app: Flask) -> None:
    """Not at the end of the transaction, where nobody knows whose it was."""
    with pytest.raises(TypeError):
        write(record, OPERATOR, "beds.said", agency_id=AGENCY, at=datetime.now(UTC))
    assert _count() == 0


def test_the_hash_is_the_same_on_every_database(app: Flask) -> None:
    """The same row, the same hash: also with a moment that ends in zeros, and odd letters."""
    with time_machine.travel(datetime(2026, 11, 21, 20, 50, tzinfo=UTC), tick=False), writing():
        entry = record(
            OPERATOR,
            "beds.said",
            agency_id=AGENCY,
            subject=("offer", 7),
            b=[1, 2.5, None],
            a="é–\n",
        )
    assert entry.own_hash == "e88f9a32873583afa652b12a5221f8aa222980b4cded4056304fc8b2aa1db1c2"
    assert kinds() == set()
