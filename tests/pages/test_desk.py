"""The page of a referral for both sides, answers, lists and the clerk's board, through requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import AuditEntry, SignedIn
from accounts.rules.rights import Role
from agencies.models import FactReport, Pool, Service
from core.clock import now
from core.db import db, write, writing
from core.events import subscribe
from referral.commands.duty.alarms import ALARM, Alarm
from referral.commands.moves.answering import accept, acknowledge, ask, decline
from referral.commands.moves.handing import complete, hand_over
from referral.commands.moves.sending import answer_question
from referral.models import Hold, Holding, Referral, ReferralMove
from referral.queries.referrals import any_referral_by_code
from referral.rules.reasons import Decline, Detail, Outcome
from referral.rules.states import State
from tests.support.handing import NAME, Two, make_accepted, make_sent, make_two
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import post, read


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies."""
    return make_two()


@pytest.fixture
def clerk(app: Flask, two: Two) -> FlaskClient:
    """The receiver's clerk at a browser."""
    return _browser(app, two.clerk)


@pytest.fixture
def worker(app: Flask, two: Two) -> FlaskClient:
    """The sender's worker at a browser."""
    return _browser(app, two.worker)


def _browser(app: Flask, account: Any) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    return client


def _referral(code: str) -> Referral:
    db.session.rollback()
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _pool(two: Two) -> Pool:
    db.session.rollback()
    return db.session.get_one(Pool, two.pool_id, populate_existing=True)


def _answer(client: FlaskClient, code: str, move: str, **body: Any) -> Any:
    return post(client, f"/referrals/{code}/answer", move=move, **body)


def _change(client: FlaskClient, code: str, move: str, **body: Any) -> Any:
    return post(client, f"/referrals/{code}/change", move=move, **body)


@pytest.mark.both_databases
def test_from_the_inbox_to_the_closed_loop(
    two: Two, clerk: FlaskClient, worker: FlaskClient
) -> None:
    """Both sides through their pages: read, accept, arrive, begin, complete, close."""
    code = make_sent(two)
    board = read(clerk, "/board")
    assert code in board
    assert "To be read within 14 min" in board
    page = read(clerk, f"/referrals/{code}")
    assert "25–59 years" in page
    assert NAME not in page
    assert _answer(clerk, code, "acknowledge", at_state="sent").status_code == 303
    accepted = _answer(
        clerk, code, "accept", at_state="acknowledged", person="Ibu Rini", pool=str(two.pool_id)
    )
    assert accepted.status_code == 303
    assert _pool(two).held == 1
    assert NAME in read(clerk, f"/referrals/{code}")
    seen = read(worker, f"/referrals/{code}")
    assert "Ibu Rini" in seen
    assert "in time" in seen
    assert code in read(clerk, "/board")
    arrived = _answer(clerk, code, "hand_over", at_state="accepted", received_by="Rini")
    assert arrived.status_code == 303
    assert (_pool(two).held, _pool(two).occupied) == (0, 2)
    assert _answer(clerk, code, "begin", at_state="handed_over").status_code == 303
    done = _answer(
        clerk, code, "complete", at_state="in_service", outcome="met", service_given="A safe week"
    )
    assert done.status_code == 303
    assert "A safe week" in read(worker, f"/referrals/{code}")
    assert code in read(worker, "/referrals", group="to_read")
    assert _change(worker, code, "close", at_state="completed").status_code == 303
    assert _referral(code).state is State.CLOSED
    assert code in read(worker, "/referrals", group="ended")


def test_the_page_is_kept_by_nobody_and_reading_is_recorded(two: Two, clerk: FlaskClient) -> None:
    code = make_sent(two)
    answer = clerk.get(f"/referrals/{code}")
    assert answer.headers["Cache-Control"] == "no-store"
    check_page(answer.text)
    reads = select(AuditEntry).where(AuditEntry.action == "referral.read")
    assert len(list(db.session.scalars(reads))) == 1


