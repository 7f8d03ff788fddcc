"""Signing in by the page: password, throttle, second factor."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from accounts.models import Account, AuditEntry, SignedIn, SignInAttempt
from accounts.queries.who import hash_of, who_is_present
from accounts.rules.rights import Role
from core import hashing, totp
from core.clock import now
from core.crypto import seal
from core.db import db, writing
from core.keystore import keystore
from tests.conftest import MakeApp
from tests.support.html import check_page
from tests.support.people import PASSWORD, give_password, make_account
from tests.support.sending import hidden_of, send

WRONG = "not the right one at all"
T0 = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def person(*roles: Role, **more: Any) -> Account:
    """Somebody with a password; without a role, nobody asks them for a second factor."""
    account = make_account(*roles, **more)
    give_password(account)
    return account


def enter(client: FlaskClient, account: Account, password: str = PASSWORD, **more: str) -> Any:
    """Send the sign-in form."""
    return send(client, "/sign-in", "/sign-in", email=account.email, password=password, **more)


def token(client: FlaskClient) -> str:
    """The session's token that the browser holds, or nothing."""
    cookie = client.get_cookie("rujukan_session")
    return cookie.value if cookie else ""


def audited(action: str) -> list[AuditEntry]:
    """The audit rows of an action."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def give_app(account: Account) -> bytes:
    """An authenticator app; returns its secret."""
    secret, place = totp.new_secret(), f"account/{account.id}/totp"
    with writing():
        row = db.session.get_one(Account, account.id)
        row.totp_sealed = seal(keystore().key(place), secret, place)
    return secret


@pytest.mark.both_databases(in_soak=True)
class TestPassword:
    def test_the_right_password_opens_a_session(self, app: Flask, client: FlaskClient) -> None:
        account = person(name="Ani Wijaya")
        answer = enter(client, account)
        assert (answer.status_code, answer.location) == (302, "/")
        cookie = answer.headers.getlist("Set-Cookie")
        held = next(text for text in cookie if text.startswith("rujukan_session="))
        assert "HttpOnly" in held
        assert "SameSite=Lax" in held
        assert "Secure" not in held  # the request was no https
        page = client.get("/").text
        assert "Ani Wijaya" in page
        check_page(page)
        assert audited("sign_in.succeeded")[0].facts == {"way": "password"}

    def test_wrong_and_unknown_are_told_the_same(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account, nobody = person(), Account(email="nobody@example.org")
        invited = make_account(Role.COORDINATOR)  # has no password yet
        closed = person()
        with writing():
            db.session.get_one(Account, closed.id).closed_at = now()
        hashed: list[bool] = []
        verify = hashing._HASHER.__class__.verify

        def counting(self: Any, *given: Any) -> Any:
            hashed.append(True)
            return verify(self, *given)

        monkeypatch.setattr(hashing._HASHER.__class__, "verify", counting)
        told = []
        for who in (account, nobody, invited, closed):
            password = WRONG if who is account else PASSWORD
            answer = enter(client, who, password)
            assert answer.status_code == 422
            assert WRONG not in answer.text
            assert not token(client)
            told.append(answer.text.replace(who.email, "…"))
        assert len({text.partition("<main")[2].partition("csrf")[0] for text in told}) == 1
        assert len(hashed) == 4
        assert len(audited("sign_in.failed")) == 4

    def test_what_was_typed_stays_but_the_password(self, client: FlaskClient) -> None:
        answer = send(client, "/sign-in", "/sign-in", email="ani@example.org", password="")
        assert answer.status_code == 422
        assert 'value="ani@example.org"' in answer.text
        check_page(answer.text)

    def test_without_the_forms_token_nothing_happens(self, client: FlaskClient) -> None:
        account = person()
        said = {"email": account.email, "password": PASSWORD}
        assert client.post("/sign-in", data=said).status_code == 400
        assert client.post("/sign-in", data={**said, "csrf_token": "x"}).status_code == 422
        assert not token(client)

    def test_an_old_hash_is_made_anew(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
        with writing():
            db.session.get_one(Account, account.id).password_hash = old
        assert enter(client, account).status_code == 302
        db.session.rollback()
        kept = db.session.get_one(Account, account.id, populate_existing=True).password_hash
        assert kept != old
        assert kept
        assert hashing.matches(PASSWORD, kept)
        assert not hashing.is_outdated(kept)

    def test_no_lock_is_held_while_hashing(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = person()
        verify = hashing._HASHER.__class__.verify
        busy: list[bool] = []

        def looking(self: Any, *given: Any) -> Any:
            busy.append(db.session().in_transaction())
            return verify(self, *given)

        monkeypatch.setattr(hashing._HASHER.__class__, "verify", looking)
        enter(client, account)
        assert busy == [False]

    @pytest.mark.parametrize(
        ("wish", "led"),
        [
            ("/directory?q=a", "/directory?q=a"),
            ("https://evil.example/", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("javascript:alert(1)", "/"),
        ],
    )
    def test_one_is_led_on_within_this_site_only(
        self, client: FlaskClient, wish: str, led: str
    ) -> None:
        answer = enter(client, person(), next=wish)
        assert answer.location == led

    def test_the_token_changes_and_the_old_session_ends(
        self, app: Flask, client: FlaskClient
    ) -> None:
        first, second = person(), person()
        enter(client, first)
        old = token(client)
        page = client.get("/account").text
        assert first.email in page
        send(client, "/account", "/sign-out")
        enter(client, second)
        assert token(client) not in ("", old)
        db.session.rollback()
        assert who_is_present(old) is None

    def test_a_secure_site_gives_secure_cookies(self, make_app: MakeApp) -> None:
        client = make_app(demo=False, site_url="https://rujukan.example").test_client()
        answer = enter(client, person())
        for text in answer.headers.getlist("Set-Cookie"):
            assert "Secure" in text, text


@pytest.mark.both_databases(in_soak=True)
class TestThrottle:
    def fail(self, client: FlaskClient, account: Account, times: int) -> Any:
        for _number in range(times):
            answer = enter(client, account, WRONG)
        return answer

    def test_waits_grow_and_are_said(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        with time_machine.travel(T0, tick=False) as clock:
            assert self.fail(client, account, 5).status_code == 422
            held = enter(client, account)  # even the right password
            assert held.status_code == 429
            assert held.headers["Retry-After"] == "30"
            assert "30 detik" in held.text or "30 seconds" in held.text
            check_page(held.text)
            clock.shift(timedelta(seconds=31))
            assert self.fail(client, account, 1).status_code == 422
            assert enter(client, account).headers["Retry-After"] == "60"
            clock.shift(timedelta(seconds=61))
            assert enter(client, account).status_code == 302

    def test_the_wait_has_an_end(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        with time_machine.travel(T0, tick=False) as clock:
            self.fail(client, account, 5)
            waits = []
            for _number in range(7):
                waits.append(int(enter(client, account, WRONG).headers["Retry-After"]))
                clock.shift(timedelta(seconds=waits[-1] + 1))
                assert self.fail(client, account, 1).status_code == 422
            assert waits == [30, 60, 120, 240, 480, 900, 900]
            clock.shift(timedelta(hours=1))
            assert enter(client, account).status_code == 302

    def test_a_known_browser_is_not_held_back_by_others(
        self, app: Flask, client: FlaskClient
    ) -> None:
        account, attacker = person(), app.test_client()
        enter(client, account)
        send(client, "/account", "/sign-out")
        self.fail(attacker, account, 6)
        assert enter(attacker, account).status_code == 429
        assert enter(client, account).status_code == 302

    def test_a_known_browser_is_held_back_by_itself(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        enter(client, account)
        send(client, "/account", "/sign-out")
        self.fail(client, account, 5)
        assert enter(client, account).status_code == 429

    def test_a_browser_known_to_another_account_is_a_stranger(
        self, app: Flask, client: FlaskClient
    ) -> None:
        mine, victim = person(), person()
        enter(client, mine)
        send(client, "/account", "/sign-out")
        self.fail(app.test_client(), victim, 5)
        assert enter(client, victim).status_code == 429

    def test_a_forged_device_cookie_counts_for_nothing(
        self, app: Flask, client: FlaskClient
    ) -> None:
        account = person()
        self.fail(app.test_client(), account, 5)
        client.set_cookie("rujukan_device", "eyJpZCI6ImEiLCJvZiI6W119.x.y", path="/sign-in")
        assert enter(client, account).status_code == 429

    def test_one_address_may_not_try_many_accounts(self, app: Flask, client: FlaskClient) -> None:
        with time_machine.travel(T0, tick=False):
            for number in range(30):
                nobody = Account(email=f"nobody-{number}@example.org")
                assert enter(client, nobody, WRONG).status_code == 422
            assert enter(client, person()).status_code == 429
            elsewhere = app.test_client()
            elsewhere.environ_base["REMOTE_ADDR"] = "127.0.0.2"
            assert enter(elsewhere, person()).status_code == 302

    def test_attempts_tell_nobody_who_or_where(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        self.fail(client, account, 1)
        db.session.rollback()
        row = db.session.scalars(select(SignInAttempt)).one()
        assert len(row.account_key) == len(row.address_key) == 64
        assert "127.0.0.1" not in row.address_key
        assert hashing.keyed_hash("sign-in", f"password:{account.email}") == row.account_key


@pytest.mark.both_databases(in_soak=True)
class TestSecondFactor:
    @pytest.mark.parametrize("role", list(Role))
    def test_every_role_needs_one(self, app: Flask, client: FlaskClient, role: Role) -> None:
        answer = enter(client, person(role))
        assert answer.location == "/account/second-factor?next=/"

    def test_a_worker_enrols_at_the_first_sign_in(self, app: Flask, client: FlaskClient) -> None:
        answer = enter(client, person(Role.WORKER), next="/directory")
        assert answer.location == "/account/second-factor?next=/directory"
        for path in ("/", "/directory", "/account", "/style", "/find?need=S1"):
            led = client.get(path)
            assert led.status_code == 302, path
            assert led.location.startswith("/account/second-factor?next="), path
        check_page(client.get("/account/second-factor").text)
        before = token(client)
        done = self.enrol(client)
        assert done.status_code == 200
        check_page(done.text)
        assert done.headers["Cache-Control"] == "no-store"
        codes = _codes(done.text)
        assert len(set(codes)) == 10
        assert token(client) != before
        assert client.get("/directory").status_code == 200
        db.session.rollback()
        assert who_is_present(before) is None
        assert [row.facts["factor"] for row in audited("factor.enrolled")] == [
            "app",
            "recovery codes",
        ]

    @staticmethod
    def enrol(client: FlaskClient) -> Any:
        page = client.get("/account/second-factor/app")
        letters = page.text.partition('class="letters">')[2].partition("<")[0]
        secret = base64.b32decode(letters.replace(" ", ""))
        assert "data:image/svg+xml" in page.text
        check_page(page.text)
        code = totp.code_at(secret, now())
        to = "/account/second-factor/app"
        return client.post(to, data={**hidden_of(page.text, to), "code": code})

    def test_the_code_is_asked_at_each_sign_in(self, app: Flask, client: FlaskClient) -> None:
        account = person(Role.WORKER)
        secret = give_app(account)
        answer = enter(client, account, next="/directory")
        assert answer.location == "/sign-in/second?next=/directory"
        assert client.get("/directory").location.startswith("/sign-in/second")
        # A session that waits for its factor may neither add nor remove one.
        assert client.get("/account/second-factor/app").location.startswith("/sign-in/second")
        assert client.post("/account/second-factor/app/remove").status_code == 302
        before = token(client)
        done = self.show(client, totp.code_at(secret, now()))
        assert done.location == "/directory"
        assert token(client) != before
        assert client.get("/directory").status_code == 200
        assert [row.facts for row in audited("factor.used")] == [{"factor": "app"}]

    @staticmethod
    def show(client: FlaskClient, code: str, field: str = "code") -> Any:
        return send(client, "/sign-in/second?next=/directory", "/sign-in/second", **{field: code})

    def test_a_code_counts_once_and_drifts_by_one_step(
        self, app: Flask, client: FlaskClient
    ) -> None:
        account = person(Role.WORKER)
        secret = give_app(account)
        with time_machine.travel(T0, tick=False) as clock:
            codes = {n: totp.code_at(secret, T0 + timedelta(seconds=30 * n)) for n in range(-2, 4)}
            enter(client, account)
            assert self.show(client, codes[-2]).status_code == 422
            assert self.show(client, codes[2]).status_code == 422
            assert self.show(client, codes[-1]).status_code == 302
            other = app.test_client()
            enter(other, account)
            assert self.show(other, codes[-1]).status_code == 422  # was used
            assert self.show(other, codes[1]).status_code == 302
            third = app.test_client()
            enter(third, account)
            assert self.show(third, codes[0]).status_code == 422  # older than one that was used
            clock.shift(60)
            assert self.show(third, codes[2]).status_code == 302

    def test_guessing_codes_is_held_back(self, app: Flask, client: FlaskClient) -> None:
        account = person(Role.WORKER)
        secret = give_app(account)
        enter(client, account)
        for _number in range(5):
            assert self.show(client, "000000").status_code == 422
        assert self.show(client, totp.code_at(secret, now())).status_code == 429

    def test_a_recovery_code_counts_once(self, app: Flask, client: FlaskClient) -> None:
        account = person(Role.WORKER)
        enter(client, account)
        code = _codes(self.enrol(client).text)[3]
        first, again = app.test_client(), app.test_client()
        enter(first, account)
        assert self.show(first, f" {code.upper()} ", "recovery").status_code == 302
        enter(again, account)
        refused = self.show(again, code, "recovery")
        assert refused.status_code == 422
        assert "recovery-error" in refused.text
        kept = str(db.session.execute(db.text("select * from recovery_code")).all())
        assert code not in kept
        assert code.replace("-", "") not in kept

    def test_another_sessions_secret_is_not_taken(self, app: Flask, client: FlaskClient) -> None:
        """A form that was prepared elsewhere would give an attacker's app the codes."""
        account, attacker = person(Role.WORKER), app.test_client()
        enter(client, account)
        enter(attacker, account)
        page = attacker.get("/account/second-factor/app").text
        foreign = page.partition('name="pending" value="')[2].partition('"')[0]
        to = "/account/second-factor/app"
        answer = send(client, to, to, pending=foreign, code="123456")
        assert answer.status_code == 302  # to a new secret
        db.session.rollback()
        assert db.session.get_one(Account, account.id, populate_existing=True).totp_sealed is None

    def test_removing_asks_for_the_password(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        secret = give_app(account)
        enter(client, account)
        self.show(client, totp.code_at(secret, now()))
        page, to = "/account/second-factor", "/account/second-factor/app/remove"
        assert send(client, page, to, password=WRONG).status_code == 422
        check_page(send(client, page, to, password=WRONG).text)
        assert send(client, page, to, password=PASSWORD).status_code == 302
        db.session.rollback()
        assert db.session.get_one(Account, account.id, populate_existing=True).totp_sealed is None
        assert len(audited("factor.removed")) == 1

    @pytest.mark.parametrize("what", ["app/remove", "recovery-codes", "passkeys"])
    def test_guessing_the_password_there_is_held_back(
        self, app: Flask, client: FlaskClient, what: str
    ) -> None:
        account = person()
        secret = give_app(account)
        enter(client, account)
        self.show(client, totp.code_at(secret, now()))
        page, to = "/account/second-factor", f"/account/second-factor/{what}"
        for _number in range(5):
            refused = send(client, page, to, password=WRONG, passkey_name="phone")
        held = send(client, page, to, password=PASSWORD, passkey_name="phone")
        assert (refused.status_code, held.status_code) == (422, 422)
        assert re.search(r"\d+ (detik|seconds)", held.text)
        assert not re.search(r"\d+ (detik|seconds)", refused.text)

    def test_the_secret_is_sealed(self, app: Flask, client: FlaskClient) -> None:
        account = person(Role.WORKER)
        enter(client, account)
        self.enrol(client)
        db.session.rollback()
        sealed = db.session.get_one(Account, account.id, populate_existing=True).totp_sealed
        assert sealed
        assert len(sealed) == 1 + 12 + totp.SECRET_BYTES + 16


def _codes(page: str) -> list[str]:
    inside = page.partition('id="codes"')[2].partition("</ol>")[0]
    return [part.partition("</code>")[0] for part in inside.split("<code>")[1:]]


def test_a_visitor_has_no_second_step(client: FlaskClient) -> None:
    """Nothing waits for anybody who is not signed in: they sign in first."""
    assert client.get("/sign-in/second").location == "/sign-in?next=/sign-in/second"
    for path in ("/sign-in/second", "/sign-in/second/options", "/sign-in/second/passkey"):
        assert client.post(path).location == "/sign-in", path
    led = client.get("/account/second-factor").location
    assert led == "/sign-in?next=/account/second-factor"


def test_a_session_that_waits_for_nothing_has_no_second_step(client: FlaskClient) -> None:
    """The page leads on, and there is nothing to send to."""
    enter(client, person())
    assert client.get("/sign-in/second?next=/directory").location == "/directory"
    for path in ("/sign-in/second", "/sign-in/second/options", "/sign-in/second/passkey"):
        assert client.post(path).status_code == 404, path


def test_who_is_signed_in_goes_on(client: FlaskClient) -> None:
    """The sign-in page is for others."""
    enter(client, person())
    assert client.get("/sign-in?next=/directory").location == "/directory"


def test_a_session_that_was_ended_elsewhere_is_worth_nothing(client: FlaskClient) -> None:
    """The cookie is taken back, and the page is the visitor's."""
    enter(client, person())
    stolen = token(client)
    with writing():
        db.session.execute(
            update(SignedIn).where(SignedIn.token_hash == hash_of(stolen)).values(ended_at=now())
        )
    assert client.get("/account").location == "/sign-in?next=/account"
    assert not token(client)
