"""Pages as people use them without JavaScript: open, fill in what they show, send."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from core.db import db
from tests.support.html import all_of, check_page, parse, text_of

Answer = Any


def send(client: FlaskClient, page: str, to: str = "", **values: Any) -> Answer:
    """Open a page, check it, send its form for `to` (else the page itself) with these values.

    Hidden values are sent as they stand. The answer, which is not followed, is checked too.
    """
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code, shown.headers.get("Location"))
    check_page(shown.text)
    answer = client.post(to or page, data={**hidden_of(shown.text, to or page), **values})
    if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
        check_page(answer.text)
        assert answer.headers["Cache-Control"] == "no-store"
    return answer


def post(client: FlaskClient, address: str, **values: Any) -> Answer:
    """Send what no page needs to hold, with the token of a page that everybody has, in English."""
    token = token_on(client.get("/").text)
    answer = client.post(address, data={"csrf_token": token, "lang": "en", **values})
    db.session.rollback()  # what the test reads next is what stands there now
    return answer


def token_on(page: str) -> str:
    """The token against forged posts that a page carries."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, "no form on this page"
    return found[1]


def hidden_of(page: str, to: str) -> dict[str, str]:
    """The hidden values of the first form that goes to an address."""
    path = to.partition("?")[0]
    forms = [form for form in all_of(parse(page), "form") if _goes_to(form, path)]
    assert forms, f"no form goes to {to}"
    return {
        control.get("name"): control.get("value") or ""
        for control in all_of(forms[0], "input")
        if control.get("type") == "hidden"
    }


def _goes_to(form: Any, path: str) -> bool:
    action = form.get("action")
    return action is None or action.partition("?")[0] == path


def fields(page: str, action: str = "") -> dict[str, list[str]]:
    """What would be sent by the first form of the main part whose action ends so."""
    main = all_of(parse(page), "main")[0]
    form = next(f for f in all_of(main, "form") if (f.get("action") or "").endswith(action))
    return _sent_by(form)


def _sent_by(form: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def add(name: str | None, value: str | None) -> None:
        if name:
            found.setdefault(name, []).append(value or "")

    for control in all_of(form, "input"):
        ticked = control.get("type") not in ("checkbox", "radio") or "checked" in control.attrib
        if ticked:
            add(control.get("name"), control.get("value"))
    for control in all_of(form, "textarea"):
        add(control.get("name"), "".join(control.itertext()))
    for control in all_of(form, "select"):
        chosen = [o for o in all_of(control, "option") if "selected" in o.attrib]
        options = chosen or all_of(control, "option")[:1]
        add(control.get("name"), options[0].get("value") if options else "")
    return found


def words(answer: Answer) -> str:
    """What an answer says."""
    return text_of(answer.text)


def read(client: FlaskClient, address: str, lang: str = "en", **query: str) -> str:
    """The words of a page that must be sound."""
    answer = client.get(address, query_string={"lang": lang, **query})
    assert answer.status_code == 200, address
    check_page(answer.text)
    return words(answer)


def link_on(page: str) -> str:
    """The invitation that a page shows to be handed over."""
    found = re.search(r"/welcome/[\w-]+", page)
    assert found, page[:500]
    return found[0]