def test_outsiders_find_nothing(app: Flask, two: Two) -> None:
    """Another agency, a colleague without the right, a visitor: as if it were not there."""
    code = make_sent(two)
    stranger = _browser(app, make_account(Role.INTAKE, agency_id=make_two().receiver_id))
    for path in (f"/referrals/{code}", f"/referrals/{code}/by-phone"):
        assert stranger.get(path).status_code == 404
    for path in ("answer", "change", "confirm", "by-phone"):
        answer = post(stranger, f"/referrals/{code}/{path}", move="acknowledge")
        assert answer.status_code == 404, path
    assert app.test_client().get(f"/referrals/{code}").status_code == 404
    assert _referral(code).state is State.SENT


def test_each_side_has_its_own_forms(two: Two, clerk: FlaskClient, worker: FlaskClient) -> None:
    code = make_sent(two)
    ours, theirs = read(clerk, f"/referrals/{code}"), read(worker, f"/referrals/{code}")
    assert "We have read it" in ours
    assert "Call the referral off" not in ours
    assert "Call the referral off" in theirs
    assert "We have read it" not in theirs
    assert post(worker, f"/referrals/{code}/answer", move="acknowledge").status_code == 404
    assert post(clerk, f"/referrals/{code}/change", move="cancel").status_code == 404


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    two: Two, clerk: FlaskClient
) -> None:
    code = make_sent(two)
    answer = _answer(
        clerk, code, "accept", person="", pool=str(two.pool_id), at="tomorrow", conditions="Papers"
    )
    assert answer.status_code == 422
    check_page(answer.text)
    assert "Date and time such as" in answer.text
    assert 'href="#accept-at"' in answer.text
    assert "Papers" in answer.text
    for when in ("0026-11-25T22:30", "0001-01-01T00:00", "9999-12-31T23:59"):  # half typed
        for field in ("at", "until"):
            told = {"person": "Rini", "pool": str(two.pool_id), field: when}
            assert _answer(clerk, code, "accept", **told).status_code == 422, (field, when)
    named = _answer(clerk, code, "accept", person="", pool=str(two.pool_id))
    assert "Name the person who takes them in" in named.text
    assert _referral(code).state is State.SENT


def test_conditions_make_it_conditional_and_either_side_says_they_are_met(
    two: Two, clerk: FlaskClient, worker: FlaskClient
) -> None:
    code = make_sent(two)
    given = {"person": "Rini", "pool": str(two.pool_id), "conditions": "After a health check"}
    assert _answer(clerk, code, "accept", at_state="sent", **given).status_code == 303
    assert _referral(code).state is State.CONDITIONAL
    assert "After a health check" in read(worker, f"/referrals/{code}")
    met = _change(worker, code, "meet_conditions", at_state="accepted_with_conditions")
    assert met.status_code == 303
    assert _referral(code).state is State.ACCEPTED


@pytest.mark.both_databases
def test_who_comes_second_sees_who_was_first_and_keeps_what_they_wrote(
    app: Flask, two: Two, clerk: FlaskClient
) -> None:
    code = make_sent(two)
    other = _browser(app, make_account(Role.INTAKE, agency_id=two.receiver_id, name="Dewi"))
    first = _answer(other, code, "decline", at_state="sent", reason="PENUH")
    assert first.status_code == 303
    second = _answer(clerk, code, "ask", at_state="sent", words="Can she climb stairs?", lang="en")
    assert second.status_code == 409
    check_page(second.text)
    told = text_of(second.text)
    assert "Somebody was first" in told
    assert "Dewi" in told
    assert "Declined. No place free." in told
    assert "Can she climb stairs?" in told
    assert _referral(code).state is State.DECLINED


def test_a_question_goes_there_and_back(two: Two, clerk: FlaskClient, worker: FlaskClient) -> None:
    code = make_sent(two)
    assert _answer(clerk, code, "ask", words="A wheelchair?").status_code == 303
    assert "A wheelchair?" in read(worker, f"/referrals/{code}")
    assert _change(worker, code, "give_answer", words="No").status_code == 303
    assert "They answered your question" in read(clerk, "/board")
    assert _answer(clerk, code, "acknowledge", at_state="info_requested").status_code == 409


