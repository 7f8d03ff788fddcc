"""The page kit: what every page gets, and what every answer carries."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, Response, g, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext
from werkzeug.exceptions import BadRequest, HTTPException

from core import hooks
from core.hooks import is_machine
from core.i18n import LANGUAGES, language, language_url

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


# What programs ask for is no page: nothing in it may be shown or run.
MACHINE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PagesOnlySession(SecureCookieSessionInterface):
    """The cookie session, for pages; programs have none, so that no forged post can use one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """An empty session for programs."""
        if is_machine(request.path):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing of a program is kept."""
        if not is_machine(request.path):
            super().save_session(app, session, response)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Over HTTPS the cookie goes over HTTPS only."""
        return super().get_cookie_secure(app) or request.is_secure


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the navigation: where it leads and whether we are there."""

    endpoint: str
    label: str
    active: bool

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)


_nav: list[tuple[str, str]] = []
_footer: list[tuple[str, str]] = []


def add_nav(endpoint: str, label: str) -> None:
    """Put a page into the navigation; `label` is a message id."""
    if (endpoint, label) not in _nav:
        _nav.append((endpoint, label))


def add_footer(endpoint: str, label: str) -> None:
    """Put a page into the footer; `label` is a message id."""
    if (endpoint, label) not in _footer:
        _footer.append((endpoint, label))


def show_nav_when(app: Flask, may_open: Callable[[str], bool]) -> None:
    """Show only those entries of navigation and footer whose endpoint may be opened."""
    app.extensions["rujukan_may_open"] = may_open


def _entries(app: Flask, known: list[tuple[str, str]]) -> list[NavEntry]:
    may_open = app.extensions.get("rujukan_may_open", lambda _endpoint: True)
    return [
        NavEntry(endpoint, gettext(label), request.endpoint == endpoint)
        for endpoint, label in known
        if may_open(endpoint)
    ]


def init_pages(app: Flask, *, demo: bool) -> None:
    """Give templates their common values and answers their headers."""
    app.session_interface = PagesOnlySession()
    hooks.before(app, _make_nonce, pages_only=True)
    hooks.before(app, _refuse_odd_json, pages_only=True)
    hooks.after(app, _guard)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    def common() -> dict[str, Any]:
        return {
            "lang": language(),
            "languages": LANGUAGES,
            "lang_url": language_url,
            "demo": demo,
            "csp_nonce": g.get("nonce", ""),
            "nav": _entries(app, _nav),
            "footer_links": _entries(app, _footer),
        }

    app.context_processor(common)


def _refuse_odd_json() -> None:
    # Flask-WTF reads JSON as if it were a form: what is no object would be a fault of ours.
    if not request.is_json:
        return
    try:
        body = request.get_json()
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise BadRequest


def _make_nonce() -> None:
    g.nonce = secrets.token_urlsafe(12)


def _guard(response: Response) -> Response:
    headers = response.headers
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if is_machine(request.path):
        headers.update(MACHINE_HEADERS)
        return response
    headers.setdefault(
        "Content-Security-Policy", CONTENT_SECURITY_POLICY.format(nonce=g.get("nonce", ""))
    )
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")  # for browsers that do not know frame-ancestors
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    if request.method == "POST":
        # What was typed about a person must not wait in a cache.
        headers["Cache-Control"] = "no-store"
    return response


def error_page(error: HTTPException) -> tuple[str, int]:
    """A page for an HTTP error, in the reader's language, with a way on."""
    code = error.code or 500
    title, text = _error_texts(code)
    page = render_template("errors/error.html", code=code, title=title, text=text, next_url="/")
    return page, code


def _error_texts(code: int) -> tuple[str, str]:
    known = {
        404: (gettext("Page not found"), gettext("It may have moved, or the address is mistyped.")),
        405: (
            gettext("Not this way"),
            gettext("This address does not accept that kind of request."),
        ),
        409: (
            gettext("Still under way"),
            gettext("What you sent is still being done. Wait a moment, then look what is there."),
        ),
        413: (gettext("Too large"), gettext("What was sent is larger than we accept.")),
        500: (
            gettext("Something failed here"),
            gettext("It is our fault, not yours. Nothing was changed. Please try again."),
        ),
    }
    return known.get(code, (gettext("This did not work"), gettext("Please go back and try again.")))
