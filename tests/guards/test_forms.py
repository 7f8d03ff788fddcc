"""Every page that takes a post demands the token against forged posts; programs need none.

Real requests with Flask-WTF's protection on, as it runs for real.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from accounts.access import rule_for
from accounts.cli.access import ASKED
from accounts.once import NOT_ONCE
from core.pages import is_machine
from core.settings import ROOT
from tests.guards.test_matrix import NOTHING_HERE, _address
from tests.support.world import World, make_world

CHANGING = [method for method in ASKED if method != "GET"]


# Whoever makes somebody else's browser leave does them no harm, and a browser that is closing sends
# no token.
QUICK_EXIT = "leaving.leave"


@pytest.fixture
def world(app: Flask) -> World:
    """Who and what there is."""
    assert app.config.get("WTF_CSRF_ENABLED", True)
    return make_world()


def test_no_page_takes_a_post_without_the_token(app: Flask, world: World) -> None:
    """As somebody who may: 400, or the same page again with what is wrong; nothing is done."""
    posts = 0
    for address in app.url_map.iter_rules():
        for method in CHANGING:
            if method not in (address.methods or ()) or is_machine(address.rule):
                continue
            if address.endpoint == QUICK_EXIT:
                continue
            path = _address(app, address, world)
            answers = {k.client(app).open(path, method=method).status_code for k in world.knockers}
            assert answers <= {302, 400, 404, 422}, (method, address.rule, answers)
            rule = rule_for(address.endpoint, method)
            of_others = rule is not None and rule.own  # here nobody is whose it is
            asked = address.endpoint not in {*NOTHING_HERE, "account.sign_out"} and not of_others
            assert not asked or answers - {404}, f"{method} {address.rule}: who may post?"
            posts += 1
    assert posts


def test_a_program_shows_no_cookie(app: Flask, world: World) -> None:
    """The API needs no token, because a cookie counts for nothing there."""
    manager = next(k for k in world.knockers if k.name == "manager, own agency")
    for path in ("/api/v1/find", "/api/v1/openapi.json"):
        answer = manager.client(app).get(path)
        assert "Set-Cookie" not in answer.headers
        with app.test_request_context(path, headers={"Cookie": "session=x"}):
            from flask import session

            assert dict(session) == {}


FORM = re.compile(r"<form\b(?:(?!</form>).)*?method=[\"']?post.*?</form>", re.S)
TO = re.compile(r"url_for\(\s*'([\w.]+)'")


def _forms() -> list[tuple[Path, str]]:
    folder = ROOT / "templates"
    return [
        (path, form)
        for path in folder.rglob("*.html")
        for form in FORM.findall(
            re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
        )
    ]


def test_every_form_that_posts_holds_the_token() -> None:
    """In the templates: a form with method=post and no token would only ever be refused."""
    for path, form in _forms():
        # `kept` and `protection` write the token with what else they write.
        if QUICK_EXIT not in form:
            assert re.search("csrf|token\\(|hidden\\(|kept\\(|include", form), (path, form[:80])


def test_every_form_is_sent_once() -> None:
    """In the templates: each form carries its number, unless its endpoint is listed."""
    asked = 0
    for path, form in _forms():
        to = set(TO.findall(form.partition(">")[0]))
        carries = re.search(r"token\((?!.*single=false)|hidden\((?!single=false)", form) is not None
        listed = bool(to) and to <= NOT_ONCE.keys()
        assert carries is not listed, (path, to, form[:120])
        asked += carries
    assert asked > 20


def test_every_page_that_takes_a_post_answers_once(app: Flask) -> None:
    """In the app: whatever takes a post is wrapped, or listed; and nothing is listed in vain."""
    taking = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not is_machine(rule.rule)
    }
    once = {name for name in taking if hasattr(app.view_functions[name], "is_sent_once")}
    assert taking - once == NOT_ONCE.keys()
    assert all(NOT_ONCE.values())
