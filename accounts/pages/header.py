"""What every page's head says of who is signed in, and what keeps those pages out of caches."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request, url_for

from accounts.current import COOKIE, present
from accounts.pages.common import settings
from accounts.pages.cookies import is_https
from core import hooks
from core.forms import Protection


def init_header(app: Flask) -> None:
    """Give every page its `me` and its way out."""
    app.context_processor(_common)
    hooks.after(app, _keep_out_of_caches, pages_only=True)


def _common() -> dict[str, Any]:
    here = present()
    if here is None:
        return {"me": None, "sign_in_url": _sign_in_url(), "neutral_url": _neutral_url()}
    return {
        "me": here.actor,
        "me_waits": here.waits is not None,
        "me_protection": Protection(formdata=None),  # reads no body: it may be too large
        "neutral_url": _neutral_url(),
    }


def _sign_in_url() -> str:
    """The sign-in page, which leads back here when here can be asked for again."""
    if request.method != "GET" or request.endpoint in (None, "sign_in.form"):
        return url_for("sign_in.form")
    return url_for("sign_in.form", next=request.path if request.path != "/" else None)


def _neutral_url() -> str:
    return settings().neutral_url or url_for("leaving.neutral")


def _keep_out_of_caches(response: Response) -> Response:
    """A page of somebody who is signed in is not kept, and a session that is over is forgotten."""
    if request.endpoint in ("static", None):
        return response
    if present() is not None:
        response.headers["Cache-Control"] = "no-store"
    elif COOKIE in request.cookies and not _sets_session(response):
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=is_https())
    return response


def _sets_session(response: Response) -> bool:
    return any(sent.startswith(f"{COOKIE}=") for sent in response.headers.getlist("Set-Cookie"))
