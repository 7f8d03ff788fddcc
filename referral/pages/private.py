"""What pages about a person share: no cache keeps them, and times are said for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from agencies.queries.hours import zone_of
from agencies.wording.times import say_date
from core.forms import Protection
from core.i18n import language


def private_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that may wait in no cache."""
    body = render_template(template, protection=Protection(), when=say_when, **values)
    return no_store(make_response(body, status))


def no_store(response: Response) -> Response:
    """Tell every cache to keep nothing of it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def say_when(moment: datetime, wanted: str = "") -> str:
    """Day and time in the time zone of this Rujukan, in the reader's or a wanted language."""
    spoken = wanted or language()
    local = moment.astimezone(zone_of(current_app.config["RUJUKAN"].timezone))
    time = f"{local:%H.%M}" if spoken == "id" else f"{local:%H:%M}"
    return f"{say_date(local.date(), spoken)}, {time}"
