"""The pages of the network in Chromium, with a published quarter: on a phone, in both languages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Account
from accounts.rules.rights import Role
from core.db import writing
from core.geometry import published_cell
from tests.factories import make_offer
from tests.support.browser import serve
from tests.support.looking import check_axe, check_language, check_width
from tests.support.people import make_account
from tests.support.publications import publish_quarter
from tests.support.story import load_small_gazetteer
from tests.support.watching import Watch, watch

PAGES = (
    *("/network", "/network/picture", "/network/pathway", "/network/holding", "/network/map"),
    *("/network/gaps", "/network/gaps/worst", "/network/matrix", "/network/indicators"),
    *("/network/scorecards", "/network/report", "/network/views"),
)
NAMES = ("Polres </script><b>", "Simpul Timur", "RS Harapan", "Bantuan Hukum")
TYPES = ("POL", "UPTD", "PPT", "OBH")


@dataclass(frozen=True)
class Site:
    """The app, and its agencies."""

    app: Flask
    agencies: list[uuid.UUID]


@pytest.fixture
def site(app: Flask) -> Site:
    """Four agencies that referred to each other, and a secret one without any tie."""
    load_small_gazetteer(app)
    agencies = [
        make_offer(
            agency={"name": name, "type": kind}, location={"area_code": "31.75.10"}, beds=(4, 1)
        ).service.agency_id
        for name, kind in zip(NAMES, TYPES, strict=True)
    ]
    publish_quarter(app, agencies)
    cell = published_cell((-6.3, 106.9))
    hidden = {"tier": 2, "precision": "hidden", "latitude": -6.3, "longitude": 106.9}
    make_offer(
        agency={"name": "Rumah Aman", "type": "SHL", "tier": 2},
        location={**hidden, "published_cell": cell},
    )
    return Site(app, agencies)


@contextmanager
def _opened(browser: Browser, address: str, account: Account) -> Iterator[tuple[Page, Watch]]:
    with writing():
        token = begin_session(account, strong=True)
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    seen = watch(context, address)
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page, seen
    context.close()
    assert not seen.faults


def test_every_page_of_the_network(site: Site, browser: Browser) -> None:
    """Accessible, as wide as a phone, in one language each; nobody else is asked for anything."""
    coordinator, worker = make_account(Role.COORDINATOR), site.agencies[1]
    pages = (*PAGES, f"/network/picture/{worker}", f"/network/holding/{worker}")
    with serve(site.app) as address:
        with _opened(browser, address, coordinator) as (page, _seen):
            for path in pages:
                page.goto(f"{path}?lang=en")
                page.wait_for_load_state("networkidle")
                check_width(page)
                check_axe(page)
                check_language(page, "en")
                page.goto(f"{path}?lang=id")
                check_width(page)
                check_language(page, "id")
        member = make_account(Role.WORKER, agency_id=worker)
        with _opened(browser, address, member) as (page, _seen):
            page.goto("/scorecard?lang=id")
            page.get_by_text("Simpul Timur").first.wait_for()
            check_width(page)
            check_axe(page)
            check_language(page, "id")


def test_the_picture_moves_and_holds_still(site: Site, browser: Browser) -> None:
    """Cytoscape draws it, the same at two visits; by keyboard the table beside it leads on."""
    with (
        serve(site.app) as address,
        _opened(browser, address, make_account(Role.COORDINATOR)) as (page, _seen),
    ):
        drawn = []
        for _visit in range(2):
            page.goto("/network/picture?lang=en")
            page.locator(".web").scroll_into_view_if_needed()
            page.locator(".web-canvas canvas").first.wait_for()
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(400)
            assert page.locator(".web-still").count() == 0
            drawn.append(page.locator(".web-canvas").screenshot())
        assert drawn[0] == drawn[1]
        assert len(set(drawn[0])) > 20  # it is no white picture
        links = page.get_by_role("table").get_by_role("link")
        assert links.count() >= 2
        links.first.focus()
        name = links.first.inner_text()
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == name
