"""Quick exit, and a demo that serves this machine alone."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.queries.who import who_is_present
from core.db import db
from core.variables import WrongSettingError
from tests.conftest import MakeApp
from tests.pages.test_sign_in import enter, person, token
from tests.support.html import parse
from tests.support.people import PASSWORD
from tests.support.sending import send


@pytest.mark.both_databases(in_soak=True)
class TestExit:
    def test_the_session_ends_and_the_page_is_a_calendar(
        self, app: Flask, client: FlaskClient
    ) -> None:
        enter(client, person())
        held = token(client)
        answer = client.post("/exit")  # without a token: it must work from anywhere
        assert (answer.status_code, answer.location) == (303, "/calendar")
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert not token(client)
        assert client.get_cookie("session") is None
        db.session.rollback()
        assert who_is_present(held) is None

    @pytest.mark.parametrize("path", ["/", "/directory", "/account", "/sign-in", "/nowhere"])
    def test_afterwards_every_page_is_the_calendar(self, client: FlaskClient, path: str) -> None:
        client.post("/exit")
        page = client.get(path)
        parse(page.text)
        for word in ("Rujukan", "rujukan", "mark.svg", "/sign-in", "/exit"):
            assert word not in page.text, word
        assert page.headers["Cache-Control"] == "no-store"
        assert client.post("/find", data={"need": "S1"}).location == "/calendar"

    def test_it_holds_for_ten_minutes_or_until_one_comes_back(self, client: FlaskClient) -> None:
        sent = client.post("/exit").headers.getlist("Set-Cookie")
        assert any("away=1" in text and "Max-Age=600" in text for text in sent)
        assert client.get("/return").location == "/"
        assert "Rujukan" in client.get("/").text

    def test_another_sites_link_shuts_nobody_out(self, client: FlaskClient) -> None:
        assert client.get("/exit").status_code == 405
        client.get("/calendar")
        assert "Rujukan" in client.get("/").text

    def test_programs_are_not_concerned(self, client: FlaskClient) -> None:
        client.post("/exit")
        assert client.get("/api/v1/openapi.json").is_json
        assert client.get("/healthz").is_json

    def test_a_neutral_page_of_choice(self, make_app: MakeApp) -> None:
        client = make_app(neutral_url="https://cuaca.example/").test_client()
        answer = client.post("/exit")
        assert answer.status_code == 200
        assert 'content="0;url=https://cuaca.example/"' in answer.text
        client.get("/return")
        assert 'data-leave="https://cuaca.example/"' in client.get("/").text


def test_every_page_has_the_button(client: FlaskClient) -> None:
    """As a form, so that it works without scripts; on error pages too."""
    for path in ("/", "/directory", "/sign-in", "/style", "/nowhere", "/api/v1/docs"):
        assert 'action="/exit"' in client.get(path).text, path


class TestDemo:
    @pytest.mark.parametrize(
        ("address", "host", "headers", "served"),
        [
            ("127.0.0.1", "127.0.0.1:8000", {}, True),
            ("::1", "[::1]:8000", {}, True),
            ("127.0.0.1", "localhost", {}, True),
            ("192.168.1.7", "localhost", {}, False),
            ("127.0.0.1", "rujukan.example", {}, False),
            ("127.0.0.1", "192.168.1.2:8000", {}, False),
            ("127.0.0.1", "localhost", {"X-Forwarded-For": "127.0.0.1"}, False),
        ],
    )
    def test_others_are_refused(
        self, client: FlaskClient, address: str, host: str, headers: dict[str, str], served: bool
    ) -> None:
        answer = client.get(
            "/", headers={"Host": host, **headers}, environ_overrides={"REMOTE_ADDR": address}
        )
        assert (answer.status_code == 200) is served

    @pytest.mark.parametrize(
        ("arguments", "environment"),
        [
            (["--host", "0.0.0.0"], {}),
            (["--host=::"], {}),
            (["-b", "10.0.0.1:8000"], {}),
            ([], {"GRANIAN_HOST": "0.0.0.0"}),
            ([], {"FLASK_RUN_HOST": "rujukan.example"}),
        ],
    )
    def test_it_does_not_start_for_others(
        self,
        make_app: MakeApp,
        monkeypatch: pytest.MonkeyPatch,
        arguments: list[str],
        environment: dict[str, str],
    ) -> None:
        monkeypatch.setattr("sys.argv", ["granian", *arguments])
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(WrongSettingError, match=r"127\.0\.0\.1"):
            make_app()
        make_app(demo=False)  # a real one may

    def test_sample_accounts_are_one_tap_away(self, make_app: MakeApp) -> None:
        app = make_app()
        run = app.test_cli_runner().invoke
        assert run(args=["demo", "load"]).exit_code == 0
        assert run(args=["demo", "load"]).exit_code == 0  # adds nobody twice
        client = app.test_client()
        page = client.get("/sign-in").text
        assert page.count('action="/sign-in/sample"') == 5
        assert "data contoh bukan rahasia" in page
        answer = send(client, "/sign-in", "/sign-in/sample", email="peksos@contoh.example")
        assert answer.status_code == 302
        assert "Dewi Contoh" in client.get("/account").text
        other = app.test_client()
        typed = send(
            other,
            "/sign-in",
            "/sign-in",
            email="peksos@contoh.example",
            password="data contoh bukan rahasia",
        )
        assert typed.location.startswith("/account/second-factor")  # the real way

    def test_nobody_else_is_one_tap_away(self, app: Flask, client: FlaskClient) -> None:
        account = person()
        assert (
            client.post(
                "/sign-in/sample", data={"email": account.email, "csrf_token": "x"}
            ).status_code
            == 404
        )

    def test_outside_a_demo_sample_accounts_are_nothing(self, make_app: MakeApp) -> None:
        client = make_app(demo=False).test_client()
        sample = person(email="peksos@contoh.example")
        assert "contoh.example" not in client.get("/sign-in").text
        assert (
            client.post(
                "/sign-in/sample", data={"email": sample.email, "csrf_token": "x"}
            ).status_code
            == 404
        )
        assert enter(client, sample, PASSWORD).status_code == 422
