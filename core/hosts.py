"""Under which names this site may be asked, and the whole address of one of our pages.

Whoever asks says in `Host` which site they mean, and may say anything. A link made from it would
lead to their site, so a name that is not ours is refused before anything else is done.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, make_response, request
from flask_babel import gettext
from werkzeug.exceptions import SecurityError

from core.hooks import is_machine
from core.i18n import language
from core.problems import problem
from core.settings import Settings

# This machine itself: a browser on it, the doctor, a health check. No link to it leads anybody off.
LOOPBACK = ("127.0.0.1", "localhost", ".localhost")

log = structlog.get_logger()


def init_hosts(app: Flask, settings: Settings) -> None:
    """Answer under our own names only. A demo is more careful already (`core/demo_guard.py`)."""
    if not settings.demo:
        app.config["TRUSTED_HOSTS"] = list(trusted(settings))
    app.register_error_handler(SecurityError, _refuse)


def trusted(settings: Settings) -> tuple[str, ...]:
    """The names under which this site may be asked; one that begins with a dot: all below it."""
    stated = urlsplit(settings.site_url).hostname
    further = (name.strip().lower() for name in settings.trusted_hosts.split(","))
    # In this order they are compared with what was asked for: the likeliest first.
    return (*((stated,) if stated else ()), *LOOPBACK, *(name for name in further if name))


def address_of(path: str) -> str:
    """The whole address of one of our pages: under the stated address of this site; where none is
    stated, under the name that was asked for, which is one of ours.
    """
    settings: Settings = current_app.config["RUJUKAN"]
    return (settings.site_url or request.host_url).rstrip("/") + path


def _refuse(_error: SecurityError) -> Response:
    # What was asked for is what somebody typed, so it is not in the log.
    log.warning("host_refused", see="RUJUKAN_SITE_URL, RUJUKAN_TRUSTED_HOSTS")
    text = gettext("This site is not known by the name that was asked for.")
    if is_machine(request.path):
        return problem(400, "Bad Request", detail=text)
    # No page of the house, nor what every template is given: no link can be made here.
    page = current_app.jinja_env.get_template("errors/host.html")
    answer = make_response(page.render(lang=language(), text=text), 400)
    answer.headers["Cache-Control"] = "no-store"
    return answer
