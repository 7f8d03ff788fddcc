"""Every page that takes a post demands the token against forged posts; programs need none.

Real requests with Flask-WTF's protection on, as it runs for real.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule as Address

from accounts.access import rule_for
from accounts.cli.access import ASKED
from accounts.once import NOT_ONCE
from accounts.rules.access import Verdict, decide
from core.forged import without_token
from core.hooks import is_machine
from core.settings import ROOT
from tests.guards.test_matrix import _address
from tests.support.world import SOAK, Knocker, World, make_world, who_asks

CHANGING = [method for method in ASKED if method != "GET"]
# Whoever makes somebody else's browser leave does them no harm, and a browser that is closing sends
# no token.
QUICK_EXIT = "leaving.leave"


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """Who and what there is. That somebody is still there is noted by itself, and not here."""
    assert app.config.get("WTF_CSRF_ENABLED", True)
    monkeypatch.setattr("accounts.queries.who.SEEN_EVERY", timedelta(hours=1))
    return make_world()


@pytest.fixture
def watch(app: Flask, world: World) -> Iterator[sqlite3.Connection]:
    """A connection that sees whether any other wrote."""
    path = urlsplit(app.config["SQLALCHEMY_DATABASE_URI"]).path
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def _version(watch: sqlite3.Connection) -> int:
    return int(watch.execute("PRAGMA data_version").fetchone()[0])


def _rows(watch: sqlite3.Connection) -> dict[str, list[object]]:
    """Everything in the database but the audit, to which reads are written too."""
    names = watch.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = [name for (name,) in names if not name.startswith(("audit_", "sqlite_"))]
    return {name: watch.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}


def _doors(app: Flask) -> Iterator[tuple[Address, str]]:
    for address in app.url_map.iter_rules():
        for method in CHANGING:
            if method in (address.methods or ()) and not is_machine(address.rule):
                yield address, method


def _opens(address: Address, method: str, knocker: Knocker) -> bool:
    """Whether the doorkeeper lets them as far as the form."""
    verdict = decide(
        rule_for(address.endpoint, method),
        grants=knocker.grants,
        is_member=knocker.is_member,
        strong=knocker.strong,
        scopes=None,
        names_object=bool(address.arguments),
        waits=knocker.waits_to_show,
    )
    return verdict is Verdict.ENTER


def _who_asks(world: World, door: int, address: Address, method: str) -> list[Knocker]:
    """Whoever gets as far as the form, and in turn one of those who do not: what they are told is
    asked of each of them without a token. In `make soak` all come.
    """
    asking = who_asks(world, door, at_page=True)
    outside = [one for one in asking if not _opens(address, method, one)]
    turn = outside[door % len(outside)] if outside else None
    return [one for one in asking if SOAK or one is turn or one not in outside]


def test_only_the_quick_exit_needs_no_token(app: Flask) -> None:
    """Whoever lets another one pass says here why."""
    assert without_token(app) == {QUICK_EXIT}


def test_no_page_takes_a_post_without_the_token(
    app: Flask, world: World, watch: sqlite3.Connection
) -> None:
    """Whoever may: 400. Whoever may not is told what they are always told. Nothing is written."""
    posts, before = 0, _version(watch)
    for door, (address, method) in enumerate(_doors(app)):
        if address.endpoint == QUICK_EXIT:
            continue
        path, body = _address(app, address, world), world.bodies.get(address.endpoint)
        for knocker in who_asks(world, door, at_page=True):
            answer = knocker.client(app).open(path, method=method, data=body)
            opens = _opens(address, method, knocker)
            posts += opens
            wanted = {400} if opens else {302, 404}
            if knocker.waits:
                wanted |= {302}  # every door leads them to their second factor
            said = (method, address.rule, knocker.name)
            assert answer.status_code in wanted, (*said, answer.status_code)
            assert _version(watch) == before, (*said, "wrote")
    assert posts


def test_a_forged_token_changes_nothing(
    app: Flask, world: World, watch: sqlite3.Connection
) -> None:
    """The page comes back with what was typed, or leads to the form; nothing is written."""
    before, version = _rows(watch), _version(watch)
    for door, (address, method) in enumerate(_doors(app)):
        if address.endpoint == QUICK_EXIT:
            continue
        path = _address(app, address, world)
        body = {**world.bodies.get(address.endpoint, {}), "csrf_token": "of another page"}
        for knocker in _who_asks(world, door, address, method):
            answer = knocker.client(app).open(path, method=method, data=body)
            said = (method, address.rule, knocker.name)
            if _version(watch) != version:  # a read of a person's data is noted, and no more
                assert _rows(watch) == before, (*said, "wrote")
                version = _version(watch)
            wanted = {302, 303, 400, 404, 422}  # some lead back to where the form is
            assert answer.status_code in wanted, (*said, answer.status_code)


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
