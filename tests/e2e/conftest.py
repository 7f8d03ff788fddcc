"""The sample on a real port, and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.conftest import fresh_url, running
from tests.support.browser import chromium, serve
from tests.support.scene import Scene, scene
from tests.support.smtp import Mailbox, mail_server
from tests.support.story import load_sample


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the session; each test opens its own context."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def site_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app with the sample data."""
    folder = tmp_path_factory.mktemp("site")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as app:
        load_sample(app)
        yield app


@pytest.fixture(scope="session")
def site(site_app: Flask) -> Iterator[str]:
    """The address at which it answers."""
    with serve(site_app) as address:
        yield address


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open a page in a context of its own; at the end nobody else was asked and nothing failed."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    faults: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            strangers.append(request.url)

    def opened(path: str = "/", width: int = 360, lang: str = "id", **options: object) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 780},
            extra_http_headers={"Accept-Language": lang},
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not strangers
    expected = "422 (UNPROCESSABLE"  # the browser's own word for an answer that we want
    assert not [fault for fault in faults if expected not in fault]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """What goes out by e-mail."""
    with mail_server() as found:
        yield found


@pytest.fixture
def story_app(request: pytest.FixtureRequest, tmp_path: Path, mailbox: Mailbox) -> Iterator[Flask]:
    """An empty app of a story's own, because its clock runs ahead; it sends mail."""
    mail: dict[str, Any] = {
        "mail_server": "127.0.0.1", "mail_port": mailbox.port, "mail_security": "none",
        "mail_from": "Rujukan <rujukan@example.org>", "site_url": "http://rujukan.example.org",
    }  # fmt: skip
    with (
        fresh_url(request, "sqlite", tmp_path) as url,
        running(url, tmp_path, trusted_hosts="127.0.0.1", **mail) as app,
    ):
        yield app


@pytest.fixture
def play(story_app: Flask, browser: Browser) -> Iterator[Scene]:
    """The scene of a story."""
    with serve(story_app) as address, scene(story_app, address, browser) as played:
        yield played
