"""The cookies of somebody who signs in: the session's token, and that this browser is known."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from accounts.current import COOKIE
from accounts.queries.attempts import KEY
from core.hashing import keyed_hash
from core.settings import Settings

DEVICE = "rujukan_device"
DEVICE_LASTS = 180 * 86400  # seconds
MOST_KNOWN = 8  # accounts of one browser: a shared desk has several


def give_session(response: Response, token: str) -> None:
    """Let the browser hold a session, until it is closed."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=is_https())


def take_session(response: Response) -> None:
    """Take the session and everything that the pages kept beside it from the browser."""
    session.clear()
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=is_https())


def is_https() -> bool:
    """Whether people reach us by HTTPS: the request says so, or the site's stated address."""
    settings: Settings = current_app.config["RUJUKAN"]
    return request.is_secure or settings.https_cookies


def known_device(account_id: uuid.UUID | None) -> str | None:
    """The name of this browser when it has signed in to the account before."""
    kept = _read()
    if account_id is None or _mark(account_id) not in kept["of"]:
        return None
    return str(kept["id"])


def remember_device(response: Response, account_id: uuid.UUID) -> None:
    """From now on this browser is known to have signed in to the account."""
    kept = _read()
    others = [mark for mark in kept["of"] if mark != _mark(account_id)]
    kept["of"] = [*others, _mark(account_id)][-MOST_KNOWN:]
    response.set_cookie(
        DEVICE,
        str(_signer().dumps(kept)),
        max_age=DEVICE_LASTS,
        path="/sign-in",
        httponly=True,
        samesite="Strict",
        secure=is_https(),
    )


def _read() -> dict[str, Any]:
    try:
        kept = _signer().loads(request.cookies.get(DEVICE, ""), max_age=DEVICE_LASTS)
    except BadSignature:
        kept = None
    if isinstance(kept, dict) and isinstance(kept.get("of"), Sequence) and kept.get("id"):
        return kept
    return {"id": secrets.token_urlsafe(12), "of": []}


def _mark(account_id: uuid.UUID) -> str:
    """The account in the cookie, so that the cookie tells nobody whose it is."""
    return keyed_hash(KEY, f"known:{account_id}")[:16]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=DEVICE)
