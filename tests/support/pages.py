"""Use pages as a browser without JavaScript does: open, fill in, send."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.support.html import all_of, check_page, parse, text_of


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


def token(client: FlaskClient) -> str:
    """The token against forged posts, from a page that everybody has."""
    main = client.get("/").text
    return fields(main, "/find")["csrf_token"][0]


def post(client: FlaskClient, address: str, **body: Any) -> Any:
    """Send a form with its token, in English."""
    return client.post(address, data={"csrf_token": token(client), "lang": "en", **body})


def words(client: FlaskClient, address: str, lang: str = "en", **query: str) -> str:
    """The words of a page that must be sound."""
    answer = client.get(address, query_string={"lang": lang, **query})
    assert answer.status_code == 200, address
    check_page(answer.text)
    return text_of(answer.text)
