"""Answering without an account: what a link shows, what a code opens, and what stays closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from accounts.models import AuditEntry
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from core.clock import now
from core.db import db, write, writing
from referral.commands.moves.answering import acknowledge, decline
from referral.commands.moves.sending import cancel
from referral.commands.notices.channels import end_channel
from referral.models import AnswerLink, Consent, Hold, Referral, ReferralMove
from referral.queries.referrals import any_referral_by_code
from referral.rules.reasons import Cancel, Decline
from referral.rules.states import State
from tests.support.handing import NAME, PHONE, Two, make_sent, make_two
from tests.support.links import code_sent, link_to, make_channel, open_link
from tests.support.people import make_account, sign_in
from tests.support.sending import post, send, words


def _waiting(app: Flask) -> tuple[Two, str, str]:
    two = make_two()
    code = make_sent(two)
    return two, code, link_to(code, make_channel(two.receiver_id))


def _browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.get("/?lang=en")
    return client


def _referral(code: str) -> Referral:
    db.session.rollback()
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _is_closed(answer: Any) -> bool:
    return answer.status_code == 404 and "This link opens nothing" in words(answer)


def test_the_link_shows_that_a_referral_waits_and_no_more(app: Flask) -> None:
    """No need, no name, no code of the referral, the channel masked; nobody keeps it."""
    _two, code, token = _waiting(app)
    shown = _browser(app).get(f"/answer/{token}")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "j•••@e•••.org" in words(shown)
    for hidden in (code, NAME, "jaga@example.org", "Emergency safe house", "bed tonight"):
        assert hidden not in shown.text


@pytest.mark.both_databases
def test_a_code_opens_what_decides_and_the_answer_counts(app: Flask) -> None:
    """Accepted with a place held, by the agency; what identifies was never shown."""
    two, code, token = _waiting(app)
    client = _browser(app)
    page = open_link(client, token)
    assert page.status_code == 200
    assert "Needs a bed tonight" in words(page)
    assert "25–59 years" in words(page)
    for hidden in (NAME, PHONE, "27 years"):
        assert hidden not in page.text
    here = f"/answer/{token}/decide"
    missing = send(client, here, move="accept", at_state="sent", pool=str(two.pool_id))
    assert (missing.status_code, "Name the person" in words(missing)) == (422, True)
    done = send(
        client, here, move="accept", at_state="sent", person="Bu Rini", pool=str(two.pool_id)
    )
    assert (done.status_code, "Your answer is with the sender" in words(done)) == (200, True)
    assert NAME not in done.text
    assert _referral(code).state is State.ACCEPTED
    assert db.session.scalars(select(Hold.places)).all() == [1]
    move = db.session.scalars(select(ReferralMove).order_by(ReferralMove.number.desc())).first()
    assert move is not None
    assert (move.actor_kind, move.actor_id, move.agency_id) == ("visitor", None, two.receiver_id)
    assert _is_closed(client.get(here))
    read = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "referral.read").order_by(AuditEntry.number)
    ).first()
    assert read is not None
    assert (read.actor_kind, read.facts["stage"]) == ("visitor", "before")
    assert "name" not in read.facts["fields"]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"move": "acknowledge"}, State.ACKNOWLEDGED),
        ({"move": "ask", "words": "Berapa usia anak?"}, State.INFO_REQUESTED),
        ({"move": "put_on_list"}, State.WAITLISTED),
        ({"move": "decline", "reason": "PENUH"}, State.DECLINED),
        ({"move": "redirect", "suggestion": "Rumah Aman Kota"}, State.REDIRECTED),
        (
            {"move": "accept", "conditions": "Setelah pemeriksaan", "person": "Bu Rini"},
            State.CONDITIONAL,
        ),
    ],
)
def test_every_answer(app: Flask, fields: dict[str, str], state: State) -> None:
    two, code, token = _waiting(app)
    client = _browser(app)
    open_link(client, token)
    given = {**fields, "pool": str(two.pool_id)} if fields["move"] == "accept" else fields
    answer = send(client, f"/answer/{token}/decide", at_state="sent", **given)
    assert answer.status_code in (200, 303), words(answer)
    assert _referral(code).state is state


@pytest.mark.parametrize("move", ["cancel", "hand_over", "complete", "mark_error", "close", "x"])
def test_no_other_move_may_be_made_by_link(app: Flask, move: str) -> None:
    _, code, token = _waiting(app)
    client = _browser(app)
    open_link(client, token)
    more = {"reason": "need_gone", "words": "x", "received_by": "x"}
    send(client, f"/answer/{token}/decide", move=move, **more)
    assert _referral(code).state is State.SENT


def test_a_forwarded_message_opens_nothing_without_the_channel(app: Flask) -> None:
    """Neither the link, nor the code of another link, nor another browser's cookie."""
    _two, code, token = _waiting(app)
    other = make_two()
    other_token = link_to(make_sent(other), make_channel(other.receiver_id))
    client, stranger = _browser(app), _browser(app)
    assert stranger.get(f"/answer/{token}/decide").status_code == 303
    open_link(client, token)
    cookie = client.get_cookie("rujukan_answer", path="/answer")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    stranger.set_cookie("rujukan_answer", cookie.value, path="/answer")
    assert stranger.get(f"/answer/{other_token}/decide").status_code == 303
    # An account's pages, attachments and the thread know nothing of it.
    for page in (f"/referrals/{code}", f"/referrals/{code}/thread", "/board", "/notices"):
        assert client.get(page).status_code in (302, 404)
    page = f"/answer/{other_token}"
    assert send(stranger, page, f"{page}/code").status_code == 303
    used = send(stranger, page, f"{page}/open", code="000000" if code_sent() != "000000" else "1")
    assert (used.status_code, "This is not the code" in words(used)) == (422, True)


