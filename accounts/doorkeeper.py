"""Asks the table of access rules before anything else is done, and denies by default."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, Unauthorized

from accounts.access import rule_for
from accounts.current import present, who
from accounts.rules.access import Rule, Verdict, decide
from accounts.rules.sessions import Wait
from core import hooks
from core.actors import ActorKind
from core.bearing import bearing
from core.hooks import is_machine
from core.pages import show_nav_when
from core.walls import act

SIGN_IN = "sign_in.form"
SECOND_FACTOR = "second_step.form"
NO_KEY = "This needs a key: send `Authorization: Bearer` and the key of your agency."


def init_doorkeeper(app: Flask) -> None:
    """Stand at the door; after `init_current`, which learns who knocks."""
    hooks.before(app, _ask)
    hooks.after(app, _keep_private)
    show_nav_when(app, may_open)


def may_open(endpoint: str, method: str = "GET") -> bool:
    """Whether the door of an endpoint opens for whoever acts: for links and menus."""
    return _verdict(rule_for(endpoint, method), names_object=False) is Verdict.ENTER


def _ask() -> Response | None:
    endpoint, method = request.endpoint, request.method
    if endpoint is None:
        return None  # no such address or method: the answer is on its way
    rule = rule_for(endpoint, method)
    g.rule = rule
    if rule is not None and rule.everybody and (not rule.crosses or method == "OPTIONS"):
        return None
    verdict = _verdict(rule, names_object=bool(request.view_args))
    if verdict is Verdict.ENTER:
        if rule is not None and rule.crosses is not None:
            act(replace(bearing(), crossing=rule.crosses))
        return None
    if is_machine(request.path):
        _refuse_program(verdict)
    if verdict is Verdict.SIGN_IN:
        return _lead_to(SIGN_IN)
    if verdict is Verdict.SECOND_FACTOR:
        return _lead_to(SECOND_FACTOR)
    raise NotFound


def _verdict(rule: Rule | None, *, names_object: bool) -> Verdict:
    actor, here = who(), present()
    return decide(
        rule,
        grants=actor.grants,
        is_member=actor.kind is ActorKind.MEMBER,
        strong=actor.strong,
        scopes=g.get("key_scopes") if actor.kind is ActorKind.KEY else None,
        names_object=names_object,
        waits=here is not None and here.waits is Wait.FACTOR,
    )


def _refuse_program(verdict: Verdict) -> NoReturn:
    if verdict is Verdict.SIGN_IN:
        raise Unauthorized(NO_KEY, www_authenticate=WWWAuthenticate("bearer"))
    abort(404)


def _lead_to(endpoint: str) -> Response:
    if endpoint not in current_app.view_functions:
        raise NotFound
    if request.headers.get("HX-Request"):
        # A part of a page cannot be a sign-in page: the whole page is asked for again.
        return Response(status=204, headers={"HX-Refresh": "true"})
    # Only what can be asked again: a form that was sent is not sent a second time by a link.
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    answer = redirect(url_for(endpoint, next=wanted))
    assert isinstance(answer, Response)
    return answer


def _keep_private(response: Response) -> Response:
    """Nobody keeps what holds person data, nor any page of somebody who is signed in."""
    rule: Rule | None = g.get("rule")
    is_private = rule is not None and rule.private
    if is_private or (present() is not None and response.mimetype == "text/html"):
        response.headers["Cache-Control"] = "no-store"
    return response
