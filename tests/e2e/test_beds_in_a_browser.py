"""Beds in two taps on a phone of 360 px, in both languages; find shows the new figure at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.rules.rights import Role
from agencies.models import Agency, Offer, Pool, Service
from core.db import db, writing
from tests.e2e.conftest import OpenPage
from tests.e2e.test_find_in_a_browser import SUBMIT
from tests.support.looking import check_axe, check_width, press
from tests.support.people import make_account

WORDS = {
    "id": {"done": "Selesai", "full": "Penuh", "free": "tempat kosong", "now": "0 menit"},
    "en": {"done": "Done", "full": "Full", "free": "free", "now": "said 0 min ago"},
}
SHELTER = "Rumah Aman Kenanga"


@pytest.fixture
def manager_of(site: str, site_app: Flask) -> str:
    """The token of a session of the shelter's manager."""
    with site_app.app_context():
        agency = db.session.execute(
            db.select(Agency.id)
            .join(Service, Service.agency_id == Agency.id)
            .join(Offer, Offer.service_id == Service.id)
            .join(Pool, Pool.offer_id == Offer.id)
            .where(Agency.name.contains(SHELTER))
            .limit(1)
        ).scalar_one()
        account = make_account(Role.MANAGER, agency_id=agency)
        with writing():
            return begin_session(account, strong=True)


def _sign_in(page: Page, site: str, token: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_beds_in_two_taps(
    open_page: OpenPage, site: str, manager_of: str, lang: str, script: bool
) -> None:
    """A number, Done, and the next search knows it; with and without JavaScript."""
    page = open_page("/", 360, lang, java_script_enabled=script)
    _sign_in(page, site, manager_of)
    page.goto("/beds")
    if script:
        check_width(page)
        check_axe(page)
    pool = page.locator("form.pool").first
    pool.locator("label.choice").nth(1).click()  # the first tap: one
    press(pool.get_by_role("button", name=WORDS[lang]["done"]))  # the second
    expect(page.locator("form.pool").first).to_contain_text(re.compile(r"\b1\b"))
    expect(page.locator(".notice-good").first).to_contain_text(f"1 {WORDS[lang]['free']}")
    page.locator("form.pool").first.locator("label.choice").first.click()
    press(page.locator("form.pool").first.get_by_role("button"))
    expect(page.locator(".notice-good").first).to_contain_text(WORDS[lang]["full"])
    if script:
        check_axe(page)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_find_shows_it_at_once(open_page: OpenPage, site: str, manager_of: str, lang: str) -> None:
    """What was said on one page is what the next question is answered with."""
    page = open_page("/", 360, lang)
    _sign_in(page, site, manager_of)
    page.goto("/beds")
    for number in range(page.locator("form.pool").count()):
        pool = page.locator("form.pool").nth(number)
        pool.locator("label.choice").nth(1).click()
        press(pool.get_by_role("button", name=WORDS[lang]["done"]))
    page.goto("/")
    page.check("input[name=need][value=S4]")
    page.fill("input[name=place]", "Cipayung, Jakarta Timur")
    press(page.locator(SUBMIT).last)
    card = page.locator("article.result", has_text=SHELTER).first
    expect(card).to_contain_text(f"1 {WORDS[lang]['free']}")
    expect(card).to_contain_text(WORDS[lang]["now"])


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_own_entry_on_a_phone(
    open_page: OpenPage, site: str, manager_of: str, lang: str
) -> None:
    """Overview, every form, the history: within the width, accessible."""
    page = open_page("/", 360, lang)
    _sign_in(page, site, manager_of)
    page.goto("/entry")
    check_width(page)
    check_axe(page)
    forms = page.locator(".parts a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    parts = {href.rsplit("/", 1)[1] + href.split("/")[2]: href for href in forms}
    for href in parts.values():
        page.goto(href)
        check_width(page)
        check_axe(page)
    page.goto("/entry/history")
    check_width(page)
    check_axe(page)
