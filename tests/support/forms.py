"""A browser without JavaScript that sends the forms of pages, tokens included."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from tests.support.html import all_of, parse

Answer = Any


def token_of(page: str) -> str:
    """The token against forged posts that a page holds."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, "the page has no form of ours"
    return found.group(1)


def send(client: FlaskClient, page: str, to: str, **values: str) -> Answer:
    """Open a page, fill in its form for `to` with its own hidden values, and send it."""
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code, opened.headers.get("Location"))
    return client.post(to, data={**hidden_of(opened.text, to), **values})


def hidden_of(page: str, to: str) -> dict[str, str]:
    """The hidden values of the first form that goes to an address."""
    path = to.partition("?")[0]
    forms = [f for f in all_of(parse(page), "form") if f.get("action") == path]
    assert forms, f"no form goes to {to}"
    return {
        control.get("name"): control.get("value") or ""
        for control in all_of(forms[0], "input")
        if control.get("type") == "hidden"
    }
