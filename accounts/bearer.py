"""Programs show a key: `Authorization: Bearer rjk_…`. Scopes are enforced here and nowhere else.

An operation of the API names the scope that it is for, as `scope` of its view class. A key
reaches no operation that names none, the description of the API apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, current_app, g, request

from accounts.commands.keys import note_key_use
from accounts.queries.keys import program_behind
from accounts.rules.rights import Scope, scopes_of
from core.actors import Grant
from core.db import write
from core.hooks import is_machine
from core.problems import problem

DESCRIPTION = "api-docs.openapi_json"


def learn_program() -> Response | None:
    """Who the program is, kept in `g.program`; or the answer that refuses its key."""
    shown = request.headers.get("Authorization")
    if shown is None:
        return None
    kind, _, secret = shown.partition(" ")
    found = program_behind(secret.strip()) if kind.lower() == "bearer" else None
    if found is None:
        return _unknown_key()
    if not _is_within(found.actor.grants):
        return _wrong_scope()
    g.program = found.actor
    g.key_scopes = scopes_of(found.actor.grants)  # which the doorkeeper asks for
    if found.to_be_noted:
        write(note_key_use, found.actor)
    return None


def scope_of(app: Flask, endpoint: str | None) -> Scope | None:
    """The scope that an operation of the API is for."""
    view = app.view_functions.get(endpoint or "")
    named = getattr(getattr(view, "view_class", None), "scope", None)
    return named if isinstance(named, Scope) else None


def scopes_offered(app: Flask) -> list[Scope]:
    """The scopes that some operation is for: a key for nothing is not offered."""
    return sorted(set(_scopes_named(app)), key=list(Scope).index)


def _scopes_named(app: Flask) -> Iterator[Scope]:
    for rule in app.url_map.iter_rules():
        named = scope_of(app, rule.endpoint) if is_machine(rule.rule) else None
        if named:
            yield named


def _is_within(grants: tuple[Grant, ...]) -> bool:
    if request.endpoint is None or request.endpoint == DESCRIPTION:
        return True  # nothing there to guard: 404, or what everybody may read
    wanted = scope_of(current_app, request.endpoint)
    return wanted is not None and wanted.value in scopes_of(grants)


def _unknown_key() -> Response:
    """The same for every key that opens nothing."""
    answer = problem(401, "Unauthorized", detail="This key is not known, or not any more.")
    answer.headers["WWW-Authenticate"] = 'Bearer realm="rujukan", error="invalid_token"'
    return answer


def _wrong_scope() -> Response:
    answer = problem(403, "Forbidden", detail="This key is not for this operation.")
    answer.headers["WWW-Authenticate"] = 'Bearer realm="rujukan", error="insufficient_scope"'
    return answer
