"""The own account: sessions, password, name; signing out; the operator's commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from accounts.models import Account, Invitation, RecoveryCode, SignedIn
from accounts.queries.who import hash_of, who_is_present
from accounts.rules.rights import Role
from core.clock import now
from core.db import db, writing
from tests.pages.test_sign_in import audited, enter, give_app, person, token
from tests.support.html import check_page, text_of
from tests.support.people import PASSWORD
from tests.support.sending import send

NEW = "tujuh payung di gudang lama"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def is_out(client: FlaskClient) -> bool:
    """Whether the own account leads to sign-in, as it does for whoever has no session."""
    answer = client.get("/account")
    return (answer.status_code, answer.location) == (302, "/sign-in?next=/account")


@pytest.mark.both_databases(in_soak=True)
class TestSessions:
    def test_own_sessions_are_listed_and_ended(self, app: Flask, client: FlaskClient) -> None:
        account, phone = person(), app.test_client()
        enter(client, account)
        phone.environ_base["HTTP_USER_AGENT"] = ANDROID
        enter(phone, account)
        page = client.get("/account")
        check_page(page.text)
        assert page.headers["Cache-Control"] == "no-store"
        assert "Chrome · Android" in text_of(page.text)
        db.session.rollback()
        lost = db.session.scalars(
            select(SignedIn).where(SignedIn.token_hash == hash_of(token(phone)))
        ).one()
        send(client, "/account", f"/account/sessions/{lost.id}/end")
        assert is_out(phone)
        assert client.get("/account").status_code == 200

    def test_somebody_elses_session_does_not_exist(self, app: Flask, client: FlaskClient) -> None:
        other = app.test_client()
        enter(client, person())
        enter(other, person())
        db.session.rollback()
        theirs = db.session.scalars(
            select(SignedIn).where(SignedIn.token_hash == hash_of(token(other)))
        ).one()
        mine = token(client)
        path = f"/account/sessions/{theirs.id}/end"
        nobodys = "/account/sessions/019a0000-0000-7000-8000-000000000000/end"
        form = {"csrf_token": "x"}
        for address in (path, nobodys):
            assert client.post(address, data=form).status_code == 404
        assert other.get("/account").status_code == 200
        assert token(client) == mine

    def test_sign_out_leaves_nothing(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        enter(client, account)
        held = token(client)
        answer = send(client, "/account", "/sign-out")
        assert answer.location == "/sign-in"
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert not token(client)
        assert client.get_cookie("session") is None
        db.session.rollback()
        assert who_is_present(held) is None
        client.set_cookie("rujukan_session", held)
        assert is_out(client)

    def test_sign_out_everywhere(self, app: Flask, client: FlaskClient) -> None:
        account, phone = person(), app.test_client()
        enter(client, account)
        enter(phone, account)
        send(client, "/account", "/sign-out/everywhere")
        assert is_out(phone)
        assert is_out(client)

    def test_another_sites_page_signs_nobody_out(self, client: FlaskClient) -> None:
        enter(client, person())
        for form in ({}, {"csrf_token": "x"}):
            client.post("/sign-out", data=form)
            client.post("/sign-out/everywhere", data=form)
        assert client.get("/account").status_code == 200

    @pytest.mark.parametrize("forged", ["", "x", "a" * 43, "../../etc", "é" * 20])
    def test_a_forged_token_is_nobodys(self, client: FlaskClient, forged: str) -> None:
        client.set_cookie("rujukan_session", forged)
        assert is_out(client)
        assert client.get("/").status_code == 200

    def test_a_session_ends_after_half_an_idle_hour(self, app: Flask, client: FlaskClient) -> None:
        enter(client, person())
        for minutes, status in ((29, 200), (31, 302)):
            with writing():
                seen = now() - timedelta(minutes=minutes)
                db.session.execute(update(SignedIn).values(seen_at=seen))
            assert client.get("/account").status_code == status

    def test_signed_in_pages_are_kept_by_nobody(self, client: FlaskClient) -> None:
        enter(client, person())
        for path in ("/", "/directory", "/account", "/nowhere"):
            stored = client.get(path).headers.get("Cache-Control", "")
            assert stored == "no-store" or path == "/nowhere", path


@pytest.mark.both_databases(in_soak=True)
class TestPassword:
    def change(self, client: FlaskClient, present: str, new: str) -> object:
        to = "/account/password"
        return send(client, "/account", to, password=present, new_password=new).status_code

    def test_a_change_ends_the_other_sessions(self, app: Flask, client: FlaskClient) -> None:
        account, phone = person(), app.test_client()
        enter(client, account)
        enter(phone, account)
        assert self.change(client, PASSWORD, NEW) == 302
        assert client.get("/account").status_code == 200
        assert is_out(phone)
        assert enter(phone, account).status_code == 422
        assert enter(phone, account, NEW).status_code == 302
        assert len(audited("password.changed")) == 1

    @pytest.mark.parametrize(
        ("present", "new"),
        [
            ("wrong", NEW),
            (PASSWORD, "short"),
            (PASSWORD, "indonesia1945"),
            (PASSWORD, "ani wijaya 88"),
            (PASSWORD, "x" * 5000),
        ],
    )
    def test_what_is_refused_changes_nothing(
        self, app: Flask, client: FlaskClient, present: str, new: str
    ) -> None:
        account = person(name="Ani Wijaya")
        enter(client, account)
        assert self.change(client, present, new) == 422
        assert enter(app.test_client(), account).status_code == 302

    def test_guessing_the_password_again_is_held_back(self, client: FlaskClient) -> None:
        enter(client, person())
        for _number in range(5):
            self.change(client, "wrong", NEW)
        assert self.change(client, PASSWORD, NEW) == 422


def test_name_and_language(client: FlaskClient) -> None:
    """Both are kept, and the next sign-in speaks that language."""
    account = person()
    enter(client, account)
    assert send(client, "/account", "/account/profile", name=" x ").status_code == 422
    send(client, "/account", "/account/profile", name="Ani  Baru", language="en")
    page = client.get("/account").text
    assert "Ani Baru" in page
    assert '<html lang="en">' in page
    send(client, "/account", "/sign-out")
    client.delete_cookie("language")
    enter(client, account)
    assert '<html lang="en">' in client.get("/account").text


@pytest.mark.both_databases(in_soak=True)
class TestOperator:
    def test_a_link_for_the_first_administrator(self, app: Flask) -> None:
        result = app.test_cli_runner().invoke(
            args=["accounts", "add-administrator", " Admin@Example.org "]
        )
        assert result.exit_code == 0, result.output
        link = result.stdout.splitlines()[0]
        made = db.session.scalars(select(Invitation)).one()
        assert made.token_hash == hash_of(link.rpartition("/welcome/")[2])
        assert (made.email, made.roles) == ("admin@example.org", ["administrator"])
        assert timedelta(days=6) < made.expires_at - now() < timedelta(days=8)
        assert audited("invitation.made")[0].actor_kind == "operator"

    def test_no_address_no_link(self, app: Flask) -> None:
        run = app.test_cli_runner().invoke
        assert run(args=["accounts", "add-administrator", "admin"]).exit_code == 1
        assert run(args=["accounts", "reset", "nobody@example.org"]).exit_code == 1
        assert not db.session.scalars(select(Invitation)).all()

    def test_a_reset_takes_everything_away(self, app: Flask, client: FlaskClient) -> None:
        account = person(Role.WORKER)
        enter(client, account)
        give_app(account)
        with writing():
            db.session.add(RecoveryCode(account_id=account.id, code_hash="x"))
        result = app.test_cli_runner().invoke(args=["accounts", "reset", account.email])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        kept = db.session.get_one(Account, account.id, populate_existing=True)
        assert (kept.password_hash, kept.totp_sealed) == (None, None)
        assert not db.session.scalars(select(RecoveryCode)).all()
        assert is_out(client)
        assert enter(app.test_client(), account).status_code == 422
        assert db.session.scalars(select(Invitation.email)).all() == [account.email]


def test_the_head_says_who_is_here(client: FlaskClient) -> None:
    """A name and a way out, or a way in that leads back."""
    assert "/sign-in?next=/directory" in client.get("/directory").text
    enter(client, person(name="Ani <b>Wijaya</b>"))
    page = client.get("/directory").text
    assert "Ani &lt;b&gt;Wijaya" in page
    assert 'action="/sign-out"' in page
    check_page(page)