def test_what_was_said_on_the_phone(two: Two, clerk: FlaskClient, worker: FlaskClient) -> None:
    """The sender writes it down with the name; it is shown so until the receiver confirms it."""
    code = make_sent(two)
    path = f"/referrals/{code}/by-phone"
    assert "They told me on the phone" in read(worker, path)
    given = {"person": "Pak Budi", "pool": str(two.pool_id), "at_state": "sent"}
    nameless = post(worker, path, move="accept", **given)
    assert nameless.status_code == 422
    assert "Say who gave the answer on the phone" in nameless.text
    told = post(worker, path, move="accept", by_phone_from="Budi, night guard", **given)
    assert told.status_code == 303
    assert _pool(two).held == 1
    page = read(clerk, f"/referrals/{code}")
    assert "Budi, night guard" in page
    assert "not confirmed yet" in page
    assert "1" in read(clerk, "/board")
    assert "one answer by phone to confirm" in read(clerk, "/board")
    assert post(clerk, f"/referrals/{code}/confirm").status_code == 303
    assert not _referral(code).is_by_phone
    assert "confirmed" in read(worker, f"/referrals/{code}")


def test_the_sender_calls_it_off_and_the_place_is_free(two: Two, worker: FlaskClient) -> None:
    code = make_accepted(two)
    bare = _change(worker, code, "cancel", at_state="accepted")
    assert bare.status_code == 422
    assert "Choose a reason" in bare.text
    done = _change(
        worker, code, "cancel", at_state="accepted", reason="survivor_wish", words="She is scared"
    )
    assert done.status_code == 303
    assert _pool(two).held == 0


def test_the_senders_own_reasons_are_not_told(
    two: Two, clerk: FlaskClient, worker: FlaskClient
) -> None:
    code = make_accepted(two)
    _change(worker, code, "cancel", reason="survivor_wish", words="She fears the guard")
    told = read(clerk, f"/referrals/{code}")
    assert "The survivor does not want it" in told
    assert "She fears the guard" not in told
    assert NAME not in told
    assert "She fears the guard" in read(worker, f"/referrals/{code}")


def test_redirect_finds_the_agency_in_the_directory(
    two: Two, clerk: FlaskClient, worker: FlaskClient
) -> None:
    code = make_sent(two)
    ours = db.session.get_one(Service, two.offer.service_id).agency.name
    several = _answer(clerk, code, "redirect", agency_name="Yayasan", suggestion="A women's house")
    assert several.status_code == 422
    assert "Which of these do you mean?" in several.text
    assert "A women&#39;s house" in several.text or "A women's house" in several.text
    sure = _answer(clerk, code, "redirect", agency_name=ours, suggestion="Near the station")
    assert sure.status_code == 303
    page = read(worker, f"/referrals/{code}")
    assert f"{ours}. Near the station" in page
    assert "Open the suggested agency in the directory" in page


def _proposals() -> list[FactReport]:
    db.session.rollback()
    return list(db.session.scalars(select(FactReport)))


@pytest.mark.both_databases
def test_men_not_admitted_proposes_a_correction_that_one_tap_takes_over(
    app: Flask, two: Two, clerk: FlaskClient
) -> None:
    code = make_sent(two)
    vague = _answer(clerk, code, "decline", reason="TIDAK_MEMENUHI")
    assert vague.status_code == 422
    assert "Say which rule it is" in vague.text
    assert _answer(clerk, code, "decline", reason="TIDAK_MEMENUHI", detail="men").status_code == 303
    again = make_sent(two)
    _answer(clerk, again, "decline", reason="TIDAK_MEMENUHI", detail="men")
    assert [one.proposal for one in _proposals()] == [
        {"says": {"takes_male": False}, "look_at": []}
    ]
    manager = _browser(app, make_account(Role.MANAGER, agency_id=two.receiver_id))
    assert "Men: no" in read(manager, "/entry")
    taken = post(manager, "/entry/settle", report=str(_proposals()[0].id), outcome="take")
    assert taken.status_code == 303
    service_id = two.offer.service_id
    db.session.rollback()
    assert db.session.get_one(Service, service_id, populate_existing=True).takes_male is False
    assert _proposals()[0].was_right is True
    third = make_sent(two)
    _answer(clerk, third, "decline", reason="TIDAK_MEMENUHI", detail="men")
    assert len(_proposals()) == 1  # the entry says so now


