"""An agency joins on a phone: application, approval, invitation, password; in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Account
from accounts.rules.rights import Role
from core.db import db, writing
from tests.conftest import fresh_url, running
from tests.support.browser import serve
from tests.support.people import make_account
from tests.support.story import load_sample

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "hujan deras di atap seng"


@pytest.fixture
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app with the sample data."""
    folder = tmp_path_factory.mktemp("joining")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as found:
        load_sample(found)
        yield found


def _good(page: Page, lang: str) -> None:
    """Within the width, accessible, in the language."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert page.locator("html").get_attribute("lang") == lang


def _send(page: Page) -> None:
    page.locator("main form .actions button").first.click()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_an_agency_joins_on_a_phone(app: Flask, browser: Browser, lang: str) -> None:
    """From the empty form to the first manager's account, 360 pixels wide."""
    with serve(app) as site:

        def phone() -> Page:
            context = browser.new_context(
                base_url=site,
                viewport={"width": 360, "height": 780},
                extra_http_headers={"Accept-Language": lang},
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            return page

        applicant = phone()
        _apply(applicant, lang)
        coordinator = phone()
        link = _approve(coordinator, site, lang)
        newcomer = phone()
        _join(newcomer, link, lang)
        applicant.reload()
        _good(applicant, lang)
        for page in (applicant, coordinator, newcomer):
            page.context.close()
    db.session.rollback()
    joined = db.session.query(Account).filter_by(email="sari@melati.example").one()
    assert (joined.password_hash or "").startswith("$argon2")


def _apply(page: Page, lang: str) -> None:
    page.goto("/join")
    _good(page, lang)
    _send(page)
    expect(page.locator("#error-summary")).to_be_visible()
    _good(page, lang)
    page.fill("#name", "Yayasan Melati <b>Bogor</b>")
    page.select_option("#type", "NGO")
    page.fill("#place", "Cipayung")
    page.fill("#description", "Pendampingan bagi penyintas kekerasan")
    page.check("input[name=tier][value=network]")
    page.fill("#contact_name", "Sari")
    page.fill("#email", "sari@melati.example")
    page.fill("#phone", "021-5550123")
    page.fill("#why", "Kami bekerja dengan UPTD PPA sejak lama")
    _send(page)
    choice = page.locator("button[name=place_code]")
    expect(choice).to_have_count(2)
    _good(page, lang)
    choice.first.click()
    expect(page).to_have_url(re.compile("/join/status/"))
    _good(page, lang)


def _approve(page: Page, site: str, lang: str) -> str:
    boss = make_account(Role.COORDINATOR)
    with writing():
        token = begin_session(boss, strong=True)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
    page.goto("/applications")
    _good(page, lang)
    page.locator(".card a").first.click()
    _good(page, lang)
    page.locator("form[action$=approve] button").click()
    link = page.locator("#link").input_value()
    _good(page, lang)
    assert link.startswith(f"{site}/welcome/")
    return link


def _join(page: Page, link: str, lang: str) -> None:
    page.goto(link)
    _good(page, lang)
    page.fill("#name", "Sari")
    page.fill("#password", "pendek")
    _send(page)
    expect(page.locator("#password-error")).to_be_visible()
    assert page.locator("#password").input_value() == ""
    assert page.locator("#name").input_value() == "Sari"
    _good(page, lang)
    page.fill("#password", PASSWORD)
    page.fill("#password_again", PASSWORD)
    _send(page)
    expect(page.locator("#password")).to_have_count(0)
    _good(page, lang)
    page.goto(link)
    expect(page.locator("input[type=password]")).to_have_count(0)
    _good(page, lang)
