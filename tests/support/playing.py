"""What people do on their phones in a story: refer, look at the preview, send, accept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from playwright.sync_api import Page, expect

from agencies.models import Offer
from core.db import db
from referral.models import Referral
from referral.queries.referrals import any_referral_by_code
from tests.support.looking import press
from tests.support.scene import JAKARTA


def refer(page: Page, offer: Offer, case_code: str = "", **typed: Any) -> str:
    """Refer at a service's page: the form, the preview, sent. Returns the code."""
    page.goto(f"/services/{offer.service_id}")
    press(page.get_by_role("button", name="Refer"))
    if case_code:
        page.check("input[name=case_mode][value=existing]")
        page.fill("input[name=case_code]", case_code)
    return send_form(page, typed)


def refer_on(page: Page, code: str, agency: str, **typed: Any) -> str:
    """Go on from a referral, at its page, to an agency that is looked up by name."""
    page.goto(f"/referrals/{code}")
    press(page.get_by_role("link", name="Refer them onward"))
    page.fill("input[name=to]", agency)
    press(page.locator("button[name=go][value=look]"))
    press(page.locator("button[name=pick]").first)
    return send_form(page, typed)


def send_form(page: Page, typed: dict[str, Any]) -> str:
    """Fill in the form that is open, look at the preview, send. Returns the code."""
    fill_form(page, typed)
    press(page.locator("button[name=go][value=preview]"))
    if page.locator("#error-summary").count():  # a child, or perhaps one: its part has come
        fill_form(page, typed)
        press(page.locator("button[name=go][value=preview]"))
    wrong = page.locator("#error-summary")
    assert not wrong.count(), wrong.inner_text()
    expect(page.locator(".sides section")).to_have_count(2)
    press(page.locator("form[action$='/preview'] button"))
    page.wait_for_url("**/sent")
    return page.url.split("/")[-2]


def fill_form(page: Page, typed: dict[str, Any]) -> None:
    """Type into the form of a referral, whatever is folded away."""
    page.eval_on_selector_all("#referral details", "all => all.forEach(one => one.open = true)")
    for name, value in typed.items():
        for one in value if isinstance(value, list) else [value]:
            ticked = page.locator(f"#referral input[name={name}][value='{one}']")
            field = page.locator(f"#referral [name={name}]")
            if ticked.count() and ticked.first.get_attribute("type") in ("radio", "checkbox"):
                ticked.first.check()
            elif field.count() and field.first.evaluate("e => e.tagName") == "SELECT":
                field.first.select_option(one)
            elif field.count():
                field.first.fill(one)


def accept_in(page: Page, code: str, **typed: str) -> None:
    """Accept at the page of a referral, with what was typed."""
    page.goto(f"/referrals/{code}")
    box = page.locator("#move-accept")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in typed.items():
        box.locator(f"[name={name}]").first.fill(value)
    press(box.get_by_role("button", name="Accept", exact=True))


def referral_of(code: str) -> Referral:
    """A referral as it stands now."""
    db.session.rollback()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def local(moment: datetime) -> str:
    """As a field of date and time takes it."""
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%dT%H:%M")
