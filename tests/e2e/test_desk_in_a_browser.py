"""From the inbox over the acceptance to the arrival, on a phone of 360 px, in both languages."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from core.db import writing
from tests.e2e.conftest import OpenPage
from tests.support.handing import NAME, make_sent, make_two
from tests.support.looking import check_good, press

WORDS = {
    "id": {"read": "Kami sudah membacanya", "accept": "Terima", "arrived": "Penyintas sudah tiba"},
    "en": {"read": "We have read it", "accept": "Accept", "arrived": "They have arrived"},
}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_from_the_inbox_to_the_arrival(
    open_page: OpenPage, site: str, site_app: Flask, lang: str
) -> None:
    """The clerk reads, accepts and receives; names open on acceptance and not before."""
    with site_app.app_context():
        two = make_two()
        code = make_sent(two)
        with writing():
            token = begin_session(two.clerk, strong=True)
    page = open_page("/", 360, lang)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
    page.goto("/board")
    check_good(page, lang, "board")
    press(page.get_by_role("link", name=code))
    expect(page.locator("main")).not_to_contain_text(NAME)
    check_good(page, lang, "sent")
    press(page.get_by_role("button", name=WORDS[lang]["read"]))
    accept = page.locator("#move-accept")
    expect(accept).to_have_attribute("open", "")  # what is most likely stands open
    expect(accept.locator("input[name=person]")).to_have_value("Rini")
    expect(accept.locator("input[name=pool]").first).to_be_checked()
    accept.get_by_role("button", name=WORDS[lang]["accept"], exact=True).click()
    expect(page.locator("main")).to_contain_text(NAME)
    check_good(page, lang, "accepted")
    page.goto("/board")
    expect(page.locator("#lane-tonight")).to_contain_text("1")
    check_good(page, lang, "board-tonight")
    press(page.get_by_role("link", name=code))
    arrived = page.locator("#move-hand_over")
    arrived.get_by_role("button", name=WORDS[lang]["arrived"]).click()
    page.goto("/board")
    expect(page.locator("#lane-here")).to_contain_text("1")
