"""Signing in and leaving at once, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.rules.samples import SAMPLE_PASSWORD
from tests.e2e.conftest import OpenPage
from tests.support.authenticator import hold_passkeys
from tests.support.browser import ARGUMENTS
from tests.support.looking import check_axe, check_width, press
from tests.support.missing import require_program

MONTHS = re.compile(r"Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|Nov|Des")


def sign_in_as(page: Page, email: str) -> None:
    """One tap, in the demo."""
    page.goto("/sign-in")
    press(page.locator(f"form:has(input[value='{email}']) button"))
    expect(page.locator(".bar-top")).to_contain_text("Contoh")


def shows_nothing(page: Page) -> None:
    """A calendar, or nothing at all; no word of ours."""
    expect(page.locator("body")).not_to_contain_text(re.compile("rujukan|penyintas|masuk", re.I))
    expect(page).not_to_have_title(re.compile("rujukan", re.I))  # the page may be on its way out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_pages_of_an_account_are_accessible(
    open_page: OpenPage, lang: str, scheme: str
) -> None:
    """Sign-in, own account, second factor, its app, at a phone's width."""
    page, again = open_page("/sign-in", 360, lang, color_scheme=scheme), scheme == "dark"
    check_axe(page, colours_alone=again)
    check_width(page)
    sign_in_as(page, "peksos@contoh.example")
    for path in ("/account", "/account/second-factor", "/account/second-factor/app"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        check_axe(page, colours_alone=again)
        check_width(page)


@pytest.mark.parametrize("way", ["button", "shifts"])
def test_leaving_at_once(open_page: OpenPage, way: str) -> None:
    """The session ends, what was typed is gone, and Back shows nothing."""
    page = open_page("/sign-in")
    sign_in_as(page, "peksos@contoh.example")
    held = [c["value"] for c in page.context.cookies() if c["name"] == "rujukan_session"]
    page.goto("/account")
    page.goto("/")
    page.fill("input[name=place]", "Cipayung")
    page.evaluate("sessionStorage.setItem('keep', 'x'); localStorage.setItem('keep', 'x')")
    if way == "button":
        page.get_by_role("button", name="Keluar cepat").click()
    else:
        for _number in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/calendar")
    expect(page.locator("h1")).to_have_text(MONTHS)
    shows_nothing(page)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.wait_for_function("document.cookie.includes('away=1')")
    for _number in range(3):
        page.go_back()
        shows_nothing(page)
    page.context.add_cookies(
        [{"name": "rujukan_session", "value": held[0], "url": page.url.partition("/c")[0]}]
    )
    page.goto("/return")
    page.goto("/sign-in")
    expect(page.locator("main form").first).to_be_visible()  # the old token is worth nothing


def test_two_shifts_or_typed_capitals_are_no_exit(open_page: OpenPage) -> None:
    """Nobody leaves by writing a name."""
    page = open_page("/")
    page.locator("input[name=place]").first.click()
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    page.keyboard.type("Cipayung")
    expect(page.locator("input[name=place]").first).to_have_value(re.compile("Cipayung"))


def test_other_tabs_leave_too(open_page: OpenPage) -> None:
    """What is shown in one tab is shown in the next."""
    page = open_page("/directory")
    other = page.context.new_page()
    other.goto("/")
    page.get_by_role("button", name="Keluar cepat").click()
    other.wait_for_url("**/calendar")
    shows_nothing(other)


def test_leaving_without_javascript(open_page: OpenPage) -> None:
    """The button is a form."""
    page = open_page("/sign-in", java_script_enabled=False)
    press(page.locator("form:has(input[value='peksos@contoh.example']) button"))
    page.goto("/account")
    page.goto("/directory")
    page.get_by_role("button", name="Keluar cepat").click()
    expect(page.locator("h1")).to_have_text(MONTHS)
    for _number in range(3):
        page.go_back()
        shows_nothing(page)
    assert not [c for c in page.context.cookies() if c["name"] == "rujukan_session"]


@pytest.fixture
def passkey_page(browser: Browser, site: str) -> Iterator[Page]:
    """A page at localhost (a passkey belongs to a name), with a phone that holds passkeys."""
    context = browser.new_context(base_url=site.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    page.set_default_timeout(15_000)
    hold_passkeys(page)
    yield page
    context.close()


def test_a_passkey_is_made_and_used_both_ways(passkey_page: Page) -> None:
    """Enrolled at the first sign-in, then as second factor, then without a password."""
    page = passkey_page
    page.goto("/sign-in?lang=en")
    page.fill("input[name=email]", "piket@contoh.example")
    page.fill("input[name=password]", SAMPLE_PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page.locator("h1")).to_have_text("Second factor")
    page.fill("input[name=passkey_name]", "phone")
    page.locator("#passkey input[name=password]").fill("wrong")
    press(page.get_by_role("button", name="Add a passkey"))
    expect(page.locator("#error-summary")).to_be_visible()
    page.locator("#passkey input[name=password]").fill(SAMPLE_PASSWORD)
    press(page.get_by_role("button", name="Add a passkey"))
    expect(page.locator("#codes li")).to_have_count(10)
    page.goto("/account/second-factor")
    expect(page.locator("main")).to_contain_text("phone")

    press(page.get_by_role("button", name="Sign out"))
    page.fill("input[name=email]", "piket@contoh.example")
    page.fill("input[name=password]", SAMPLE_PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    press(page.get_by_role("button", name="Use a passkey"))
    expect(page.locator(".bar-top")).to_contain_text("Sari Contoh")

    press(page.get_by_role("button", name="Sign out"))
    press(page.get_by_role("button", name="Sign in with a passkey"))
    expect(page.locator(".bar-top")).to_contain_text("Sari Contoh")

    page.goto("/account/second-factor")
    page.get_by_text("Remove", exact=True).click()
    page.fill("#password-passkey-1", SAMPLE_PASSWORD)
    press(page.get_by_role("button", name="Remove this passkey"))
    expect(page.locator("main")).to_contain_text("counts no longer")
    press(page.get_by_role("button", name="Sign out"))
    press(page.get_by_role("button", name="Sign in with a passkey"))
    expect(page.locator("#error-summary")).to_contain_text("did not fit")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_page_in_the_browsers_memory_is_not_shown(
    browser: Browser, site: str, scripts: bool
) -> None:
    """Browsers keep whole pages for Back; Playwright's usually do not, so this one is told to."""
    remembering = browser.browser_type.launch(
        executable_path=str(require_program("chromium")),
        args=list(ARGUMENTS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    try:
        context = remembering.new_context(base_url=site, java_script_enabled=scripts)
        page = context.new_page()
        page.set_default_timeout(15_000)
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url) if r.is_navigation_request() else None)
        page.goto("/directory")
        page.goto("/")
        asked.clear()
        page.go_back(wait_until="commit")
        expect(page).to_have_url(re.compile("/directory$"))
        remembered = not asked  # nobody was asked: the page came from memory
        assert remembered, "this browser keeps no pages, so the test would prove nothing"
        page.goto("/")
        page.fill("input[name=place]", "Cipayung")
        page.locator("form[data-leave] button").click()
        expect(page.locator("h1")).to_have_text(MONTHS)
        for _number in range(2):
            page.go_back(wait_until="commit")
            shows_nothing(page)
    finally:
        remembering.close()
