"""An agency without an account answers from a phone: message, link, code, answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.clock import now
from core.db import db, writing
from referral.models import Channel, ChannelKind
from referral.queries.referrals import any_referral_by_code
from referral.rules.states import State
from tests.support.handing import NAME, make_sent, make_two
from tests.support.looking import check_good, press
from tests.support.scene import Scene
from tests.support.smtp import Mailbox

SITE = "http://rujukan.example.org"
WORDS = {
    "id": {"send": "Kirim kode", "open": "Buka", "accept": "Terima", "done": "Terima kasih"},
    "en": {"send": "Send a code", "open": "Open", "accept": "Accept", "done": "Thank you"},
}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_from_the_message_to_the_answer(play: Scene, mailbox: Mailbox, lang: str) -> None:
    """The message says nothing; the link alone opens nothing; the code opens what decides."""
    two = make_two()
    with writing():
        db.session.add(
            Channel(
                agency_id=two.receiver_id,
                kind=ChannelKind.EMAIL,
                address="jaga@example.org",
                language=lang,
                timezone="Asia/Jakarta",
                made_at=now(),
                proved_at=now(),
            )
        )
    code = make_sent(two)
    play.at(now())
    [message] = mailbox.mails
    link = re.search(rf"{SITE}(/answer/[\w-]+)", message.get_content())
    assert link
    assert NAME not in message.as_string()
    assert code not in message.as_string()

    context = play.browser.new_context(
        base_url=play.address,
        viewport={"width": 360, "height": 780},
        extra_http_headers={"Accept-Language": lang},
    )
    page = context.new_page()
    page.goto(link[1])
    check_good(page, lang, "answer-front")
    assert code not in page.locator("main").inner_text()
    press(page.get_by_role("button", name=re.compile(WORDS[lang]["send"])))
    play.at(now())
    found = re.search(r"\b\d{6}\b", mailbox.mails[-1].get_content())
    assert found
    page.fill("input[name=code]", found[0])
    press(page.locator("form[action$='/open'] button"))
    check_good(page, lang, "answer-decide")
    expect(page.locator("main")).to_contain_text(code)
    assert NAME not in page.locator("main").inner_text()
    box = page.locator("#move-accept")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator("[name=person]").fill("Bu Rini")
    press(box.get_by_role("button", name=WORDS[lang]["accept"], exact=True))
    check_good(page, lang, "answer-done")
    db.session.rollback()
    referral = any_referral_by_code(code)
    assert referral is not None
    assert referral.state is State.ACCEPTED
    assert NAME not in page.locator("body").inner_text()  # who it is needs an account
    context.close()
