"""The one story, on phones of 360 px, in both languages: an agency applies, a coordinator
approves, the invitation comes by mail, its manager sets a password and a second factor, says in
two taps how many beds are free, and whoever opens the public entry reads the new figure.

Every page on the way is looked at: width, axe, and no word of the other language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Account
from accounts.rules.rights import Role
from core.db import db, writing
from core.worker import one_round
from tests.conftest import fresh_url, running
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.authenticator import code_of, hold_passkeys
from tests.support.browser import serve
from tests.support.looking import check_good, press
from tests.support.people import make_account
from tests.support.places import gazetteer, load
from tests.support.smtp import Mailbox, mail_server

PASSWORD = "hujan deras di atap seng"
NAME = "Yayasan Melati <b>Bogor</b>"
MANAGER = "sari@melati.example"
BOSS = "koordinator@example.org"
# What a manager types, in the own language: nothing of the other one may stand on a page.
DOES = {"id": "Pendampingan bagi penyintas kekerasan", "en": "Shelter for survivors of violence"}
WHY = {
    "id": "Kami bekerja dengan UPTD PPA sejak lama",
    "en": "We work with UPTD PPA since long ago",
}
WORDS = {
    "id": {"beds": "Tempat", "done": "Selesai", "before": "2 dari 6", "after": "4 dari 6"},
    "en": {"beds": "Beds", "done": "Done", "before": "2 of 6", "after": "4 of 6"},
}
FACTORS = {"id": "app", "en": "passkey"}

NewPhone = Callable[[], Page]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server on this machine."""
    with mail_server() as found:
        yield found


@pytest.fixture
def site(
    request: pytest.FixtureRequest, tmp_path: Path, mailbox: Mailbox
) -> Iterator[tuple[str, Flask]]:
    """The app as it runs for real, with mail; its address is known before it is made, as in life.

    It is called localhost: a passkey belongs to a name, not to a number.
    """
    made: list[Flask] = []
    with (
        fresh_url(request, "sqlite", tmp_path) as url,
        serve(lambda environ, start: made[0](environ, start)) as number,
    ):
        address = number.replace("127.0.0.1", "localhost")
        settings = {
            "demo": False,
            "mail_server": "127.0.0.1",
            "mail_port": mailbox.port,
            "mail_security": "none",
            "mail_from": "Rujukan <rujukan@example.org>",
            "site_url": address,
        }
        with running(url, tmp_path, **settings) as app:
            assert load(app, gazetteer(tmp_path)).exit_code == 0
            made.append(app)
            yield address, app


