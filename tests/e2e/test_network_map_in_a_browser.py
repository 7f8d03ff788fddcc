"""The network map in Chromium: the page asks us alone, the file asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.rules.rights import Role
from core.db import writing
from tests.factories import make_offer
from tests.support.browser import serve
from tests.support.network import flow, publish
from tests.support.people import make_account

NAME = "</script><b>Rumah {{ 7*7 }}</b>"
CANVAS = "[data-network-canvas]"


@contextmanager
def _watched(browser: Browser, width: int) -> Iterator[tuple[Page, list[str]]]:
    """A page, and everything that it asks for or complains of."""
    context = browser.new_context(viewport={"width": width, "height": 740})
    page, heard = context.new_page(), []
    page.on("request", lambda request: heard.append(request.url))
    page.on("pageerror", lambda error: heard.append(f"error {error}"))
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    yield page, heard
    context.close()


def _is_drawn(page: Page) -> bool:
    """Whether something stands on the canvas."""
    return bool(
        page.evaluate(
            "() => { const c = document.querySelector('.network-canvas');"
            " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(n => n); }"
        )
    )


def test_the_map_and_its_file(
    app: Flask, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a phone: draw, tell of what is touched, take along, open without any net."""
    one = make_offer(agency={"name": NAME, "type": "SHL"}, beds=(4, 1))
    two = make_offer(location={"latitude": -6.4, "longitude": 107.0})
    publish(monkeypatch, [flow(one.service.agency_id, two.service.agency_id, 30, 0.8)])
    account = make_account(Role.COORDINATOR)
    with writing():
        token = begin_session(account, strong=True)
    with serve(app) as site, _watched(browser, 360) as (page, heard):
        cookie = {"name": COOKIE, "value": token, "url": site}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(f"{site}/network/map?lang=en&type=SHL")
        page.wait_for_load_state("networkidle")
        assert _is_drawn(page)
        page.focus(CANVAS)
        page.keyboard.press("Enter")  # tells of the middle of the map
        page.locator(".network-popup").get_by_text("3 of 4 places free").wait_for()
        assert NAME in page.locator(".network-popup").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_label("Each agency as a mark of its own").check()
        page.wait_for_load_state("networkidle")
        assert _is_drawn(page)
        with page.expect_download() as saved:
            page.get_by_role("link", name="The map as one file").click()
        file = tmp_path / "map.html"
        saved.value.save_as(file)
        page.goto(f"{site}/network/map?lang=en&view=drawing")
        frame = page.frame_locator(".network-frame")
        frame.get_by_label("Who refers to whom").wait_for()
        assert [url for url in heard if not url.startswith((site, "data:"))] == []
    with _watched(browser, 360) as (page, heard):
        page.context.set_offline(True)
        page.goto(file.as_uri())
        assert _is_drawn(page)
        page.focus(".folium-map")
        page.keyboard.press("Enter")
        page.locator(".network-popup").get_by_text("3 of 4 places free").wait_for()
        assert NAME in page.locator(".network-popup").inner_text()
        assert heard == [file.as_uri()]
