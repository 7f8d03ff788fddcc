"""Who is excluded for a case sees nothing of it, in their own agency and in the asked one."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from accounts.walls import bearing_of
from agencies.models import Pool
from core.bearing import OPERATOR, take
from core.db import db, write
from core.errors import HiddenError, RefusedError
from core.walls import act
from referral.commands.consent.exclusions import (
    end_exclusion,
    exclude_agency,
    exclude_person,
    read_exclusions,
)
from referral.commands.moves.answering import accept
from referral.commands.moves.sending import send
from referral.commands.record.reading import read_referral
from referral.models import CaseFile, Exclusion, Referral
from referral.queries.exclusions import excluded_agencies, without_excluded
from referral.queries.referrals import any_referral_by_code
from referral.rules.states import State
from tests.factories import make_offer
from tests.support.handing import Two, make_accepted, make_consent, make_draft, make_sent, make_two
from tests.support.people import make_account

pytestmark = pytest.mark.both_databases


def _case_id(two: Two) -> uuid.UUID:
    found = select(CaseFile.id).where(CaseFile.code == two.case_code)
    return db.session.scalars(found).one()


def test_an_excluded_agency_loses_what_it_had_and_is_asked_no_more(app: Flask) -> None:
    two = make_two()
    code, draft = make_accepted(two), make_draft(two)
    consent_id = make_consent(two)
    closed = write(
        exclude_agency, two.sending, case_code=two.case_code, agency_id=two.receiver_id, words="Kin"
    )
    assert closed.called_off == (code,)
    assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 0
    with pytest.raises(RefusedError) as refusal:
        make_consent(two)
    assert refusal.value.troubles[0].field == "receiver"
    with pytest.raises(RefusedError):
        write(send, two.sending, code=draft, consent_id=consent_id)
    [(row, words)] = write(read_exclusions, two.sending, case_code=two.case_code)
    assert words == "Kin"
    write(end_exclusion, two.sending, case_code=two.case_code, exclusion_id=row.id)
    write(send, two.sending, code=draft, consent_id=make_consent(two))


def test_the_filter_says_what_is_excluded(app: Flask) -> None:
    two = make_two()
    other = make_offer().service.agency_id
    write(exclude_agency, two.sending, case_code=two.case_code, agency_id=other, words="")
    excluded = excluded_agencies(_case_id(two))
    found = [(two.receiver_id, "a"), (other, "b")]
    assert without_excluded(found, excluded) == (["a"], ["b"])


def test_an_excluded_person_sees_nothing_while_their_colleagues_do(app: Flask) -> None:
    two = make_two()
    code, colleague = make_accepted(two), make_account(Role.INTAKE, agency_id=two.receiver_id)
    write(
        exclude_person,
        two.sending,
        case_code=two.case_code,
        agency_id=two.receiver_id,
        email=f" {two.clerk.email.upper()} ",
        words="Her cousin",
    )
    with pytest.raises(HiddenError):
        write(read_referral, two.answering, code=code)
    with pytest.raises(HiddenError):
        write(accept, two.answering, code=code, promise=two.promise())
    assert "name" in write(read_referral, actor_of(colleague, strong=True), code=code).fields
    assert any_referral_by_code(code).state is State.ACCEPTED  # type: ignore[union-attr]
    # The wall of the rows: no list, no count, no search shows it to them, whoever wrote it.
    for who, seen in ((two.clerk, 0), (colleague, 1)):
        try:
            act(bearing_of(actor_of(who, strong=True)))
            db.session.expire_all()
            assert len(db.session.scalars(select(Referral)).all()) == seen
            assert len(db.session.scalars(select(CaseFile)).all()) == seen
        finally:
            take(OPERATOR)
            db.session.rollback()


def test_a_colleague_of_the_sender_is_excluded_from_the_case_too(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    uncle = make_account(Role.MANAGER, agency_id=two.sender_id)
    write(
        exclude_person, two.sending, case_code=two.case_code, agency_id=two.sender_id,
        email=uncle.email, words="",
    )  # fmt: skip
    with pytest.raises(HiddenError):
        write(read_referral, actor_of(uncle, strong=True), code=code)
    try:
        act(bearing_of(actor_of(uncle, strong=True)))
        assert db.session.scalars(select(CaseFile)).all() == []
    finally:
        take(OPERATOR)
        db.session.rollback()


def test_nobody_is_excluded_by_a_guess(app: Flask) -> None:
    two = make_two()
    for agency_id, email in (
        (two.receiver_id, "nobody@example.org"),
        (two.sender_id, two.clerk.email),  # of another agency than said
        (two.sender_id, two.worker.email),  # oneself
    ):
        with pytest.raises(RefusedError):
            write(
                exclude_person, two.sending, case_code=two.case_code, agency_id=agency_id,
                email=email, words="",
            )  # fmt: skip
    with pytest.raises(RefusedError):
        write(
            exclude_agency, two.sending, case_code=two.case_code, agency_id=two.sender_id, words=""
        )
    with pytest.raises(HiddenError):
        write(
            exclude_agency,
            two.answering,
            case_code=two.case_code,
            agency_id=two.receiver_id,
            words="",
        )
    assert db.session.scalars(select(Exclusion)).all() == []