@pytest.fixture
def new_phone(browser: Browser, site: tuple[str, Flask], lang: str) -> Iterator[NewPhone]:
    """A phone of somebody, 360 pixels wide, in their language."""
    contexts: list[BrowserContext] = []

    def phone() -> Page:
        context = browser.new_context(
            base_url=site[0],
            viewport={"width": 360, "height": 780},
            extra_http_headers={"Accept-Language": lang},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    yield phone
    for context in contexts:
        context.close()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_an_agency_joins_on_a_phone(
    site: tuple[str, Flask], new_phone: NewPhone, mailbox: Mailbox, lang: str
) -> None:
    """From the empty form to the figure that everybody reads."""
    service_id = _in_the_registry()
    make_account(Role.COORDINATOR, email=BOSS, name="Ani")
    visitor = new_phone()
    visitor.goto(f"/services/{service_id}")
    expect(visitor.locator("main")).to_contain_text(WORDS[lang]["before"])

    applicant = new_phone()
    _apply(applicant, lang)
    coordinator = new_phone()
    _approve(coordinator, site[0], _link_in_mail(mailbox, BOSS, "/applications"), lang)
    invitation = _link_in_mail(mailbox, MANAGER, "/welcome/")
    manager = new_phone()
    _join(manager, invitation, lang)
    SET_UP[FACTORS[lang]](manager, lang)
    _say_beds(manager, lang)

    visitor.reload()
    expect(visitor.locator("main")).to_contain_text(WORDS[lang]["after"])
    check_good(visitor, lang)
    applicant.reload()
    check_good(applicant, lang)
    db.session.rollback()
    joined = db.session.query(Account).filter_by(email=MANAGER).one()
    assert (joined.password_hash or "").startswith("$argon2")


def _in_the_registry() -> object:
    """The agency as an import brought it: with beds, and with nobody who keeps them true."""
    offer = make_offer(
        beds=(6, 4),
        agency={"name": NAME},
        location={"area_code": "31.75.10", "district": "Cipayung", "city": "Jakarta Timur"},
        name="Melati",
        **WELCOMES_ALL,
    )
    with writing():
        offer.pools[0].label = "Melati 1"  # a name, in either language
    return offer.service_id


def _apply(page: Page, lang: str) -> None:
    page.goto("/join")
    check_good(page, lang)
    _send(page)
    expect(page.locator("#error-summary")).to_be_visible()
    check_good(page, lang)
    page.fill("#name", NAME)
    page.select_option("#type", "NGO")
    page.fill("#place", "Cipayung")
    page.fill("#description", DOES[lang])
    page.check("input[name=tier][value=public]")
    page.fill("#contact_name", "Sari")
    page.fill("#email", MANAGER)
    page.fill("#phone", "021-5550123")
    page.fill("#why", WHY[lang])
    _send(page)
    choice = page.locator("button[name=place_code]")
    expect(choice).to_have_count(2)
    check_good(page, lang)
    press(choice.first)
    expect(page).to_have_url(re.compile("/join/status/"))
    check_good(page, lang)


def _approve(page: Page, site: str, link: str, lang: str) -> None:
    boss = db.session.query(Account).filter_by(email=BOSS).one()
    with writing():
        token = begin_session(boss, strong=True)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
    page.goto(link)
    check_good(page, lang)
    press(page.locator(".card a").first)
    check_good(page, lang)
    page.locator("input[name=agency]").first.check()  # the one that the registry knows
    press(page.locator("form[action$=approve] button"))
    check_good(page, lang)
    assert "/welcome/" not in page.content()  # only the mail has it


def _join(page: Page, link: str, lang: str) -> None:
    page.goto(link)
    check_good(page, lang)
    page.fill("#name", "Sari")
    page.fill("#password", "pendek")
    _send(page)
    expect(page.locator("#password-error")).to_be_visible()
    assert page.locator("#password").input_value() == ""
    assert page.locator("#name").input_value() == "Sari"
    check_good(page, lang)
    page.fill("#password", PASSWORD)
    page.fill("#password_again", PASSWORD)
    _send(page)
    expect(page.locator("#password")).to_have_count(0)
    check_good(page, lang)
    again = page.context.new_page()  # the link is used up
    again.goto(link)
    expect(again.locator("input[type=password]")).to_have_count(0)
    check_good(again, lang)
    again.close()
    press(page.locator("main .actions a"))
    check_good(page, lang)
    _sign_in(page)
    expect(page).to_have_url(re.compile("/account/second-factor"))
    check_good(page, lang)


def _set_up_app(page: Page, lang: str) -> None:
    """Six figures of an app; then out, and in again with the next ones."""
    press(page.locator("main a[href*='/second-factor/app']"))
    check_good(page, lang)
    letters = page.locator("code.letters").inner_text()
    page.fill("#code", "000000")
    _send(page)
    expect(page.locator("#code-error")).to_be_visible()
    check_good(page, lang)
    page.fill("#code", code_of(letters))
    _send(page)
    _keep_codes(page, lang)
    _sign_out(page)
    _sign_in(page)
    check_good(page, lang)
    page.fill("#code", code_of(letters, steps_on=1))  # each counts once
    _send(page)


def _set_up_passkey(page: Page, lang: str) -> None:
    """A passkey of this phone; then out, and in again with it as the second step."""
    hold_passkeys(page)
    page.fill("#passkey_name", "HP")
    page.locator("#passkey input[name=password]").fill(PASSWORD)
    press(page.locator("#passkey button"))
    _keep_codes(page, lang)
    _sign_out(page)
    _sign_in(page)
    check_good(page, lang)
    press(page.locator("#passkey button"))


SET_UP = {"app": _set_up_app, "passkey": _set_up_passkey}


def _keep_codes(page: Page, lang: str) -> None:
    expect(page.locator("#codes li")).to_have_count(10)
    check_good(page, lang)
    press(page.locator("main a.btn"))
    expect(page.locator(".bar-top")).to_contain_text("Sari")


def _say_beds(page: Page, lang: str) -> None:
    expect(page.locator(".bar-top")).to_contain_text("Sari")
    check_good(page, lang)
    press(page.locator(".site-nav").get_by_role("link", name=WORDS[lang]["beds"]))
    check_good(page, lang)
    pool = page.locator("form.pool")
    pool.locator("label.choice").nth(4).click()  # the first tap: four
    press(pool.get_by_role("button", name=WORDS[lang]["done"]))  # the second
    expect(page.locator(".notice-good")).to_be_visible()
    check_good(page, lang)


def _sign_in(page: Page) -> None:
    page.fill("input[name=email]", MANAGER)
    page.fill("input[name=password]", PASSWORD)
    _send(page)


def _sign_out(page: Page) -> None:
    press(page.locator("form[action='/sign-out'] button"))
    page.goto("/sign-in")


def _send(page: Page) -> None:
    press(page.locator("main form .actions button").first)


def _link_in_mail(mailbox: Mailbox, receiver: str, path: str) -> str:
    """What the worker's next round sends to somebody, as they would tap it."""
    db.session.rollback()
    one_round()
    assert mailbox.receivers[-1] == receiver
    link = re.search(rf"http://localhost:\d+{path}\S*", mailbox.mails[-1].get_content())
    assert link, mailbox.mails[-1].get_content()
    return link[0]
