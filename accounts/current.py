"""Who acts in this request: looked up once, kept for its length."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, has_request_context, request

from accounts.bearer import learn_program
from accounts.commands.sessions import note_presence
from accounts.queries.who import Present, who_is_present
from core.actors import Actor, Tier, visitor
from core.db import write
from core.pages import is_machine
from core.settings import Settings

COOKIE = "rujukan_session"


def init_current(app: Flask) -> None:
    """Learn who it is before anything else is done."""
    app.before_request(_learn)


def who() -> Actor:
    """Who acts. Somebody without an account sees what the settings open to everybody."""
    found = present()
    if found is not None:
        return found.actor
    program: Actor | None = g.get("program") if has_request_context() else None
    if program is not None:
        return program
    settings: Settings = current_app.config["RUJUKAN"]
    return visitor(Tier.named(settings.visible_tier))


def present() -> Present | None:
    """The session of this request, if somebody is signed in."""
    return g.get("present") if has_request_context() else None


def _learn() -> Response | None:
    # Programs show a key; a cookie would let another site's page act in somebody's name.
    if is_machine(request.path):
        return learn_program()
    token = request.cookies.get(COOKIE)
    if token and request.endpoint != "static":
        _learn_session(token)
    return None


def _learn_session(token: str) -> None:
    g.present = who_is_present(token)
    if g.present and g.present.to_be_noted:
        write(note_presence, g.present.actor, session_id=g.present.session_id)
