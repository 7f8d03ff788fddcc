"""Papers of a referral: checked by their bytes, sealed, and open to whom they are released."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Account, AuditEntry
from accounts.rules.rights import Role
from core.db import db, write
from referral.commands.asking.handing_out import look_ahead, send_draft
from referral.commands.consent.consents import Given
from referral.commands.moves.answering import accept, decline
from referral.models import Attachment, Referral
from referral.rules.reasons import Decline
from tests.conftest import MakeApp
from tests.support.handing import Two, make_draft, make_two
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import fields
from tests.unit.test_referral_form_rules import JPEG, PDF


def client_of(app: Flask, account: Account) -> FlaskClient:
    """Somebody, signed in, reading English."""
    client = app.test_client()
    sign_in(client, account)
    client.get("/?lang=en")
    return client


def add(client: FlaskClient, code: str, content: bytes, name: str = "a.pdf", **more: Any) -> Any:
    """Attach a paper by the page's own form."""
    page = f"/referrals/{code}/papers"
    sent = {**fields(client.get(page).text, page), "kind": ["letter"]}
    sent |= {key: [value] for key, value in more.items()}
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{texts[0]}\r\n'.encode()
        for key, texts in sent.items()
        if key != "file"
    )
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body += head.encode() + content + b"\r\n--x--\r\n"
    return client.post(page, data=body, content_type="multipart/form-data; boundary=x")


def paper_of(code: str) -> str:
    """The address of the first paper."""
    db.session.rollback()
    return f"/referrals/{code}/papers/{db.session.scalars(select(Attachment.id)).one()}"


@pytest.mark.both_databases
def test_a_paper_is_sealed_and_opens_after_acceptance_if_released(app: Flask) -> None:
    """Sender always; receiver only then; nobody else; and every opening is recorded."""
    two = make_two()
    code = make_draft(two)
    worker, clerk = client_of(app, two.worker), client_of(app, two.clerk)
    stranger = client_of(app, make_account(Role.MANAGER, agency_id=make_two().sender_id))
    assert add(worker, code, PDF, "../Surat Melati.pdf").status_code == 303
    address = paper_of(code)
    kept = db.session.scalars(select(Attachment)).one()
    assert PDF not in kept.content_sealed
    assert b"Melati" not in kept.name_sealed
    given = Given(receiver_agency_id=two.receiver_id)
    _send(two, code, given)
    for client in (clerk, stranger):
        assert client.get(address).status_code == 404
    write(accept, two.answering, code=code, promise=two.promise())
    assert clerk.get(address).status_code == 404  # not released
    change = {**fields(worker.get(f"/referrals/{code}/papers").text, address), "do": "release"}
    assert worker.post(address, data=change).status_code == 303
    assert clerk.get(address).status_code == 404  # the consent releases no papers
    assert stranger.get(address).status_code == 404
    opened = worker.get(address)
    assert opened.data == PDF
    assert opened.headers["Content-Disposition"] == f'attachment; filename="{code}-1.pdf"'
    assert opened.headers["Cache-Control"] == "no-store"
    assert opened.headers["X-Content-Type-Options"] == "nosniff"


def _send(two: Two, code: str, given: Given) -> None:
    ahead = write(look_ahead, two.sending, code=code, given=given)
    write(send_draft, two.sending, code=code, given=given, mark=ahead.mark)


def test_a_released_paper_is_in_the_preview_and_closes_on_decline(app: Flask) -> None:
    """Its own flag puts papers into the consent."""
    two = make_two()
    code = make_draft(two)
    worker, clerk = client_of(app, two.worker), client_of(app, two.clerk)
    add(worker, code, JPEG, "foto.pdf", is_released="1")
    given = Given(receiver_agency_id=two.receiver_id)
    ahead = write(look_ahead, two.sending, code=code, given=given)
    assert ahead.papers_before == []
    assert [paper.name for paper in ahead.papers_after] == ["foto.jpg"]
    _send(two, code, given)
    address = paper_of(code)
    assert clerk.get(address).status_code == 404
    write(accept, two.answering, code=code, promise=two.promise())
    assert clerk.get(address).data == JPEG
    listed = clerk.get(f"/referrals/{code}/papers")
    check_page(listed.text)
    assert "foto.jpg" in listed.text
    assert "Remove" not in listed.text
    db.session.rollback()
    read = select(AuditEntry).where(AuditEntry.action == "attachment.read")
    assert [entry.actor_id for entry in db.session.scalars(read)] == [two.clerk.id]
    write(decline, two.answering, code=code, reason=Decline.RISK)
    assert clerk.get(address).status_code == 404


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<html>", PDF[:30]])
def test_what_is_no_paper_is_refused_in_words(app: Flask, content: bytes) -> None:
    """By its bytes, whatever its name says."""
    two = make_two()
    code = make_draft(two)
    worker = client_of(app, two.worker)
    answer = add(worker, code, content, "surat.pdf")
    assert answer.status_code == 422
    check_page(answer.text)
    assert 'id="file-error"' in answer.text
    db.session.rollback()
    assert db.session.scalars(select(Attachment)).all() == []


def test_size_and_number_are_limited(make_app: MakeApp) -> None:
    """By settings; a body far too large is refused before it is read."""
    app = make_app(attachment_megabytes=1, attachments_most=2)
    two = make_two()
    code = make_draft(two)
    worker = client_of(app, two.worker)
    large = PDF[:-7] + b" " * 1024 * 1024 + b"%%EOF\n"
    assert "at most 1 MB" in text_of(add(worker, code, large).text)
    assert add(worker, code, b"x" * 2 * 1024 * 1024).status_code == 413
    assert [add(worker, code, PDF).status_code for _ in range(3)] == [303, 303, 422]


def test_a_paper_is_removed_and_goes_with_its_draft(app: Flask) -> None:
    """For good."""
    two = make_two()
    code = make_draft(two)
    worker = client_of(app, two.worker)
    add(worker, code, PDF)
    address = paper_of(code)
    sent = {**fields(worker.get(f"/referrals/{code}/papers").text, address), "do": "remove"}
    assert worker.post(address, data=sent).status_code == 303
    assert worker.get(address).status_code == 404
    add(worker, code, PDF)
    page = f"/referrals/{code}/draft"
    token = fields(worker.get(page).text, "/draft/delete")
    assert worker.post(f"{page}/delete", data=token).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Attachment)).all() == []
    assert db.session.scalars(select(Referral)).all() == []


def test_a_hostile_name_is_text_on_the_page(app: Flask) -> None:
    """No path, no markup, no header."""
    two = make_two()
    code = make_draft(two)
    worker = client_of(app, two.worker)
    add(worker, code, PDF, "../../<script>alert(1)</script>\u202efdp.exe")
    page = worker.get(f"/referrals/{code}/papers").text
    check_page(page)
    assert "<script>alert" not in page
    assert "\u202e" not in page
