"""What the pages of this room share."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, make_response, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from accounts.current import present
from accounts.queries.passkeys import Site
from accounts.queries.who import Present
from accounts.rules.local import local_address
from core.clock import now
from core.forms import Protection, Typed
from core.hosts import address_of
from core.settings import Settings


def settings() -> Settings:
    """The settings of the app that is running."""
    found: Settings = current_app.config["RUJUKAN"]
    return found


def signed_in() -> Present:
    """The session of this request; without one the page does not exist."""
    found = present()
    if found is None:
        abort(404)
    return found


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that nobody may keep: it speaks of an account."""
    response = make_response(render_template(template, protection=Protection(), **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def next_address() -> str:
    """Where to go after this, within this site."""
    return local_address(request.values.get("next"))


def typed() -> Typed:
    """The form of this request."""
    return Typed(request.form)


def site() -> Site:
    """For whom passkeys sign: the stated address of this site, else the one that was asked."""
    stated = urlsplit(address_of("/"))
    return Site(stated.hostname or "", f"{stated.scheme}://{stated.netloc}")


def client_address() -> str:
    """The network address that asks."""
    return request.remote_addr or ""


def wait_text(until: datetime) -> str:
    """How long somebody must wait, in words."""
    seconds = seconds_left(until)
    if seconds <= 90:
        wait = ngettext("%(num)s second", "%(num)s seconds", seconds)
    else:
        minutes = math.ceil(seconds / 60)
        wait = ngettext("%(num)s minute", "%(num)s minutes", minutes)
    text = gettext("There were too many wrong attempts. Please try again in %(wait)s.", wait=wait)
    return str(text)


def seconds_left(until: datetime) -> int:
    """Whole seconds until a moment, at least one."""
    return max(1, math.ceil((until - now()).total_seconds()))
