"""Guessing the code of a link, a hundred at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from accounts.commands.attempts import HeldBackError
from core.actors import Tier, visitor
from core.db import db, write
from core.errors import HiddenError
from referral.commands.notices.links import Tried, ask_code, try_code
from referral.models import AnswerLink
from referral.queries.links import opened
from referral.rules.answer_links import MOST_TRIES
from tests.support.handing import make_sent, make_two
from tests.support.links import code_sent, link_to, make_channel

pytestmark = pytest.mark.both_databases
SOMEBODY = visitor(Tier.PUBLIC)
THREADS = 100


def test_a_hundred_at_once_get_five_tries(app: Flask) -> None:
    """Each from an address of its own, so that only the link's own limit stands in their way."""
    two = make_two()
    token = link_to(make_sent(two), make_channel(two.receiver_id))
    write(ask_code, SOMEBODY, token=token, address="10.0.0.1")
    right = code_sent()
    wrong = [f"{(int(right) + 1 + n) % 1_000_000:06d}" for n in range(THREADS)]

    def guess(number: int) -> Tried | None:
        with app.app_context():
            try:
                found = write(
                    try_code, SOMEBODY, token=token, code=wrong[number], address=f"10.1.0.{number}"
                )
            except (HeldBackError, HiddenError):
                return None
            return found.tried

    db.session.remove()
    with ThreadPoolExecutor(THREADS) as many:
        found = list(many.map(guess, range(THREADS)))
    assert found.count(Tried.WRONG) == MOST_TRIES - 1
    assert Tried.RIGHT not in found
    link = db.session.query(AnswerLink).one()
    assert link.tries == MOST_TRIES
    db.session.rollback()
    # Now even the right one comes too late.
    last = write(try_code, SOMEBODY, token=token, code=right, address="10.9.0.1")
    assert (last.tried, last.browser) == (Tried.OVER, "")
    assert opened(token, "") is None


def test_one_address_is_held_back_over_many_links(app: Flask) -> None:
    """Whoever has many links does not get five free guesses on each of them."""
    two = make_two(beds=(50, 0))
    channel = make_channel(two.receiver_id)
    tokens = [link_to(make_sent(two), channel) for _ in range(9)]
    judged = 0
    for token in tokens:
        for _ in range(MOST_TRIES):
            try:
                write(try_code, SOMEBODY, token=token, code="123456", address="10.0.0.7")
                judged += 1
            except HeldBackError:
                break
    assert judged <= 31
