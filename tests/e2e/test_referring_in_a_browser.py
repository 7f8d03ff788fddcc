"""From a found service to a referral that was sent, on a phone, in both languages, and quickly."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.support.looking import check_good

STEPS_MOST = 20  # taps and typed fields, from the answer of find to what was sent
SECONDS_MOST = 120


class Hands:
    """Somebody's thumbs: every tap and every typed field is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def tap(self, selector: str) -> None:
        self.steps += 1
        self.page.locator(selector).first.click()

    def type(self, selector: str, text: str) -> None:
        self.steps += 1
        self.page.locator(selector).first.fill(text)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_from_a_find_result_to_sent(open_page: OpenPage, lang: str) -> None:
    """In an emergency: few steps, nothing folded away is asked, the draft keeps itself."""
    page = open_page("/sign-in", 360, lang)
    page.locator("form:has(input[value='peksos@contoh.example']) button").click()
    expect(page.locator(".bar-top")).to_contain_text("Contoh")
    page.goto("/")
    page.locator("input[name=need][value=S1]").check()
    page.locator("#person > summary").click()
    page.locator("input[name=sex][value=female]").check()
    page.fill("input[name=age]", "27")
    page.locator("#find .actions button").click()
    expect(page.locator("button[form=refer]").first).to_be_visible()

    hands, began = Hands(page), time.monotonic()
    hands.tap("button[form=refer]")
    expect(page.locator("#referral")).to_be_visible()
    assert page.url.endswith("/referrals/new")  # nothing of the person
    assert page.locator("input[name=sex][value=female]").is_checked()
    assert page.locator("input[name=age]").input_value() == "27"
    check_good(page, lang, "form-empty")
    hands.type("input[name=alias]", "M.")
    hands.tap("input[name=sign][value=perpetrator_near]")
    expect(page.locator("#suggestion")).to_contain_text("Darurat" if lang == "id" else "Emergency")
    hands.type("textarea[name=reason]", "Perlu tempat aman malam ini, kakak 0812-3456-7890")
    hands.tap("input[name=danger][value=high]")
    hands.tap("input[name=basis][value=consent]")
    hands.tap("input[name=mode][value=verbal_with_witness]")
    hands.type("input[name=witness]", "Suster Ani")
    expect(page.locator("#kept")).to_contain_text("RUJ-")  # it kept itself
    expect(page.locator("#care-reason p")).to_have_count(1)  # and says a gentle word
    check_good(page, lang, "form-filled")
    hands.tap("button[name=go][value=preview]:visible")
    expect(page.locator(".sides section")).to_have_count(2)
    check_good(page, lang, "preview")
    hands.tap("form[action$='/preview'] button")
    page.wait_for_url("**/sent")
    assert hands.steps <= STEPS_MOST
    assert time.monotonic() - began < SECONDS_MOST
    check_good(page, lang, "sent")
    page.goto("/referrals/drafts")
    check_good(page, lang, "drafts")


def test_without_javascript(open_page: OpenPage) -> None:
    """The same form by plain posts: save, what is missing, papers."""
    page = open_page("/sign-in", 360, "en", java_script_enabled=False)
    page.locator("form:has(input[value='peksos@contoh.example']) button").click()
    page.goto("/referrals/new?walk_in=1")
    page.fill("input[name=age]", "17")
    page.locator("button[name=go][value=preview]").click()
    expect(page.locator("#error-summary")).to_be_visible()
    assert page.locator("input[name=age]").input_value() == "17"
    expect(page.locator("#child")).to_be_visible()  # perhaps a child
    page.locator("button[name=go][value=papers]").click()
    page.wait_for_url("**/papers")
    page.select_option("select[name=kind]", "letter")
    page.set_input_files(
        "input[name=file]",
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"},
    )
    page.locator("form[enctype] .actions button").click()
    expect(page.locator(".paper")).to_have_count(1)
