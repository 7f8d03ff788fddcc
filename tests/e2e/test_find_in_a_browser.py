"""The first job in a real browser: a phone at 22:00, both languages, with JavaScript or not."""

from __future__ import annotations

import re
from itertools import product
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.support.looking import check_axe, check_width, press

SUBMIT = "form[data-find] button[type=submit]:not(.visually-hidden):not([name])"


def _ask_for_the_mother(page: Page) -> None:
    page.check("input[name=need][value=S4]")
    page.fill("input[name=place]", "Cipayung")
    page.evaluate("document.querySelectorAll('form details').forEach(d => d.open = true)")
    page.check("input[name=sex][value=female]")
    page.fill("input[name=age]", "32")
    page.select_option("select[name=child_sex_1]", "M")
    page.fill("input[name=child_age_1]", "8")
    page.check("input[name=urgency][value=emergency]")
    page.fill("input[name=at]", "2026-11-22T22:00")
    press(page.locator(SUBMIT).last)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_mother_with_an_eight_year_old(open_page: OpenPage, width: int, lang: str) -> None:
    """Form, which Cipayung, results with a map, near misses: accessible and within the width."""
    page = open_page("/", width, lang)
    check_axe(page)
    check_width(page)
    _ask_for_the_mother(page)
    expect(page.locator("button[name=place_code]")).to_have_count(2)
    check_axe(page)
    press(page.locator("button[name=place_code]").first)
    expect(page.locator("article.result").first).to_contain_text("Rumah Aman Kenanga")
    expect(page.locator("article.result-miss").first).to_be_visible()
    page.locator("#map").scroll_into_view_if_needed()  # drawn when it comes into view
    expect(page.locator("#map .spot-icon").first).to_be_attached()
    assert page.locator("html").get_attribute("lang") == lang
    address = urlsplit(page.url)  # without the port, which may hold any figures
    assert not re.search("female|32|M8", address.path + address.query)
    check_width(page)
    check_axe(page)


# The page for programs is long and has no part that `/style` has not: once is enough.
@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        *product(("/directory", "/style", "/directory/booklet"), ("light", "dark")),
        ("/api/v1/docs", "light"),
    ],
)
def test_other_pages_are_accessible(open_page: OpenPage, path: str, scheme: str) -> None:
    """axe finds nothing, at a phone's width, in both colour schemes."""
    page = open_page(path, 360, "id", color_scheme=scheme)
    check_axe(page, colours_alone=scheme == "dark")
    check_width(page)


@pytest.mark.parametrize("kind", ["agencies", "services"])
def test_entries_are_accessible(open_page: OpenPage, kind: str) -> None:
    """An agency's and a service's page."""
    page = open_page("/directory?q=Kenanga", 360, "id", color_scheme="dark")
    press(page.locator("main a[href^='/agencies/']").first)
    if kind == "services":
        press(page.locator("main a[href^='/services/']").first)
    expect(page.locator("h1")).to_be_visible()
    check_axe(page)
    check_width(page)


def test_without_javascript(open_page: OpenPage) -> None:
    """The same answer, and no dead buttons."""
    page = open_page("/", 360, "en", java_script_enabled=False)
    page.check("input[name=need][value=S4]")
    page.fill("input[name=place]", "Cipayung")
    press(page.locator(SUBMIT).last)
    press(page.locator("button[name=place_code]").first)
    expect(page.locator("article.result").first).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    assert not page.locator("[data-locate]").is_visible()
    assert not page.locator("#map").is_visible()


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    """Tab, Space and Enter are enough."""
    page = open_page("/", 1280, "en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.focus("input[name=need][value=K1]")
    page.keyboard.press("Space")
    page.focus("input[name=place]")
    page.keyboard.type("Kramat Jati")
    page.keyboard.press("Enter")
    expect(page.locator("article.result").first).to_be_visible()


def test_suggestions_while_typing(open_page: OpenPage) -> None:
    """A few letters, a choice, a certain place."""
    page = open_page("/", 360, "en")
    page.locator("input[name=place]").press_sequentially("Cipay", delay=30)
    suggestion = page.locator("[data-suggest-value='32.76.07']")
    expect(suggestion).to_be_visible()
    suggestion.click()
    assert page.input_value("input[name=place_code]") == "32.76.07"
    page.check("input[name=need][value=K1]")
    press(page.locator(SUBMIT).last)
    expect(page.locator("main")).to_contain_text("Depok")


def test_use_my_location(open_page: OpenPage) -> None:
    """The browser's own position, rounded and sent in the body."""
    here = {"latitude": -6.32, "longitude": 106.9}
    page = open_page("/", 360, "en", geolocation=here, permissions=["geolocation"])
    page.locator("[data-locate]").click()
    expect(page.locator("[data-point]")).to_be_visible()
    page.check("input[name=need][value=K1]")
    press(page.locator(SUBMIT).last)
    expect(page.locator("article.result").first).to_contain_text("km")
    assert "6.32" not in page.url


def test_tap_on_the_map(open_page: OpenPage) -> None:
    """A tap is a place too."""
    page = open_page("/", 360, "en")
    page.locator("[data-pick]").click()
    drawn = page.locator("#pick-map [data-map-canvas]")
    expect(drawn.locator(".ground-name").first).to_be_attached()
    for _ in range(20):  # far out a tap comes nearer first: a thumb is as wide as a city there
        drawn.click(position={"x": 150, "y": 120})
        page.wait_for_timeout(600)
        if page.locator("[data-point]").is_visible():
            break
    expect(page.locator("[data-point]")).to_be_visible()
    assert page.input_value("input[name=lat]")


def test_the_language_changes_without_losing_what_was_typed(open_page: OpenPage) -> None:
    """From the answer in one language to the same answer in the other."""
    page = open_page("/", 360, "id")
    _ask_for_the_mother(page)
    press(page.locator("button[name=place_code]").first)
    expect(page.locator("article.result").first).to_be_visible()
    press(page.locator(".site-lang").get_by_text("English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("article.result-miss").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("boy of 8")