def test_an_age_is_pointed_at_and_never_told(two: Two) -> None:
    write(
        decline,
        two.answering,
        code=make_sent(two),
        reason=Decline.NOT_ELIGIBLE,
        detail=Detail.TOO_OLD,
    )
    assert _proposals()[0].proposal == {"says": {}, "look_at": ["maximum_age"]}


@pytest.fixture
def alarms() -> list[Alarm]:
    """What alarmed the coordinator."""
    heard: list[Alarm] = []

    def hear(*, why: Alarm, **_more: object) -> None:
        heard.append(why)

    subscribe(ALARM, hear)
    return heard


def test_some_reasons_alone_alarm(two: Two, clerk: FlaskClient, alarms: list[Alarm]) -> None:
    for reason in ("DOK_KURANG", "TUTUP", "TAK_AKSESIBEL", "PENUH"):
        _answer(clerk, make_sent(two), "decline", reason=reason)
    assert alarms == [Alarm.UNFOUNDED] * 3  # a full house is nobody's fault


def test_a_person_at_the_door_takes_a_place_in_one_tap(two: Two, clerk: FlaskClient) -> None:
    assert "2 of 3 places free" in read(clerk, "/board")
    assert post(clerk, "/board/walk-in", pool=str(two.pool_id)).status_code == 303
    assert (_pool(two).occupied, _pool(two).free) == (2, 1)
    hold = db.session.scalars(select(Hold)).one()
    assert hold.state is Holding.TAKEN
    assert "A place was taken at the door" in read(clerk, "/board")
    for _twice in range(2):
        assert post(clerk, "/board/walk-in/undo", hold=str(hold.id)).status_code == 303
    assert (_pool(two).occupied, _pool(two).free) == (1, 2)


@pytest.mark.both_databases
def test_a_walk_in_is_taken_back_for_minutes_only_and_never_against_a_newer_word(
    two: Two, clerk: FlaskClient
) -> None:
    post(clerk, "/board/walk-in", pool=str(two.pool_id))
    db.session.rollback()
    hold_id = db.session.scalars(select(Hold.id)).one()
    post(clerk, "/beds", pool=str(two.pool_id), free="1")
    refused = post(clerk, "/board/walk-in/undo", hold=str(hold_id))
    assert refused.status_code == 422
    assert "cannot be undone any more" in refused.text
    assert _pool(two).free == 1
    post(clerk, "/board/walk-in", pool=str(two.pool_id))
    db.session.rollback()
    with writing():
        latest = db.session.scalars(select(Hold).order_by(Hold.id.desc())).first()
        assert latest is not None
        latest.made_at = now() - timedelta(minutes=11)
        late_id = latest.id
    assert post(clerk, "/board/walk-in/undo", hold=str(late_id)).status_code == 422
    assert _pool(two).free == 0
    full = post(clerk, "/board/walk-in", pool=str(two.pool_id))
    assert full.status_code == 422
    assert "No place is free there any more" in full.text


def test_nobody_takes_places_of_others(app: Flask, two: Two) -> None:
    other = make_two()
    stranger = _browser(app, other.clerk)
    assert post(stranger, "/board/walk-in", pool=str(two.pool_id)).status_code == 404
    assert post(stranger, "/board/walk-in", pool="x").status_code == 404
    assert _pool(two).occupied == 1


