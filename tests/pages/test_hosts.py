"""What a request says in `Host` gets into no link, mail or redirect."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from accounts.rules.rights import Role
from core.settings import Settings
from core.variables import WrongSettingError
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.html import check_page
from tests.support.people import make_account, sign_in
from tests.support.sending import send

SITE = "https://rujukan.example"
HOSTILE = [
    "evil.example",
    "evil.example:443",
    "rujukan.example.evil.example",
    "evilrujukan.example",
    "rujukan.example@evil.example",
    "evil.example/rujukan.example",
    "127.0.0.1.evil.example",
    '"><script>alert(1)</script>',
    "a b",
    "[::1",
    "",
]


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app as it runs for real, behind one proxy."""
    return make_app(demo=False, language="en", site_url=SITE, trusted_hosts="old.example, .lan")


def _ask(app: Flask, path: str, **more: Any) -> Any:
    return app.test_client().open(path, **more)


@pytest.mark.parametrize("host", HOSTILE)
@pytest.mark.parametrize("path", ["/", "/find?need=S1", "/staff", "/nowhere", "/sign-in"])
def test_a_name_that_is_not_ours_is_refused(app: Flask, host: str, path: str) -> None:
    """A plain page without any link, whatever was asked."""
    answer = _ask(app, path, headers={"Host": host})
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert "evil" not in answer.text + str(answer.headers)
    assert "href" not in answer.text
    check_page(answer.text)


def test_a_post_is_refused_too(app: Flask) -> None:
    """Nothing is done under a foreign name."""
    assert _ask(app, "/exit", method="POST", headers={"Host": "evil.example"}).status_code == 400


def test_a_program_is_told_as_a_program(app: Flask) -> None:
    """problem+json."""
    answer = _ask(app, "/api/v1/find?need=S1", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "host",
    ["rujukan.example", "rujukan.example:8443", "old.example", "a.lan", "localhost:5000",
     "127.0.0.1:8000"],
)  # fmt: skip
def test_our_own_names(app: Flask, host: str) -> None:
    """The stated address, further names, and this machine itself."""
    assert _ask(app, "/", headers={"Host": host}).status_code == 200


def test_links_begin_with_the_stated_address(app: Flask) -> None:
    """Also where somebody asks under another of our names."""
    page = _ask(app, "/find?need=S1", headers={"Host": "old.example"})
    assert f'data-share-url="{SITE}/find?need=S1' in page.text
    assert "old.example" not in page.text


def test_an_invitation_leads_to_the_stated_address(app: Flask) -> None:
    """The link that is handed over."""
    agency = make_offer().service.agency_id
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=agency))
    page = f"/staff/{agency}"
    made = send(client, page, f"{page}/invitations", email="a@example.org", roles="worker")
    assert f"{SITE}/welcome/" in made.text


def test_what_a_proxy_forwards_is_looked_at_too(make_app: MakeApp) -> None:
    """A proxy that is believed hands on what somebody said."""
    app = make_app(demo=False, site_url=SITE, trusted_proxies=1)
    asked = {"Host": "rujukan.example", "X-Forwarded-Host": "evil.example"}
    assert _ask(app, "/", headers=asked).status_code == 400


def test_without_a_stated_address_only_this_machine_asks(make_app: MakeApp) -> None:
    """Closed until somebody says where people reach this site."""
    app = make_app(demo=False)
    assert _ask(app, "/", headers={"Host": "localhost:5000"}).status_code == 200
    assert _ask(app, "/", headers={"Host": "rujukan.example"}).status_code == 400


def test_a_demo_is_asked_on_loopback(make_app: MakeApp) -> None:
    """And nowhere else."""
    app = make_app()
    assert _ask(app, "/", headers={"Host": "127.0.0.1:5000"}).status_code == 200
    assert _ask(app, "/", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("wrong", ["https://a.example", "a b.example", "*.example", "a.example;b"])
def test_a_wrong_setting(wrong: str) -> None:
    """It stops the start."""
    with pytest.raises(WrongSettingError, match="RUJUKAN_TRUSTED_HOSTS"):
        Settings.from_environment({"RUJUKAN_TRUSTED_HOSTS": wrong})
