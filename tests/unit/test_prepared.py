"""What is prepared once answers as SQLAlchemy does, and fails as it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, MultipleResultsFound, NoResultFound

from accounts.walls import bearing_of
from agencies.models import Agency, Offer, Pool, Status
from core.asking import ask, ask_ahead, change_rows, changed_rows, spelt_once
from core.bearing import OPERATOR
from core.clock import now
from core.db import db, writing
from core.outbox import OutboxRow
from core.prepared import prepared
from core.rows import add_row, find_object
from core.spelling import MOST_SPELT, Spelling
from core.walls import act
from referral.models import Referral
from referral.rules.referral_codes import read_referral_code
from tests.factories import make_offer
from tests.support.handing import make_draft, make_two

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 22, 5, 0, 0, 123456, tzinfo=UTC)
OF_OFFERS = spelt_once(
    select(Offer.id, Offer.changed_at, Offer.access_mobility, Offer.facts, Offer.revision)
    .where(Offer.id.in_(bindparam("offers", expanding=True)))
    .order_by(Offer.id)
)
IS_OPEN = spelt_once(select(Agency.status == Status.ACTIVE).where(Agency.id == bindparam("agency")))
OF_ROWS = spelt_once(
    select(OutboxRow.id, OutboxRow.facts, OutboxRow.due_at, OutboxRow.done_at, OutboxRow.tries)
    .where(OutboxRow.kind == bindparam("kind"), OutboxRow.due_at <= bindparam("until"))
    .order_by(OutboxRow.due_at)
)
A_ROW = spelt_once(select(OutboxRow).where(OutboxRow.kind == bindparam("kind")))
TRIED = spelt_once(
    update(OutboxRow)
    .where(OutboxRow.kind == bindparam("of_kind"))
    .values(tries=OutboxRow.tries + bindparam("more"))
    .returning(OutboxRow.tries)
)


def put(number: int, **more: Any) -> OutboxRow:
    """A row of an outbox, written past the session."""
    return add_row(OutboxRow, kind="a", facts={"n": number, "ä": [None]}, **more)


def test_lists_of_every_length_are_answered_alike(app: Flask) -> None:
    """None, one and several; with ids, instants, enums and JSON."""
    offers = [make_offer(beds=(number, 0)).id for number in range(5)]
    for length in (0, 1, 5, 2, 0):
        said = {"offers": offers[:length]}
        theirs = db.session.execute(OF_OFFERS, said).all()
        ours = ask(OF_OFFERS, **said)
        assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
        assert [row.changed_at for row in ours] == [row.changed_at for row in theirs]
        assert ours.scalars() == sorted(offers[:length])


def test_what_is_written_past_the_session_is_read_by_it(app: Flask) -> None:
    """With the defaults of its columns, and nothing where nothing was said."""
    with writing():
        put(1, due_at=NOON, tries=3)
        put(2)
    first, second = db.session.scalars(select(OutboxRow).order_by(OutboxRow.due_at))
    assert (first.facts, first.due_at, first.tries) == ({"n": 1, "ä": [None]}, NOON, 3)
    assert first.done_at is None
    assert (second.tries, second.id.version) == (0, 7)
    assert abs(second.due_at - now()) < timedelta(minutes=1)
    theirs = db.session.execute(OF_ROWS, {"kind": "a", "until": now()}).all()
    assert ask(OF_ROWS, kind="a", until=now()).all() == theirs


def test_changes_are_made_and_told(app: Flask) -> None:
    """With RETURNING and without, and with what a column gets whenever its row changes."""
    offer = make_offer(beds=(2, 0))
    before = offer.changed_at
    with writing():
        put(1), put(2)
        assert changed_rows(TRIED, of_kind="a", more=4).scalars() == [4, 4]
        raised = update(Offer).where(Offer.id == bindparam("one")).values(revision=7)
        change_rows(spelt_once(raised), one=offer.id)
        gone = spelt_once(delete(OutboxRow).where(OutboxRow.kind == bindparam("of_kind")))
        change_rows(gone, of_kind="a")
    assert (offer.revision, offer.changed_at > before) == (7, True)
    assert db.session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_how_many_there_are_is_told(app: Flask) -> None:
    """As a result of SQLAlchemy tells it."""
    with writing():
        put(1), put(2)
        assert ask(OF_ROWS, kind="b", until=now()).one_or_none() is None
        assert ask(OF_ROWS, kind="b", until=now()).scalar() is None
        with pytest.raises(NoResultFound):
            ask(OF_ROWS, kind="b", until=now()).one()
        for tell in ("one", "one_or_none", "scalar_one"):
            with pytest.raises(MultipleResultsFound):
                getattr(ask(OF_ROWS, kind="a", until=now()), tell)()
        with pytest.raises(KeyError):
            ask(OF_ROWS, kind="a")


def test_what_the_database_refuses_is_told_as_ever(app: Flask) -> None:
    """With SQLAlchemy's errors, and the transaction goes back whole."""
    with pytest.raises(IntegrityError), writing():
        put(1, id=put(1).id)
    assert ask(OF_ROWS, kind="a", until=now()).all() == []
    with pytest.raises(DBAPIError):
        put(1)  # outside `writing`
    db.session.rollback()
    make_offer(beds=(2, 0))
    with pytest.raises(IntegrityError), writing():
        change_rows(spelt_once(update(Pool).values(held=10_000)))
    with writing():
        put(2)
    assert ask(OF_ROWS, kind="a", until=now()).one().facts["n"] == 2


