"""Pages as people use them: open, fill in what they show, send."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from tests.support.html import check_page, text_of


def token_on(page: str) -> str:
    """The token against forged posts that a page carries."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, "no form on this page"
    return found[1]


def send(client: FlaskClient, page: str, to: str = "", **fields: Any) -> Any:
    """Open a page, check it, send a form of it with these fields; the answer, not followed."""
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    check_page(shown.text)
    answer = client.post(to or page, data={"csrf_token": token_on(shown.text), **fields})
    if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
        check_page(answer.text)
        assert answer.headers["Cache-Control"] == "no-store"
    return answer


def words(answer: Any) -> str:
    """What an answer says."""
    return text_of(answer.text)


def link_on(page: str) -> str:
    """The invitation that a page shows to be handed over."""
    found = re.search(r"/welcome/[\w-]+", page)
    assert found, page[:500]
    return found[0]
