"""Every form of a page is sent once, however often it is tapped (design.md §9).

`forms.token(protection)` of `templates/macros/forms.html` writes a number into the form;
`send_once` has every view that takes a post keep its first answer under that number. A double tap,
or sending again after a lost connection, has one effect and shows the first answer. What was
refused had no effect and is not kept: it may hold what was typed about a person, and is mended and
sent again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest, Conflict

from core.actors import Actor
from core.forms import TOKEN, Protection
from core.hooks import is_machine
from core.idempotency import HEADER, SentBeforeError, UnderWayError, first_answer, is_key

FIELD = "once"
# What is never shown again, not even as a hidden value.
SECRETS = ("password", "code", "recovery")
NOT_TYPED = (TOKEN, FIELD)


def new_once() -> str:
    """A number that is used once."""
    return secrets.token_urlsafe(18)


def init_once(app: Flask) -> None:
    """Give templates their numbers."""
    app.jinja_env.globals["new_once"] = new_once


def send_once(app: Flask, sender: Callable[[], Actor], *, but_not: Collection[str]) -> None:
    """Have every page that takes a post answer once; when all doors are there.

    `sender` says who acts; `but_not` names the endpoints that are asked anew each time.
    """
    for rule in app.url_map.iter_rules():
        takes_posts = "POST" in (rule.methods or ()) and not is_machine(rule.rule)
        if takes_posts and rule.endpoint not in but_not:
            view = app.view_functions[rule.endpoint]
            app.view_functions[rule.endpoint] = _once(view, sender)


def _once(view: Callable[..., Any], sender: Callable[[], Actor]) -> Callable[..., Any]:
    if hasattr(view, "is_sent_once"):
        return view

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = _key()
        if key is None:
            return view(*args, **kwargs)
        try:
            return first_answer(
                sender(), key, lambda: make_response(view(*args, **kwargs)), _had_an_effect
            )
        except SentBeforeError as wrong:
            return _sent_before(wrong.first)
        except UnderWayError as wrong:
            raise Conflict from wrong

    once.is_sent_once = True  # type: ignore[attr-defined]
    return once


def _key() -> str | None:
    if request.method != "POST":
        return None
    key = request.headers.get(HEADER) or request.form.get(FIELD)
    if not key:
        return None
    if not is_key(key):
        raise BadRequest
    return key


def _had_an_effect(status: int) -> bool:
    return status < 400


def _sent_before(first: Response) -> Response:
    """The same form with something else in it: told clearly, and nothing that was typed is lost."""
    typed = [(k, v) for k, v in request.form.items(multi=True) if k not in NOT_TYPED]
    page = render_template(
        "errors/sent_before.html",
        protection=Protection(),
        typed=typed,
        may_be_sent=not any(secret in name for secret in SECRETS for name, _value in typed),
        outcome=first.headers.get("Location"),
    )
    answer = make_response(page, 422)
    answer.headers["HX-Retarget"] = "body"  # htmx would put the page where the form was
    return answer