def test_what_waits_is_written_before(app: Flask) -> None:
    """A question sees what the session was told, and a row comes after what it belongs to."""
    with writing():
        db.session.add(OutboxRow(kind="a", facts={}, due_at=NOON))
        assert ask(OF_ROWS, kind="a", until=NOON).one().due_at == NOON
        db.session.add(OutboxRow(kind="a", facts={}, due_at=NOON))
        put(3)
        assert len(ask(OF_ROWS, kind="a", until=now()).all()) == 3


def test_a_look_ahead_sees_what_its_own_transaction_wrote(app: Flask) -> None:
    """And what others have committed, where none is open."""
    agency = make_offer().service.agency
    assert ask_ahead(IS_OPEN, agency=agency.id).scalar() is True
    with writing():
        db.session.get_one(Agency, agency.id).status = Status.INACTIVE
        db.session.flush()
        assert ask_ahead(IS_OPEN, agency=agency.id).scalar() is False
    assert ask_ahead(OF_OFFERS, offers=[]).all() == []
    assert ask_ahead(IS_OPEN, agency=agency.id).scalar() is False


def test_an_object_that_is_found_is_one_of_the_session(app: Flask) -> None:
    """What is changed of it is written; found again it is the same, as it is by then."""
    with writing():
        put(1)
        assert find_object(OutboxRow, A_ROW, kind="b") is None
    with writing():
        found = find_object(OutboxRow, A_ROW, kind="a")
        assert found is not None
        assert not db.session.dirty
        found.tries, found.facts = 5, {"n": 6}
        change_rows(TRIED, of_kind="a", more=2)
        assert find_object(OutboxRow, A_ROW, kind="a") is found
        assert found.tries == 7
        found.last_error = "x"
    db.session.expunge_all()
    row = db.session.scalars(select(OutboxRow)).one()
    assert (row.tries, row.facts, row.last_error) == (7, {"n": 6}, "x")


def test_an_object_without_its_like_or_behind_a_wall(app: Flask) -> None:
    """Two are an error; what whoever asks may not see is not found."""
    with writing():
        put(1), put(2)
        with pytest.raises(MultipleResultsFound):
            find_object(OutboxRow, A_ROW, kind="a")
    two = make_two()
    code = read_referral_code(make_draft(two))
    of_code = spelt_once(select(Referral).where(Referral.code == bindparam("code")))
    theirs, ours = bearing_of(two.answering), bearing_of(two.sending)
    try:
        act(theirs)
        assert find_object(Referral, of_code, code=code) is None
        act(ours)
        found = find_object(Referral, of_code, code=code)
        assert found is not None
        assert [one.need for one in found.needs] == ["S1"]
    finally:
        act(OPERATOR)


def test_texts_are_not_kept_without_end(app: Flask) -> None:
    """A process lives for months, and lists may have any length."""
    one = prepared(OF_OFFERS, db.engine.dialect)
    assert one is prepared(OF_OFFERS, db.engine.dialect)
    fresh = Spelling(OF_OFFERS.compile(dialect=db.engine.dialect), db.engine.dialect)
    ids = [make_offer().id]
    for length in range(MOST_SPELT * 2 + 1):
        fresh.of({"offers": ids * length})
    assert len(fresh.texts) <= MOST_SPELT
