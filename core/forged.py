"""Forged posts: what no page of ours sent goes no further.

Each form looks at its token itself, so that a page that was open for too long comes back with what
was typed. A post that brings no token at all comes from no form of ours: it is refused here, before
any page could forget to look.
"""

from __future__ import annotations

from flask import Flask, abort, current_app, request

from core import hooks

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TOKEN = "csrf_token"  # noqa: S105 (the name of a field)


def init_forged(app: Flask) -> None:
    """Look at every post, after the doorkeeper: who may not come in is told so as ever."""
    # Programs show a key, and no cookie counts there.
    hooks.before(app, _refuse_without_token, pages_only=True)


def let_pass(app: Flask, endpoint: str) -> None:
    """Let an endpoint be posted to without a token: whoever is made to do that comes to no harm."""
    app.extensions.setdefault("rujukan_no_token", set()).add(endpoint)


def without_token(app: Flask) -> frozenset[str]:
    """The endpoints that take a post without a token."""
    return frozenset(app.extensions.get("rujukan_no_token", ()))


def _refuse_without_token() -> None:
    if request.method not in CHANGING or request.endpoint is None:
        return
    if request.endpoint in without_token(current_app):
        return
    sent = request.get_json() if request.is_json else request.form
    if not sent.get(TOKEN):
        abort(400)
