"""What a session changed is written as SQLAlchemy writes it, though by statements of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core import changes
from core.db import db, write, writing
from core.outbox import OutboxRow
from referral.models import Hold, Referral, ReferralNeed
from referral.models.referral import Bond
from referral.queries.referrals import any_referral_by_code
from referral.rules.states import State
from tests.support.handing import make_draft, make_two

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 22, 5, 0, 0, 123456, tzinfo=UTC)


@contextmanager
def written() -> Iterator[list[str]]:
    """The statements that change something, as they are executed."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SELECT", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def by_sqlalchemy() -> Iterator[None]:
    """As it would be written without us."""
    event.remove(db.session, "before_flush", changes._write_changes)
    try:
        yield
    finally:
        changes.init_changes()


def row() -> OutboxRow:
    """A new row that is committed."""
    with writing():
        one = OutboxRow(kind="a", facts={"n": 1})
        db.session.add(one)
    return one


def draft() -> Referral:
    """A referral that is committed."""
    found = any_referral_by_code(make_draft(make_two()))
    assert found is not None
    return found


CHANGES = {
    "state": State.CANCELLED,
    "started_at": NOON,
    "offer_id": None,
    "facts_sealed": b"\0\xff",
    "bond": Bond.ONWARD,
    "moves_made": 3,
    "identity_open": True,
    "position": 0,  # as it is: nothing to write
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_written_as_by_sqlalchemy(app: Flask, name: str) -> None:
    """Enums, instants, bytes, flags and nothing; and nothing is written where nothing changed."""
    one, other = draft(), draft()
    with writing(), by_sqlalchemy(), written() as theirs:
        assert hasattr(other, name)  # it is read before
        setattr(other, name, CHANGES[name])
        db.session.flush()
    with writing(), written() as ours:
        assert hasattr(one, name)
        setattr(one, name, CHANGES[name])
        db.session.flush()
    assert [said.split(" SET ")[0] for said in ours] == [said.split(" SET ")[0] for said in theirs]
    assert bool(ours) is (name != "position")
    db.session.remove()
    found = db.session.scalars(select(Referral)).all()
    assert [getattr(each, name) for each in found] == [CHANGES[name]] * 2


def test_what_was_changed_is_read_again(app: Flask) -> None:
    """JSON, instants and numbers, by a new session."""
    one = row()
    with writing():
        one.facts, one.due_at, one.tries = {"ä": [None, 2]}, NOON, 7
    db.session.remove()
    found = db.session.scalars(select(OutboxRow)).one()
    assert (found.facts, found.due_at, found.tries) == ({"ä": [None, 2]}, NOON, 7)


def test_a_rollback_takes_it_back(app: Flask) -> None:
    """The object says again what the database says; what is changed later is written."""
    one = row()

    def fail() -> None:
        one.tries = 9
        db.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(fail)
    assert one.tries == 0
    with writing():
        one.tries = 9
    db.session.expire_all()
    assert one.tries == 9


def test_a_savepoint_takes_it_back(app: Flask) -> None:
    """Within one the session writes itself, which knows what to take back."""
    one = row()

    def fail() -> None:
        with db.session.begin_nested():
            one.tries = 2
            db.session.flush()
            raise ZeroDivisionError

    with writing():
        one.tries = 1
        db.session.flush()
        with pytest.raises(ZeroDivisionError):
            fail()
        assert one.tries == 1
    db.session.expire_all()
    assert one.tries == 1


def test_relationships_and_new_objects_are_the_session_s(app: Flask) -> None:
    """A need that is put in and one that is taken out, beside a changed column."""
    one = draft()
    before = {need.need for need in one.needs}
    with writing():
        one.moves_made = 5
        one.needs.append(ReferralNeed(need="T1"))
    with writing():
        one.moves_made = 6
        one.needs = [need for need in one.needs if need.need == "T1"]
    db.session.expire_all()
    assert [need.need for need in one.needs] == ["T1"]
    assert one.moves_made == 6
    assert before


def test_a_value_that_the_database_works_out_is_the_session_s(app: Flask) -> None:
    """Such as one more than there was."""
    one = row()
    with writing():
        one.tries = OutboxRow.tries + 1
    assert one.tries == 1


def test_who_listens_to_a_change_is_told(app: Flask) -> None:
    """As the clocks are of a hold that is kept longer (`commands/duty/clocks.py`)."""
    two = make_two(beds=(2, 0))
    one = any_referral_by_code(make_draft(two))
    assert one is not None
    with writing():
        hold = Hold(
            referral_id=one.id, agency_id=two.receiver_id, pool_id=two.pool_id, places=1,
            made_at=NOON, until=NOON,
        )  # fmt: skip
        db.session.add(hold)
    with writing():
        one.attend_at = None
    with writing():
        hold.places = 2
    assert one.attend_at is None
    with writing():
        hold.until = NOON.replace(hour=9)
    db.session.expire_all()
    assert one.attend_at is not None


def test_what_the_database_refuses_is_said_as_ever(app: Flask) -> None:
    """The same kind of error; and nothing of the transaction remains."""
    one, other = draft(), draft()
    code, taken = one.code, other.code

    def fail() -> None:
        one.moves_made = 8
        db.session.flush()
        one.code = taken

    with pytest.raises(IntegrityError):
        write(fail)
    db.session.expire_all()
    assert (one.code, one.moves_made) == (code, 0)


def test_a_row_that_is_gone_is_no_change(app: Flask) -> None:
    """As SQLAlchemy says it."""
    one = row()

    def fail() -> None:
        db.session.execute(delete(OutboxRow), execution_options={"synchronize_session": False})
        one.tries = 1

    with pytest.raises(StaleDataError):
        write(fail)


def test_rows_are_written_in_one_order(app: Flask) -> None:
    """Whatever was changed first; so two transactions never wait for each other."""
    one, other = sorted((draft(), draft()), key=lambda each: each.id)
    with writing():
        other.moves_made = one.moves_made = 2
        rows = sorted(map(inspect, (other, one)), key=changes._place)
    assert [row.object for row in rows] == [one, other]


def test_nothing_waits_in_the_session_afterwards(app: Flask) -> None:
    """It need not look at the object again."""
    one = row()
    with writing():
        one.tries = 3
        session: Session = db.session()
        session.flush()
        assert not session.dirty
        assert not session.is_modified(one)
