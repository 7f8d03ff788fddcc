"""Mail through a real mail server: that something waits, and where; nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from agencies.models import AgencyApplication
from core.db import db, write, writing
from core.mail import put_mail
from core.outbox import OutboxRow, do_due_rows
from core.settings import Settings
from core.variables import WrongSettingError
from tests.conftest import MakeApp
from tests.pages.test_joining import GIVEN
from tests.support.people import make_account, sign_in
from tests.support.places import gazetteer, load
from tests.support.sending import send, words
from tests.support.smtp import Mailbox, mail_server, own_certificate

SITE = "https://rujukan.example.org"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path, mailbox: Mailbox) -> Flask:
    """The app with that mail server."""
    made = make_app(
        demo=False,
        mail_server="127.0.0.1",
        mail_port=mailbox.port,
        mail_security="none",
        mail_from="Rujukan <rujukan@example.org>",
        site_url=SITE,
    )
    assert load(made, gazetteer(tmp_path)).exit_code == 0
    return made


@pytest.mark.both_databases
def test_joining_by_mail(app: Flask, client: FlaskClient, mailbox: Mailbox) -> None:
    """The coordinator is told, the first manager is invited; the page shows no link then."""
    boss = make_account(Role.COORDINATOR, area="31.75", email="koordinator@example.org")
    make_account(Role.COORDINATOR, area="32", email="lain@example.org")
    assert send(client, "/join", **GIVEN).status_code == 303
    assert send(client, "/join", **GIVEN).status_code == 303  # told once an hour
    assert not mailbox.mails  # nothing leaves before the worker comes
    assert do_due_rows() == 1
    assert mailbox.receivers == ["koordinator@example.org"]
    told = mailbox.mails[0].get_content()
    assert f"{SITE}/applications" in told
    assert not re.search("Melati|Sari|Kramat|sari@", told)

    coordinator = app.test_client()
    sign_in(coordinator, boss)
    coordinator.get("/?lang=en")
    one = f"/applications/{db.session.query(AgencyApplication.id).limit(1).scalar()}"
    approved = send(coordinator, one, f"{one}/approve")
    assert "on its way" in words(approved)
    assert "/welcome/" not in approved.text
    do_due_rows()
    mail = mailbox.mails[1]
    assert mailbox.receivers[1] == "sari@melati.example"
    assert "Melati" not in mail.as_string()
    link = re.search(rf"{SITE}(/welcome/[\w-]+)", mail.get_content())
    assert link
    assert client.get(link[1]).status_code == 200


def test_the_outbox_holds_no_link_to_read(app: Flask, mailbox: Mailbox) -> None:
    """A copy of the database opens no invitation, before the mail is sent and after."""
    write(put_mail, to="tono@example.org", path="/welcome/a-token-of-secrets", language="id")
    for _ in range(2):
        db.session.rollback()
        kept = str([row.facts for row in db.session.query(OutboxRow)])
        assert "a-token" not in kept
        assert "tono" not in kept
        do_due_rows()
    assert "a-token-of-secrets" in mailbox.mails[0].get_content()


def test_a_mail_server_that_is_busy_is_asked_again(app: Flask, mailbox: Mailbox) -> None:
    """The same mail by its id, so that a reader shows it once."""
    mailbox.refuse_next = 1
    write(put_mail, to="tono@example.org", path="/x", language="en")
    do_due_rows()
    db.session.rollback()
    row = db.session.query(OutboxRow).one()
    assert (row.done_at, row.tries) == (None, 1)
    assert "tono" not in (row.last_error or "")
    with writing():
        db.session.get_one(OutboxRow, row.id).due_at = row.leased_until or row.due_at.replace(
            year=2020
        )
    do_due_rows()
    assert [mail["Message-ID"] for mail in mailbox.mails] == [f"<{row.facts['mail']}@example.org>"]
    assert mailbox.mails[0]["Subject"] == "Rujukan: something waits for you"


def test_it_goes_encrypted_and_signed_in(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS with a certificate that is trusted; else no word is said."""
    certificate = own_certificate(tmp_path)
    with mail_server(certificate) as mailbox:
        make_app(
            mail_server="127.0.0.1",
            mail_port=mailbox.port,
            mail_user="rujukan",
            mail_password="sandi",
            mail_from="rujukan@example.org",
            site_url=SITE,
        )
        write(put_mail, to="tono@example.org", path="/x", language=None)
        do_due_rows()  # nobody vouches for this certificate
        assert (mailbox.mails, mailbox.logins) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with writing():
            row = db.session.query(OutboxRow).one()
            row.due_at = row.due_at.replace(year=2020)
        do_due_rows()
        assert mailbox.encrypted == [True]
        assert mailbox.logins == [b"\0rujukan\0sandi"]


def test_settings_that_contradict_each_other() -> None:
    """A mail needs a sender and an address to link to; a password never goes in the clear."""
    for given, named in (
        ({"RUJUKAN_MAIL_SERVER": "mail"}, "RUJUKAN_SITE_URL"),
        ({"RUJUKAN_MAIL_USER": "u", "RUJUKAN_MAIL_SECURITY": "none"}, "RUJUKAN_MAIL_SECURITY"),
        ({"RUJUKAN_MAIL_PORT": "0"}, "RUJUKAN_MAIL_PORT"),
    ):
        with pytest.raises(WrongSettingError, match=named):
            Settings.from_environment(given)
