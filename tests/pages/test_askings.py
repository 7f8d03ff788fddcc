"""Several agencies asked for one person: who is asked next, who has it, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.rules.needs import Urgency
from core.clock import now
from core.db import db, write
from core.errors import HiddenError, RefusedError
from core.worker import one_round
from referral.commands.asking.asking_others import ask_these
from referral.commands.asking.askings import (
    ask_next,
    choose,
    leave_out,
    put_earlier,
    stop_asking,
)
from referral.commands.consent.consents import Given, record_consent
from referral.commands.consent.exclusions import exclude_agency
from referral.commands.moves.answering import accept, accept_conditionally, decline, put_on_list
from referral.commands.moves.sending import cancel, divert, reopen
from referral.commands.moves.sending import send as send_move
from referral.commands.moves.step import AlreadyMovedError
from referral.models import Bond, Consent, How, Notice, Referral
from referral.queries.referrals import any_referral_by_code
from referral.rules.reasons import Cancel, Decline
from tests.support.asking import ask_all, first_of, held_now, make_asked, states_of
from tests.support.handing import make_accepted, make_draft, make_sent, make_two
from tests.support.people import make_account, sign_in
from tests.support.sending import fields, read, send, words


def row(code: str) -> Referral:
    """The referral as it stands now."""
    db.session.rollback()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def told(agency_id: object) -> list[str]:
    """What an agency was told, in order."""
    db.session.rollback()
    wanted = select(Notice.what).where(Notice.agency_id == agency_id, Notice.channel_id.is_(None))
    return list(db.session.scalars(wanted.order_by(Notice.due_at, Notice.id)))


@pytest.mark.both_databases
def test_one_after_the_other_until_somebody_accepts(app: Flask) -> None:
    two, (second, third, fourth) = make_two(), make_asked(3)
    with time_machine.travel(now(), tick=False) as clock:
        first = ask_all(two, [second, third, fourth], urgency=Urgency.URGENT)
        codes = [first, second.code, third.code, fourth.code]
        assert states_of(codes) == ["sent", "draft", "draft", "draft"]
        assert told(second.agency_id) == []

        # Silence past the deciding limit asks the next; whoever is late may still answer.
        began = row(first).started_at
        clock.shift(timedelta(hours=6, minutes=1))
        one_round()
        assert states_of(codes) == ["sent", "sent", "draft", "draft"]
        assert told(second.agency_id) == ["new"]
        assert row(second.code).started_at == began
        assert row(second.code).asked_at == now()

        # A waiting list is no place: the next is asked beside it. So does a decline.
        write(put_on_list, second.clerk, code=second.code)
        assert states_of(codes) == ["sent", "waitlisted", "sent", "draft"]
        write(decline, third.clerk, code=third.code, reason=Decline.FULL)
        assert states_of(codes) == ["sent", "waitlisted", "declined", "sent"]

        # The late one accepts: everybody else is told, and nobody else can.
        write(accept, two.answering, code=first, promise=two.promise())
        assert states_of(codes) == ["accepted", "cancelled", "declined", "cancelled"]
        assert told(fourth.agency_id) == ["new", "filled"]
        with pytest.raises(AlreadyMovedError):
            write(accept, fourth.clerk, code=fourth.code, promise=fourth.promise())
        with pytest.raises(RefusedError):
            write(reopen, two.sending, code=second.code, words="Ask again")
        assert held_now() == 1

        # It falls through: the one before, who was told that it was filled, is asked again.
        write(decline, two.answering, code=first, reason=Decline.NO_STAFF)
        assert states_of(codes) == ["declined", "sent", "declined", "cancelled"]
        assert row(second.code).started_at == began
        assert held_now() == 0


def test_at_once_in_an_emergency_alone(app: Flask) -> None:
    two, (second, third) = make_two(), make_asked(2)
    first = ask_all(two, [second, third], how=How.AT_ONCE)
    assert states_of([first, second.code, third.code]) == ["sent"] * 3
    # Under conditions is an acceptance too.
    write(
        accept_conditionally, third.clerk, code=third.code, promise=third.promise(),
        conditions="A health check first",
    )  # fmt: skip
    assert states_of([first, second.code, third.code]) == [
        "cancelled", "cancelled", "accepted_with_conditions",
    ]  # fmt: skip
    # All are asked again when the promise falls through: it is an emergency.
    write(decline, third.clerk, code=third.code, reason=Decline.FULL)
    assert states_of([first, second.code, third.code]) == ["sent", "sent", "declined"]
    with pytest.raises(RefusedError, match="Only in an emergency"):
        ask_all(make_two(), make_asked(1), how=How.AT_ONCE, urgency=Urgency.URGENT)


@pytest.mark.both_databases
def test_the_sender_chooses_or_the_best_has_it(app: Flask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for chosen in (True, False):
            two, (second, third) = make_two(), make_asked(2)
            first = ask_all(two, [second, third], how=How.CHOOSE, choose_minutes=10)
            write(accept, third.clerk, code=third.code, promise=third.promise())
            clock.shift(timedelta(minutes=5))
            write(accept, second.clerk, code=second.code, promise=second.promise())
            assert held_now() == 2
            codes = [first, second.code, third.code]
            with pytest.raises(RefusedError):
                write(choose, two.sending, code=first, alternative=first)
            if chosen:
                write(choose, two.sending, code=first, alternative=third.code)
                assert states_of(codes) == ["cancelled", "cancelled", "accepted"]
            else:
                clock.shift(timedelta(minutes=6))
                one_round()
                assert states_of(codes) == ["cancelled", "accepted", "cancelled"]
            assert held_now() == 1
            of_it = third if chosen else second
            write(cancel, two.sending, code=of_it.code, reason=Cancel.NEED_GONE)
            assert held_now() == 0


def test_who_is_excluded_or_has_no_basis_is_never_asked(app: Flask) -> None:
    two, (second, third, fourth) = make_two(), make_asked(3)
    first = ask_all(two, [second, third, fourth])
    write(
        exclude_agency, two.sending, case_code=two.case_code, agency_id=second.agency_id, words="x"
    )
    write(leave_out, two.sending, code=first, alternative=third.code)
    consent = db.session.get(Consent, row(third.code).consent_id)
    assert consent is not None
    assert consent.withdrawn_at is not None
    write(decline, two.answering, code=first, reason=Decline.FULL)
    codes = [first, second.code, third.code, fourth.code]
    assert states_of(codes)[2:] == ["cancelled", "sent"]
    assert states_of(codes)[1] in ("draft", "cancelled")
    assert told(second.agency_id) == []
    # Nobody is left: the sender is told so, and another agency has no business here.
    with pytest.raises(RefusedError):
        write(ask_next, two.sending, code=first)
    with pytest.raises(HiddenError):
        write(ask_next, fourth.clerk, code=fourth.code)


def test_order_stop_and_more(app: Flask) -> None:
    two, (second, third, fourth) = make_two(), make_asked(3)
    first = ask_all(two, [second, third])
    write(put_earlier, two.sending, code=first, alternative=third.code)
    write(ask_next, two.sending, code=first)
    assert states_of([second.code, third.code]) == ["draft", "sent"]
    write(stop_asking, two.sending, code=first)
    write(decline, two.answering, code=first, reason=Decline.FULL)
    assert states_of([second.code, third.code]) == ["cancelled", "sent"]
    # More are added under the same basis, once the person agreed.
    with pytest.raises(RefusedError):
        write(ask_these, two.sending, code=third.code, offer_ids=[fourth.offer_id], agreed=False)
    write(ask_these, two.sending, code=third.code, offer_ids=[fourth.offer_id], agreed=True)
    write(decline, third.clerk, code=third.code, reason=Decline.FULL)
    fourth_row = db.session.scalars(
        select(Referral).where(Referral.receiver_agency_id == fourth.agency_id)
    ).one()
    assert fourth_row.state.value == "sent"
    consent = db.session.get_one(Consent, fourth_row.consent_id)
    assert consent.receiver_agency_id == fourth.agency_id
    assert "name" in consent.fields


def test_after_a_decline_the_next_is_asked_at_once(app: Flask) -> None:
    two, (second,) = make_two(), make_asked(1)
    first = make_sent(two)
    write(decline, two.answering, code=first, reason=Decline.FULL)
    stranger = actor_of(make_account(Role.WORKER, agency_id=second.agency_id), strong=True)
    with pytest.raises(HiddenError):
        write(ask_these, stranger, code=first, offer_ids=[second.offer_id], agreed=True)
    write(ask_these, two.sending, code=first, offer_ids=[second.offer_id], agreed=True)
    asked = db.session.scalars(
        select(Referral).where(Referral.receiver_agency_id == second.agency_id)
    ).one()
    assert asked.state.value == "sent"
    assert asked.started_at == row(first).started_at
    # What is promised is taken elsewhere: the rest stays as it is, and the sender may go on.
    write(accept, second.clerk, code=asked.code, promise=second.promise())
    write(divert, two.sending, code=asked.code, words="Her sister came")
    assert held_now() == 0
    assert first_of(two).offer_id == two.offer.id


def test_the_pages_of_an_asking(app: Flask, client: FlaskClient) -> None:
    """At the preview, on the referral's page, and never on the page of whoever is asked."""
    two, others = make_two(), make_asked(3)
    sign_in(client, two.worker)
    # The form leads to the preview; there others are ticked, though the person was not asked yet.
    answer = send(
        client, "/referrals/new?lang=en", "/referrals/drafts", offer=str(two.offer.id),
        case_mode="existing", case_code=two.case_code, need="S1", urgency="urgent", danger="high",
        sex="female", age="27", reason="A bed tonight", escort="no", contact="By day",
        may_leave_message="no", basis="consent", giver="survivor", mode="written",
        consent_days="30", languages="id", nationality="ID", go="preview",
        must_not_know="His family", copy_given="1", purpose="A bed",
        disability="mobility", province="DKI",
    )  # fmt: skip
    assert answer.status_code == 303, words(answer)
    preview = answer.headers["Location"]
    assert preview.endswith("/preview"), preview
    offer_ids = [str(others[1].offer_id), str(others[0].offer_id)]
    refused = send(client, f"{preview}?lang=en", preview, choices=offer_ids)
    assert refused.status_code == 422
    assert "Ask the person whether these agencies may be asked too" in words(refused)
    sent = send(client, f"{preview}?lang=en", preview, choices=offer_ids, agreed="1")
    assert sent.status_code == 303
    code = preview.split("/")[-2]

    address = f"/referrals/{code}"
    page = read(client, address)
    assert page.index("1.") < page.index("not asked yet")
    assert page.count("not asked yet") == 2
    rows = rows_by_position(code)
    assert [one.receiver_agency_id for one in rows[1:]] == [
        others[1].agency_id,
        others[0].agency_id,
    ]
    # Another order, the next now, one more, and stop.
    last = rows[2].code
    send(client, address, f"{address}/asking/order", alternative=last, do="earlier")
    send(client, address, f"{address}/asking/next")
    assert states_of([last, rows[1].code]) == ["sent", "draft"]
    more = f"{address}/asking"
    assert "Ask others too" in read(client, more)
    answer = send(client, f"{more}?lang=en", more, choices=str(others[2].offer_id))
    assert answer.status_code == 422
    answer = send(client, more, more, choices=str(others[2].offer_id), agreed="1")
    assert answer.status_code == 303
    assert len(rows_by_position(code)) == 4
    send(client, address, f"{address}/asking/stop")
    assert "nobody further is asked" in read(client, address)

    # In an emergency the ways of asking are to be chosen.
    other = make_two()
    sign_in(client, other.worker)
    emergency = make_sent(other)
    assert "the first who accepts has it" in read(client, f"/referrals/{emergency}/asking")

    # Whoever is asked learns nothing of the others.
    clerk = make_account(Role.MANAGER, agency_id=others[0].agency_id)
    sign_in(client, clerk)
    theirs = read(client, f"/referrals/{last}")
    assert "Who is asked" not in theirs
    assert code not in theirs
    assert client.get(f"/referrals/{last}/asking").status_code == 404
    assert client.get(more).status_code == 404


def test_going_on_after_the_way_was_changed(app: Flask, client: FlaskClient) -> None:
    two, (second,) = make_two(), make_asked(1)
    first = make_accepted(two)
    write(divert, two.sending, code=first, words="Her sister lives elsewhere")
    sign_in(client, two.worker)
    assert "Refer to another agency" in read(client, f"/referrals/{first}")
    page = client.get(f"/referrals/new?from={first}&bond=diverted").text
    said = fields(page, "/drafts")
    assert said["bond"] == ["diverted"]
    assert said["case_code"] == [two.case_code]
    parent = row(first)
    child = make_draft(two, offer_id=second.offer_id, parent_id=parent.id, bond=Bond.DIVERTED)
    given = Given(receiver_agency_id=second.agency_id)
    consent_id = write(record_consent, two.sending, case_code=two.case_code, given=given)
    with time_machine.travel(now() + timedelta(hours=2)):
        write(send_move, two.sending, code=child, consent_id=consent_id)
        assert row(child).started_at == row(first).started_at


def rows_by_position(code: str) -> list[Referral]:
    """All referrals of the asking of one of them, in order."""
    wanted = select(Referral).where(Referral.asking_id == row(code).asking_id)
    return list(db.session.scalars(wanted.order_by(Referral.position)))
