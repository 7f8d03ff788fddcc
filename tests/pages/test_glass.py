"""Broken glass: open for an hour, alarmed at once, in both audits, and reviewed by another."""

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
from core.actors import SYSTEM
from core.clock import now
from core.db import db, write
from core.errors import HiddenError, RefusedError
from core.events import subscribe
from referral.commands.consent.glass import break_glass, read_glass, remind_of_glass, review_glass
from referral.commands.consent.withdrawing import withdraw_all
from referral.commands.duty.alarms import ALARM, Alarm
from referral.commands.moves.answering import decline
from referral.commands.record.reading import read_referral
from referral.models import GlassBreak
from referral.queries.glass import glass_to_review, marked_by_glass
from referral.queries.referrals import any_referral_by_code
from referral.rules.reasons import Decline
from tests.support.handing import NAME, make_accepted, make_sent, make_two
from tests.support.people import make_account

pytestmark = pytest.mark.both_databases
WHY = "She bleeds heavily and cannot speak"


def test_open_for_this_person_for_an_hour(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    alarms: list[dict[str, Any]] = []
    subscribe(ALARM, lambda **facts: alarms.append(facts))
    assert "name" not in write(read_referral, two.answering, code=code).fields
    glass_id = write(break_glass, two.answering, code=code, reason=WHY)
    seen = write(read_referral, two.answering, code=code)
    assert (seen.fields["name"], seen.by_glass) == (NAME, True)
    assert "address" not in seen.fields  # as far as the consent goes, no further
    colleague = make_account(Role.MANAGER, agency_id=two.receiver_id)
    assert "name" not in write(read_referral, actor_of(colleague, strong=True), code=code).fields
    assert [facts["why"] for facts in alarms] == [Alarm.GLASS_BROKEN]
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "glass.broken")).all()
    assert {row.chain for row in rows} == {two.sender_id.hex, two.receiver_id.hex}
    assert "bleeds" not in "".join(str(row.facts) for row in rows)
    referral = any_referral_by_code(code)
    assert referral is not None
    assert marked_by_glass([referral.id]) == {referral.id}
    assert b"bleeds" not in db.session.get_one(GlassBreak, glass_id).reason_sealed
    with time_machine.travel(now() + timedelta(minutes=61), tick=True):
        assert "name" not in write(read_referral, two.answering, code=code).fields


def test_it_closes_with_a_decline_and_with_a_withdrawal(app: Flask) -> None:
    two = make_two()
    first, second = make_sent(two), make_sent(two)
    for code in (first, second):
        write(break_glass, two.answering, code=code, reason=WHY)
    write(decline, two.answering, code=first, reason=Decline.FULL)
    assert "name" not in write(read_referral, two.answering, code=first).fields
    write(withdraw_all, two.sending, case_code=two.case_code)
    assert write(read_referral, two.answering, code=second).fields == {}
    with pytest.raises(RefusedError):
        write(break_glass, two.answering, code=second, reason=WHY)


def test_who_may_and_with_which_words(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    coordinator = actor_of(make_account(Role.COORDINATOR), strong=True)
    weak = actor_of(two.clerk, strong=False)
    for actor in (two.sending, coordinator, weak):
        with pytest.raises(HiddenError):
            write(break_glass, actor, code=code, reason=WHY)
    for reason in ("", "urgent", "x" * 600):
        with pytest.raises(RefusedError):
            write(break_glass, two.answering, code=code, reason=reason)
    with pytest.raises(RefusedError):
        write(break_glass, two.answering, code=make_accepted(two), reason=WHY)
    assert db.session.scalars(select(GlassBreak)).all() == []


def test_a_coordinator_of_the_area_reviews_it_once(app: Flask) -> None:
    two = make_two(location={"area_code": "31.75.10"})
    code = make_sent(two)
    glass_id = write(
        break_glass, two.answering, code=code, reason=f"{WHY}, call 0812-0000-1111 now"
    )
    here = actor_of(make_account(Role.COORDINATOR, area="31.75"), strong=True)
    elsewhere = actor_of(make_account(Role.COORDINATOR, area="32.76"), strong=True)
    for actor in (elsewhere, two.answering, two.sending):
        assert glass_to_review(actor) == []
        with pytest.raises(HiddenError):
            write(read_glass, actor, glass_id=glass_id)
        with pytest.raises(HiddenError):
            write(review_glass, actor, glass_id=glass_id, was_right=True, words="Yes")
    alarms: list[dict[str, Any]] = []
    subscribe(ALARM, lambda **facts: alarms.append(facts))
    assert write(remind_of_glass, SYSTEM) == 0
    with time_machine.travel(now() + timedelta(hours=25), tick=True):
        assert write(remind_of_glass, SYSTEM) == 1
        assert [facts["why"] for facts in alarms] == [Alarm.GLASS_NOT_REVIEWED]
        [listed] = glass_to_review(here)
        assert (listed.code, listed.reviewed_at) == (code, None)
        opened = write(read_glass, here, glass_id=glass_id)
        assert opened.reason is not None
        assert opened.reason.startswith(WHY)
        assert "0812" not in opened.reason
        with pytest.raises(RefusedError):
            write(review_glass, here, glass_id=glass_id, was_right=False, words=" ")
        write(
            review_glass, here, glass_id=glass_id, was_right=False, words="A call would have done"
        )
        assert write(remind_of_glass, SYSTEM) == 0
        with pytest.raises(RefusedError):
            write(review_glass, here, glass_id=glass_id, was_right=True, words="Yes")
    glass = db.session.get_one(GlassBreak, glass_id, populate_existing=True)
    assert glass.was_right is False
