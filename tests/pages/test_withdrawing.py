"""Withdrawing closes every door at once; time and arrival end what they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.models import Pool
from core.clock import now
from core.db import db, write, writing
from core.errors import HiddenError, RefusedError
from core.events import subscribe
from core.worker import one_round
from referral.commands.consent.consents import Given, renew_consent
from referral.commands.consent.withdrawing import (
    WITHDRAWN,
    end_on_arrival,
    end_what_ended,
    withdraw_all,
    withdraw_consent,
)
from referral.commands.moves.answering import accept
from referral.commands.moves.handing import begin_service, hand_over
from referral.commands.moves.sending import send
from referral.commands.moves.step import AlreadyMovedError
from referral.commands.record.reading import read_referral
from referral.models import AnswerLink, Channel, ChannelKind, Consent, Referral, ReferralMove
from referral.queries.referrals import any_referral_by_code
from referral.rules.consent import Basis, Giver, Mode
from referral.rules.reasons import Cancel
from referral.rules.states import State
from tests.support.handing import (
    Two,
    make_accepted,
    make_consent,
    make_draft,
    make_sent,
    make_two,
)
from tests.support.people import make_account

pytestmark = pytest.mark.both_databases


def _referral(code: str) -> Referral:
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _withdraw(two: Two, code: str) -> Any:
    consent_id = _referral(code).consent_id
    assert consent_id
    return write(withdraw_consent, two.sending, case_code=two.case_code, consent_id=consent_id)


def test_what_is_on_the_way_is_called_off_and_its_places_are_freed(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    told: list[dict[str, Any]] = []
    subscribe(WITHDRAWN, lambda **facts: told.append(facts))
    closed = _withdraw(two, code)
    assert (closed.consents, closed.called_off) == (1, (code,))
    referral = _referral(code)
    assert referral.state is State.CANCELLED
    assert not referral.identity_open
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 0
    last = db.session.scalars(select(ReferralMove).order_by(ReferralMove.number.desc())).first()
    assert last is not None
    assert last.reason == Cancel.WITHDRAWN.value
    assert [facts["why"] for facts in told] == [Cancel.WITHDRAWN]
    # The proof stays.
    consent = db.session.get_one(Consent, referral.consent_id)
    assert consent.withdrawn_at is not None
    assert consent.withdrawn_by == two.worker.id
    seen = write(read_referral, two.answering, code=code)
    assert seen.is_sealed
    assert seen.fields == {}
    with pytest.raises(AlreadyMovedError):
        write(accept, two.answering, code=code, promise=two.promise())
    assert _withdraw(two, code).consents == 0  # a second time nothing happens


def test_after_the_hand_over_the_view_closes(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    write(hand_over, two.answering, code=code, received_by="Rini")
    write(begin_service, two.answering, code=code)
    assert "name" in write(read_referral, two.answering, code=code).fields
    closed = _withdraw(two, code)
    assert closed.view_closed == (code,)
    assert _referral(code).state is State.IN_SERVICE
    assert write(read_referral, two.answering, code=code).fields == {}
    assert "name" in write(read_referral, two.sending, code=code).fields  # their own, still


def test_one_of_two_consents_and_then_all(app: Flask) -> None:
    two = make_two()
    first, second = make_sent(two), make_accepted(two)
    draft = make_draft(two)
    with writing():
        _referral(draft).consent_id = _referral(second).consent_id
    _withdraw(two, first)
    assert _referral(first).state is State.CANCELLED
    assert _referral(second).state is State.ACCEPTED
    write(withdraw_all, two.sending, case_code=two.case_code)
    assert _referral(second).state is State.CANCELLED
    assert _referral(draft).consent_id is None
    assert _referral(draft).state is State.DRAFT


def test_links_of_those_without_an_account_end(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    with writing():
        channel = Channel(
            agency_id=two.receiver_id, kind=ChannelKind.SMS, address="x", language="id",
            timezone="Asia/Jakarta", made_at=now(),
        )  # fmt: skip
        db.session.add(channel)
        db.session.flush()
        later = now() + timedelta(hours=2)
        link = AnswerLink(
            referral_id=_referral(code).id, agency_id=two.receiver_id, channel_id=channel.id,
            token_hash="t", made_at=now(), ends_at=later, browser_hash="b", open_until=later,
        )  # fmt: skip
        db.session.add(link)
    _withdraw(two, code)
    db.session.refresh(link)
    assert link.ends_at <= now()
    assert (link.open_until, link.browser_hash, link.code_hash) == (None, None, None)


def test_only_whose_case_it_is_withdraws(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    consent_id = _referral(code).consent_id
    assert consent_id
    stranger = actor_of(make_account(Role.WORKER, agency_id=two.receiver_id), strong=True)
    with pytest.raises(HiddenError):
        write(withdraw_consent, stranger, case_code=two.case_code, consent_id=consent_id)
    with pytest.raises(HiddenError):
        write(withdraw_all, stranger, case_code=two.case_code)
    other = make_two()
    with pytest.raises(HiddenError):
        write(withdraw_consent, other.sending, case_code=other.case_code, consent_id=consent_id)


def test_time_ends_what_is_on_the_way_and_closes_the_view(app: Flask) -> None:
    two = make_two()
    in_a_week = now() + timedelta(days=7)
    codes = [make_draft(two) for _ in range(3)]
    for code in codes:
        consent_id = make_consent(two, ends_at=in_a_week)
        write(send, two.sending, code=code, consent_id=consent_id)
    waits, promised, arrived = codes
    for code in (promised, arrived):
        write(accept, two.answering, code=code, promise=two.promise())
    write(hand_over, two.answering, code=arrived, received_by="Rini")
    assert write(end_what_ended) == 0
    with time_machine.travel(in_a_week + timedelta(minutes=1), tick=True):
        assert write(read_referral, two.answering, code=promised).fields == {}  # before the worker
        one_round()
        assert {_referral(code).state for code in (waits, promised)} == {State.CANCELLED}
        assert _referral(arrived).state is State.HANDED_OVER
        assert not _referral(arrived).identity_open
        assert write(end_what_ended) == 0
    pool = db.session.get_one(Pool, two.pool_id, populate_existing=True)
    assert (pool.held, pool.occupied) == (0, 2)


def test_a_consent_taken_abroad_ends_on_arrival_and_is_said_again(app: Flask) -> None:
    two = make_two()
    code = make_draft(two)
    consent_id = make_consent(two, ends_on_arrival=True)
    write(send, two.sending, code=code, consent_id=consent_id)
    write(accept, two.answering, code=code, promise=two.promise())
    referral = _referral(code)
    case_id = referral.case_id
    with time_machine.travel(now() + timedelta(hours=3), tick=True):
        assert write(end_on_arrival, two.sending, case_id=case_id, moment=now()) == 1
        assert write(end_what_ended) == 0  # the place is kept
        assert _referral(code).state is State.ACCEPTED
        assert not _referral(code).identity_open
        assert write(read_referral, two.answering, code=code).fields == {}
        with pytest.raises(RefusedError):
            write(hand_over, two.answering, code=code, received_by="Rini")
        given = Given(receiver_agency_id=two.receiver_id, fields=("name",))
        new_id = write(
            renew_consent, two.sending, case_code=two.case_code, consent_id=consent_id, given=given
        )
        assert (_referral(code).consent_id, _referral(code).identity_open) == (new_id, True)
        assert "name" in write(read_referral, two.answering, code=code).fields
        assert "phone" not in write(read_referral, two.answering, code=code).fields
        write(hand_over, two.answering, code=code, received_by="Rini")


def test_arriving_ends_what_was_said_abroad(app: Flask) -> None:
    two = make_two()
    code = make_draft(two)
    write(send, two.sending, code=code, consent_id=make_consent(two, ends_on_arrival=True))
    write(accept, two.answering, code=code, promise=two.promise())
    with time_machine.travel(now() + timedelta(hours=3), tick=True):
        write(hand_over, two.answering, code=code, received_by="Rini")
        assert _referral(code).state is State.HANDED_OVER
        assert not _referral(code).identity_open


def test_a_child_and_a_basis_that_does_not_hold(app: Flask) -> None:
    """Melati, about 16: the caregiver is suspected (domain.md §6A, step 2)."""
    two = make_two()
    facts = {"sex": "female", "age": 19, "age_certainty": "estimated", "reason": "Needs a bed"}
    code = make_draft(two, facts=facts)
    with pytest.raises(RefusedError) as refusal:
        make_consent(two)
    assert {trouble.field for trouble in refusal.value.troubles} == {"giver", "assent"}
    best = {
        "basis": Basis.BEST_INTEREST, "giver": Giver.OFFICIAL, "mode": Mode.NONE,
        "caregiver_informed": False,
    }  # fmt: skip
    with pytest.raises(RefusedError) as refusal:
        make_consent(two, **best)
    assert {trouble.field for trouble in refusal.value.troubles} == {"official", "caregiver_why"}
    notes = {"official": "AKP Wati", "caregiver_why": "The aunt recruited her"}
    write(send, two.sending, code=code, consent_id=make_consent(two, **best, notes=notes))
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.recorded"))
    assert "AKP" not in "".join(str(entry.facts) for entry in entries)


def test_the_hour_of_the_assault_goes_to_the_hospital_alone(app: Flask) -> None:
    facts = {"sex": "female", "age": 27, "reason": "Care", "time_critical": "about 50 h ago"}
    for kind, sees in (("PPT", True), ("SHL", False)):
        two = make_two(agency={"type": kind})
        code = make_draft(two, facts=facts)
        consent_id = make_consent(two, fields=("time_critical", "name"))
        assert ("time_critical" in db.session.get_one(Consent, consent_id).fields) is sees
        write(send, two.sending, code=code, consent_id=consent_id)
        seen = write(read_referral, two.answering, code=code).fields
        assert ("time_critical" in seen) is sees
