"""Every route with every method as every role: what was answered, byte by byte."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from accounts.current import COOKIE
from accounts.queries.who import account_of_session
from core.hashing import matches
from core.once import FIELD
from tests.support.people import sign_in
from tests.support.programs import program_bodies
from tests.support.worlds.arguments import (
    FORM,
    JSON,
    QUERIES,
    UNKNOWN,
    fillings,
    secret_and_public_offer,
    traveller_code,
    values_for,
)
from tests.support.worlds.looking_for import ANY, looked_for, watch_queries
from tests.support.worlds.making import ROLES, World, account_of, copied, overheard
from tests.support.worlds.stillness import stillness

Answers = dict[tuple[str, ...], bytes]  # by role, method, endpoint and what was sent
METHODS = ("POST", "PUT", "DELETE")
SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
# Of one shape at one address, as one role: pages show the same ones again and again.
MOST_FORMS = 6 if SOAK else 2
# A wrong method is answered before anything is looked up: in short, once at each address, by a
# visitor, and at every third of them by whoever is signed in, at others by each role.
MOST_WRONG = len(METHODS) if SOAK else 1
TURNS = 1 if SOAK else 3
FORM_TEXT = re.compile(r"<form\b.*?</form>", re.DOTALL)
NAMES = {ANY, *(name for query in QUERIES for name in query)}


@dataclass(slots=True)
class Asking:
    """One role that asks everything."""

    app: Flask
    role: str
    email: str | None
    key: str | None = None  # of a program
    first: tuple[str, ...] = ()  # endpoints whose posts come before all others
    most_queries: int = len(QUERIES)
    answers: Answers = field(default_factory=dict)
    _forms: dict[tuple[str, ...], int] = field(default_factory=dict)
    _token: str = ""  # of a session in which nothing was done yet

    def everything(self, only: Sequence[str] = ()) -> Answers:
        """Reads, then changes, then reads again: what changes made visible counts too."""
        rules = [
            rule
            for rule in sorted(self.app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint))
            if not only or rule.endpoint in only
        ]
        pages = [page for rule in rules for page in self._read(rule, "before")]
        rules.sort(key=lambda rule: rule.endpoint not in self.first)
        for rule in rules:
            self._change(rule)
        for page in pages:
            self._send_forms(page)
        for rule in rules:
            list(self._read(rule, "after"))
        self._ask("GET", "no such page", "/nowhere/at/all", "")
        return self.answers

    def _client(self) -> FlaskClient:
        """A fresh browser, signed in: anew after whatever was done, for it may end a session."""
        client = self.app.test_client()
        if self.email is None:
            return client
        if self._token and account_of_session(self._token):
            client.set_cookie(COOKIE, self._token)
            return client
        sign_in(client, account_of(self.email), strong=ROLES[self.role][2])
        cookie = client.get_cookie(COOKIE)
        assert cookie is not None
        self._token = cookie.value
        return client

    def _read(self, rule: Rule, when: str) -> Iterator[str]:
        if "GET" not in (rule.methods or ()):
            return
        client = self._client()
        for url, said in self._urls(rule):
            for number, query in enumerate(QUERIES[: self.most_queries]):
                label = f"{when} {said} {number}"
                with looked_for() as names:
                    status, page = self._ask(
                        "GET", rule.endpoint, url, label, client=client, query_string=query
                    )
                if page is not None:
                    yield page
                if status == 404 or when == "after":
                    break  # what is not there without a query is not there with one
                if not names & NAMES:
                    break  # nobody looked whether there is a query: with one it is the same again

    def _change(self, rule: Rule) -> None:
        wrong = [method for method in METHODS if method not in (rule.methods or ())]
        for url, said in self._urls(rule):
            for method in METHODS:
                if method in wrong[MOST_WRONG:]:
                    continue
                bodies: list[dict[str, Any]] = [{"data": FORM}]
                if url.startswith("/api/"):
                    bodies = [{"json": body} for body in (*JSON, *self._body_of(rule))]
                if method in wrong:
                    if said != "0" or not self._has_turn(rule):
                        continue
                    bodies = bodies[:1]
                for number, body in enumerate(bodies):
                    self._ask(method, rule.endpoint, url, f"{said} {number}", **body)

    def _has_turn(self, rule: Rule) -> bool:
        """Whether this role is the one that tries a wrong method there."""
        if self.email is None:
            return True
        turn = list(ROLES).index(self.role)
        return (sum(rule.rule.encode()) + turn) % TURNS == 0

    def _body_of(self, rule: Rule) -> list[dict[str, Any]]:
        """What a program would send to this operation of the referrals: about a secret place and
        about another one, where it speaks of any."""
        found: list[dict[str, Any]] = []
        for offer_id in secret_and_public_offer():
            body = program_bodies(
                str(UNKNOWN),
                str(UNKNOWN),
                offer_id=str(offer_id),
                alternative=str(values_for("ruj")[1]),
                traveller=traveller_code(),
            ).get(rule.endpoint)
            found += [body] if body is not None and body not in found else []
        return found

    def _send_forms(self, page: str) -> None:
        """The forms of a page as they stand there, and with their empty fields filled."""
        for action, values in forms_of(page):
            shape = (action.split("?")[0], *sorted(values))
            self._forms[shape] = self._forms.get(shape, 0) + 1
            if self._forms[shape] > MOST_FORMS:
                continue
            values.pop(FIELD, None)  # each sending is one of its own
            filled = {name: value or FORM.get(name, "1") for name, value in values.items()}
            for how, data in (("as it is", values), ("filled", filled)):
                said = f"{self._forms[shape]} {how}"
                self._ask("POST", f"form {'/'.join(shape)}", action, said, data=data)

    def _urls(self, rule: Rule) -> Iterator[tuple[str, str]]:
        adapter = self.app.url_map.bind("localhost")
        for number, values in enumerate(fillings(rule)):
            yield adapter.build(rule.endpoint, values, force_external=False), str(number)

    def _ask(
        self,
        method: str,
        endpoint: str,
        url: str,
        said: str,
        client: FlaskClient | None = None,
        **sent: Any,
    ) -> tuple[int, str | None]:
        if self.key is not None:
            sent["headers"] = {"Authorization": f"Bearer {self.key}"}
        with overheard() as logs:
            answer = (client or self._client()).open(url, method=method, **sent)
        if method != "GET" and answer.status_code < 400:
            self._token = ""
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
        label = (self.role, method, endpoint, said)
        assert label not in self.answers, label
        body = answer.get_data()
        answer.close()
        self.answers[label] = b"\n".join(
            [answer.status.encode(), headers.encode(), unpacked(body), logs(), url.encode()]
        )
        is_page = answer.status_code == 200 and answer.mimetype == "text/html"
        return answer.status_code, body.decode() if is_page else None


def ask_as(
    world: World,
    role: str,
    folder: Path,
    *,
    first: tuple[str, ...] = (),
    only: Sequence[str] = (),
    prepare: Any = None,
    most_queries: int = len(QUERIES),
) -> Answers:
    """Everything that one role is answered, on a copy of the world in `folder`."""
    matches("whatever", None)  # made once in a process, of chance: before chance is stilled
    with stillness(seed=2), copied(world, folder) as app:
        if prepare is not None:
            prepare(app)
        watch_queries(app)
        key = world.keys.get(role)
        asking = Asking(app, role, world.emails.get(role), key, first, most_queries)
        return asking.everything(only)


def unpacked(body: bytes) -> bytes:
    """A ZIP (an XLSX) as what is in it: it also holds the times of temporary files."""
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._open: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = {}
            if given.get("method", "").casefold() == "post":
                self.found.append((given.get("action", ""), self._open))
        elif self._open is not None and tag in ("input", "textarea", "select", "button"):
            self._note(given)

    def _note(self, given: dict[str, str]) -> None:
        assert self._open is not None
        name = given.get("name")
        is_choice = given.get("type") in ("radio", "checkbox")
        if name and (not is_choice or "checked" in given or name not in self._open):
            self._open[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """The forms of a page that are posted: action, and what stands in them."""
    parser = _Forms()
    for text in FORM_TEXT.findall(page):  # the rest of a page takes longest to be parsed
        parser.feed(text)
    return [(action, values) for action, values in parser.found if action.startswith("/")]
