"""A story in a real browser under a clock that the test moves: people, hours, and the worker.

`Scene.at(moment)` sets the clock of the app for everybody and lets the worker do what is due by
then, as it would have done it by itself. The browser keeps its own time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Account
from core import worker
from core.clock import now
from core.db import db, writing
from tests.support.looking import check_width

JAKARTA = ZoneInfo("Asia/Jakarta")
ROUNDS = 6  # of the worker at one moment: what one round causes, the next one does


@dataclass(slots=True)
class Scene:
    """The app on its address, a browser, and the hour."""

    app: Flask
    address: str
    browser: Browser
    pages: dict[str, Page] = field(default_factory=dict)
    _hour: Any = None

    def at(self, moment: datetime) -> None:
        """It is that moment now, and the worker has done what was due."""
        self._stop()
        self._hour = time_machine.travel(moment, tick=True)
        self._hour.start()
        for _round in range(ROUNDS):
            worker.one_round()
        db.session.rollback()

    def later(self, **span: float) -> None:
        """So much later; a worker comes round each quarter of an hour until then."""
        end = now() + timedelta(**span)
        while now() < end:
            self.at(min(now() + timedelta(minutes=15), end))

    def page_of(self, account: Account, lang: str = "en") -> Page:
        """Somebody's phone, signed in with a second factor at this hour."""
        page = self.pages.get(account.email)
        if page is None:
            context = self.browser.new_context(
                base_url=self.address,
                viewport={"width": 360, "height": 780},
                extra_http_headers={"Accept-Language": lang},
            )
            page = self.pages[account.email] = context.new_page()
            page.set_default_timeout(15_000)
        with writing():
            token = begin_session(account, strong=True)
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": self.address}])
        db.session.rollback()
        return page

    def words(self, account: Account, path: str) -> str:
        """What a page says to somebody; it fits a phone."""
        page = self.page_of(account)
        page.goto(path)
        check_width(page)
        return page.locator("main").inner_text()

    def _stop(self) -> None:
        if self._hour is not None:
            self._hour.stop()
            self._hour = None


@contextmanager
def scene(app: Flask, address: str, browser: Browser) -> Iterator[Scene]:
    """A scene; at its end the clock runs by itself again and the phones are put away."""
    played = Scene(app, address, browser)
    try:
        yield played
    finally:
        played._stop()
        for page in played.pages.values():
            page.context.close()
