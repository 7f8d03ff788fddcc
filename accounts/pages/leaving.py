"""Quick exit: the session ends, the page is replaced, and Back shows nothing of Rujukan.

For some minutes afterwards this browser is answered with a plain calendar, whatever it asks for:
Back, a restored tab and a reload look alike to a server, so all of them get the same.
"""

from __future__ import annotations

import calendar
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from flask import (
    Blueprint,
    Flask,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from accounts.commands.sessions import end_session
from accounts.current import present
from accounts.pages.common import settings
from accounts.pages.cookies import is_https, take_session
from core import hooks
from core.clock import now
from core.db import write
from core.forged import let_pass
from core.i18n import language

blueprint = Blueprint("leaving", __name__)

# Scripts read it, so that a page out of the browser's memory blanks itself. It says nothing else.
AWAY = "away"
AWAY_SECONDS = 600
CLEAR = '"cache", "storage"'


def register(app: Flask) -> None:
    """Add the pages, and the rule that an exit holds for a while."""
    app.register_blueprint(blueprint)
    hooks.before(app, _stay_away, pages_only=True)
    let_pass(app, "leaving.leave")  # a browser that is closing sends no token


@blueprint.post("/exit")
def leave() -> Response:
    """End the session and show the neutral page. A forged post could do no more than that."""
    here = present()
    if here is not None:
        write(end_session, here.actor, session_id=here.session_id)
    neutral = settings().neutral_url
    # A redirect to another site would be stopped by our own form-action; a page that moves on is
    # not, and it is no step that Back returns to.
    response = _calendar(neutral) if neutral else redirect(url_for("leaving.neutral"), 303)
    take_session(response)
    response.set_cookie(AWAY, "1", max_age=AWAY_SECONDS, samesite="Lax", secure=is_https())
    response.headers["Clear-Site-Data"] = CLEAR
    return response


@blueprint.get("/calendar")
def neutral() -> Response:
    """This month. Nothing in it speaks of Rujukan."""
    return _calendar()


@blueprint.get("/calendar.css")
def style() -> Response:
    """The calendar's look, and a second emptying of the browser's memory.

    The page that was left enters that memory only when the calendar has come, after the first one.
    Where no script blanks it, this is what keeps Back from showing it.
    """
    look = Path(current_app.static_folder or "") / "css" / "calendar.css"
    response = make_response(look.read_text(encoding="utf-8"))
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "no-store"
    if AWAY in request.cookies:
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/return")
def come_back() -> Response:
    """For who left by mistake and knows this address."""
    response = redirect("/")
    response.delete_cookie(AWAY, samesite="Lax", secure=is_https())
    return response


def _stay_away() -> Response | None:
    if AWAY not in request.cookies:
        return None
    if request.endpoint == "static" or request.blueprint in ("leaving", "health"):
        return None
    return (
        _calendar()
        if request.method in ("GET", "HEAD")
        else redirect(url_for("leaving.neutral"), 303)
    )


def _calendar(onward: str = "") -> Response:
    today = now().astimezone(ZoneInfo(settings().timezone)).date()
    response = make_response(
        render_template("accounts/calendar.html", onward=onward, **_month(today))
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _month(today: date) -> dict[str, object]:
    spoken = language()
    names = get_day_names("abbreviated", locale=spoken)
    return {
        "title": format_date(today, "LLLL y", locale=spoken),
        "today": today,
        "today_text": format_date(today, "full", locale=spoken),
        "days": [names[number] for number in range(7)],
        "weeks": calendar.Calendar().monthdatescalendar(today.year, today.month),
    }