def test_the_board_sorts_by_the_clock_and_says_what_is_late(two: Two, clerk: FlaskClient) -> None:
    early, late = make_sent(two), make_sent(two)
    with writing():
        row = any_referral_by_code(late)
        assert row is not None
        row.acknowledge_by = now() - timedelta(minutes=3)
    page = read(clerk, "/board")
    assert page.index(late) < page.index(early)
    assert "one is late" in page
    assert "To be read late by 3 min" in page


def test_the_board_alone_is_asked_for_and_keeps_nobody_awake(
    app: Flask, two: Two, clerk: FlaskClient
) -> None:
    code = make_sent(two)
    long_ago = now() - timedelta(minutes=20)
    with writing():
        session = db.session.scalars(
            select(SignedIn).where(SignedIn.account_id == two.clerk.id)
        ).one()
        session.seen_at = long_ago
        session_id = session.id
    part = clerk.get("/board/now")
    assert code in part.text
    assert "<html" not in part.text
    db.session.rollback()
    assert db.session.get_one(SignedIn, session_id, populate_existing=True).seen_at == long_ago
    clerk.get("/board")
    db.session.rollback()
    assert db.session.get_one(SignedIn, session_id, populate_existing=True).seen_at > long_ago
    gone = app.test_client().get("/board/now", headers={"HX-Request": "true"})
    assert (gone.status_code, gone.headers["HX-Refresh"]) == (204, "true")


@pytest.mark.both_databases
def test_lists_are_searched_by_code_and_paged(two: Two, worker: FlaskClient) -> None:
    codes = [make_sent(two) for _n in range(27)]
    page = worker.get("/referrals?lang=en")
    check_page(page.text)
    assert sum(code in page.text for code in codes) == 25
    second = worker.get("/referrals?lang=en&page=2")
    assert sum(code in second.text for code in codes) == 2
    spelt = codes[3].removeprefix("RUJ-").lower()
    found = read(worker, "/referrals", q=spelt)
    assert codes[3] in found
    assert codes[4] not in found
    assert "No referral has this code" in read(worker, "/referrals", q="RUJ-22222")


def test_late_ones_are_a_group(two: Two, worker: FlaskClient, clerk: FlaskClient) -> None:
    fresh, late = make_sent(two), make_sent(two)
    with writing():
        row = any_referral_by_code(late)
        assert row is not None
        row.acknowledge_by = now() - timedelta(minutes=3)
    page = read(worker, "/referrals", group="late")
    assert late in page
    assert fresh not in page
    assert late in read(clerk, "/referrals", side="receiver", group="late")


def test_a_forged_post_changes_nothing(two: Two, clerk: FlaskClient) -> None:
    code = make_sent(two)
    forged = clerk.post(f"/referrals/{code}/answer", data={"move": "acknowledge"})
    assert forged.status_code == 400
    assert clerk.post("/board/walk-in", data={"pool": str(two.pool_id)}).status_code == 400
    assert _referral(code).state is State.SENT
    assert _pool(two).occupied == 1


def test_every_state_has_a_sound_page_for_both_sides_in_both_languages(
    two: Two, clerk: FlaskClient, worker: FlaskClient
) -> None:
    code = make_sent(two)
    steps: list[tuple[Any, Any, dict[str, Any]]] = [
        (acknowledge, two.answering, {}),
        (ask, two.answering, {"words": "How old?"}),
        (answer_question, two.sending, {"words": "27"}),
        (accept, two.answering, {"promise": two.promise()}),
        (hand_over, two.answering, {"received_by": "Rini"}),
        (complete, two.answering, {"outcome": Outcome.PARTLY, "service_given": "Shelter"}),
    ]
    for step, actor, given in steps:
        for client in (clerk, worker):
            for lang in ("en", "id"):
                assert code in read(client, f"/referrals/{code}", lang=lang)
        read(clerk, "/board", lang="id")
        write(step, actor, code=code, **given)
    moves = list(db.session.scalars(select(ReferralMove)))
    assert len(moves) == 7