def test_a_code_is_good_once_and_for_ten_minutes(app: Flask) -> None:
    _, _, token = _waiting(app)
    client = _browser(app)
    open_link(client, token)
    page = f"/answer/{token}"
    with writing():
        link = db.session.query(AnswerLink).one()
        assert link.code_hash is None
        link.open_until = now() - timedelta(seconds=1)
    assert client.get(f"{page}/decide").status_code == 303  # half an hour is over
    assert send(client, page, f"{page}/code").status_code == 303
    code = code_sent()
    with writing():
        db.session.execute(update(AnswerLink).values(code_ends_at=now()))
    late = send(client, page, f"{page}/open", code=code)
    assert (late.status_code, "No code is good any more" in words(late)) == (422, True)
    statuses = [send(client, page, f"{page}/code").status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]  # five within the hour, two were before


def test_every_link_that_opens_nothing_looks_the_same(app: Flask) -> None:
    """Unknown, decided, called off, consent withdrawn, channel ended, expired: one page."""
    client = _browser(app)
    pages = [client.get("/answer/AAAAAAAAAAAAAAAAAAAAAA")]

    def closed_by(what: Any) -> None:
        two, code, token = _waiting(app)
        what(two, code)
        pages.append(client.get(f"/answer/{token}"))
        pages.append(client.get(f"/answer/{token}/decide"))
        sent = post(client, f"/answer/{token}/code")
        assert sent.status_code == 404

    def withdraw(_two: Two, _code: str) -> None:
        with writing():
            db.session.execute(update(Consent).values(withdrawn_at=now()))

    def end_the_channel(two: Two, _code: str) -> None:
        manager = make_account(Role.MANAGER, agency_id=two.receiver_id)
        channel_id = db.session.scalars(
            select(AnswerLink.channel_id).where(AnswerLink.agency_id == two.receiver_id)
        ).one()
        write(end_channel, actor_of(manager, strong=True), channel_id=channel_id)

    def expire(_two: Two, _code: str) -> None:
        with writing():
            db.session.execute(update(AnswerLink).values(ends_at=now()))

    closed_by(lambda two, code: write(decline, two.answering, code=code, reason=Decline.FULL))
    closed_by(lambda two, code: write(cancel, two.sending, code=code, reason=Cancel.SURVIVOR))
    closed_by(end_the_channel)
    closed_by(expire)
    closed_by(withdraw)
    assert all(_is_closed(page) for page in pages)
    assert len({words(page) for page in pages}) == 1


@pytest.mark.both_databases
def test_who_comes_second_is_told(app: Flask) -> None:
    two, code, token = _waiting(app)
    client = _browser(app)
    open_link(client, token)
    write(acknowledge, two.answering, code=code)
    late = send(client, f"/answer/{token}/decide", move="decline", reason="PENUH", at_state="sent")
    assert (late.status_code, "Somebody was first" in words(late)) == (409, True)
    assert _referral(code).state is State.ACKNOWLEDGED


def test_the_thread_has_the_walls_of_the_referral(app: Flask) -> None:
    """Both sides read and write, outsiders see nothing, and it closes for the receiver."""
    two, code, _token = _waiting(app)
    worker, clerk, outsider, weak = (_browser(app) for _ in range(4))
    sign_in(worker, two.worker)
    sign_in(clerk, two.clerk)
    sign_in(weak, two.clerk, strong=False)
    sign_in(outsider, make_account(Role.MANAGER, agency_id=make_two().receiver_id))
    page = f"/referrals/{code}/thread"
    asked = send(clerk, page, words="Apakah ia bisa datang malam ini?")
    assert asked.status_code == 303
    assert "1 new message" in words(worker.get(f"/referrals/{code}"))
    assert "Apakah ia bisa datang malam ini?" in words(worker.get(page))
    assert "1 message, read" in words(worker.get(f"/referrals/{code}"))
    assert "read by the other side" in words(clerk.get(page))
    assert send(worker, page, words="   ").status_code == 422
    assert outsider.get(page).status_code == 404
    assert "Apakah" not in weak.get(page).text
    with writing():
        kept = db.session.connection().exec_driver_sql("select words_sealed from note").scalar()
    assert kept is not None
    assert b"malam" not in bytes(kept)
    write(decline, two.answering, code=code, reason=Decline.FULL)
    assert clerk.get(page).status_code == 404
    assert "nobody on the other side reads" in words(worker.get(page))
