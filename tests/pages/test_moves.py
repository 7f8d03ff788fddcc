"""The moves of a referral, from a draft to the closed loop."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from agencies.models import Pool
from core.clock import now
from core.db import db, write, writing
from core.errors import HiddenError, RefusedError
from referral.commands.moves.answering import accept, acknowledge, decline
from referral.commands.moves.handing import begin_service, complete, hand_over
from referral.commands.moves.sending import cancel, close, send
from referral.commands.moves.step import AlreadyMovedError
from referral.commands.record.reading import read_referral
from referral.models import Consent, Referral, ReferralMove
from referral.queries.referrals import any_referral_by_code
from referral.rules.reasons import Cancel, Decline, Outcome
from referral.rules.states import State
from tests.support.handing import NAME, make_accepted, make_consent, make_draft, make_sent, make_two

pytestmark = pytest.mark.both_databases


def _referral(code: str) -> Referral:
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def test_from_draft_to_closed(app: Flask) -> None:
    two = make_two()
    code = make_draft(two)
    write(send, two.sending, code=code, consent_id=make_consent(two))
    write(acknowledge, two.answering, code=code)
    write(accept, two.answering, code=code, promise=two.promise())
    pool = db.session.get_one(Pool, two.pool_id, populate_existing=True)
    assert (pool.held, pool.occupied, pool.free) == (1, 1, 1)
    assert _referral(code).identity_open
    write(hand_over, two.answering, code=code, received_by="Rini")
    pool = db.session.get_one(Pool, two.pool_id, populate_existing=True)
    assert (pool.held, pool.occupied, pool.free) == (0, 2, 1)
    write(begin_service, two.answering, code=code)
    write(complete, two.answering, code=code, outcome=Outcome.MET, service_given="A safe week")
    write(close, two.sending, code=code)
    referral = _referral(code)
    assert referral.state is State.CLOSED
    assert not referral.identity_open
    moves = list(db.session.scalars(select(ReferralMove).order_by(ReferralMove.number)))
    assert [move.to_state for move in moves] == [
        State.SENT,
        State.ACKNOWLEDGED,
        State.ACCEPTED,
        State.HANDED_OVER,
        State.IN_SERVICE,
        State.COMPLETED,
        State.CLOSED,
    ]
    assert [move.in_time for move in moves[1:4]] == [True, True, True]


def test_a_decline_after_acceptance_frees_the_place_and_closes_the_identity(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    write(decline, two.answering, code=code, reason=Decline.RISK)
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 0
    assert not _referral(code).identity_open


def test_who_comes_second_is_told(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    with pytest.raises(AlreadyMovedError):
        write(accept, two.answering, code=code, promise=two.promise())
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 1


def test_each_side_makes_its_own_moves_only(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    with pytest.raises(HiddenError):
        write(accept, two.sending, code=code, promise=two.promise())
    with pytest.raises(HiddenError):
        write(cancel, two.answering, code=code, reason=Cancel.NEED_GONE)


def test_the_database_refuses_a_referral_without_a_live_basis(app: Flask) -> None:
    two = make_two()
    code, consent_id = make_draft(two), make_consent(two)
    with writing():
        db.session.get_one(Consent, consent_id).withdrawn_at = now()
    with pytest.raises(RefusedError):
        write(send, two.sending, code=code, consent_id=consent_id)
    for state in ("sent", "accepted", "waitlisted"):
        wanted = text("update referral set state = :state, consent_id = :consent, moved_at = :at")
        with pytest.raises(DBAPIError, match="without a live legal basis"), writing():
            db.session.execute(
                wanted,
                {"state": state, "consent": _spelt(app, consent_id), "at": _referral(code).made_at},
            )
    with pytest.raises(DBAPIError, match="has_basis"), writing():
        db.session.execute(text("update referral set state = 'closed'"))


def _spelt(app: Flask, own_id: object) -> str:
    return str(own_id).replace("-", "") if db.engine.dialect.name == "sqlite" else str(own_id)


def test_the_receiver_sees_what_identifies_from_acceptance_on(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    before = write(read_referral, two.answering, code=code)
    assert before.fields["age"] == "25-59"
    assert "name" not in before.fields
    write(accept, two.answering, code=code, promise=two.promise())
    after = write(read_referral, two.answering, code=code)
    assert (after.fields["name"], after.fields["age"]) == (NAME, 27)
    assert "address" not in after.fields
    write(decline, two.answering, code=code, reason=Decline.FULL)
    assert "name" not in write(read_referral, two.answering, code=code).fields
