"""Who acts in this request: looked up once, kept for its length."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, current_app, g, has_request_context, request

from accounts.bearer import learn_program
from accounts.commands.sessions import note_presence
from accounts.queries.who import Present, account_of_session, who_is_present
from accounts.walls import SIGNING_IN, bearing_of
from core import hooks
from core.actors import Actor, ActorKind, Tier, visitor
from core.bearing import NOBODY, Bearing, take
from core.db import write
from core.hooks import is_machine
from core.settings import Settings
from core.walls import act, cross

COOKIE = "rujukan_session"
BY_ITSELF = "X-By-Itself"  # a page says with this header that it asks, and nobody at it
_quiet: set[str] = set()


def keep_quiet(endpoint: str) -> None:
    """What a page asks for by itself is no sign that somebody is there: sessions still end."""
    _quiet.add(endpoint)


def init_current(app: Flask) -> None:
    """Learn who it is before anything else is done."""
    hooks.before(app, _learn)
    app.teardown_request(_forget)


def who() -> Actor:
    """Who acts. Somebody without an account sees what the settings open to everybody."""
    found = present()
    if found is not None:
        return found.actor
    program: Actor | None = g.get("program") if has_request_context() else None
    if program is not None:
        return program
    settings: Settings = current_app.config["RUJUKAN"]
    return _visitor(settings.visible_tier)


@lru_cache(maxsize=len(Tier))
def _visitor(sees: str) -> Actor:
    return visitor(Tier.named(sees))


def present() -> Present | None:
    """The session of this request, if somebody is signed in."""
    return g.get("present") if has_request_context() else None


def _learn() -> Response | None:
    take(NOBODY)
    # Programs show a key; a cookie would let another site's page act in somebody's name.
    if is_machine(request.path):
        return _learn_program()
    token = request.cookies.get(COOKIE)
    if token and request.endpoint != "static":
        _learn_session(token)
    return None


def _learn_program() -> Response | None:
    if "Authorization" not in request.headers:
        return None
    with cross(SIGNING_IN):
        answer = learn_program()
    if g.get("program") is not None:
        act(bearing_of(g.program))
    return answer


def _learn_session(token: str) -> None:
    account_id = account_of_session(token)
    if account_id is None:
        return
    # What is their own is enough to learn the rest; what they were given widens it then.
    act(Bearing(ActorKind.MEMBER, account_id))
    g.present = who_is_present(token)
    act(bearing_of(g.present.actor) if g.present else NOBODY)
    is_quiet = request.endpoint in _quiet or BY_ITSELF in request.headers
    if g.present and g.present.to_be_noted and not is_quiet:
        write(note_presence, g.present.actor, session_id=g.present.session_id)


def _forget(_error: BaseException | None) -> None:
    take(None)
