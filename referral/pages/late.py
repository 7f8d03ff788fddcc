"""The coordinator's list: what is late, whom to call, and what was done about it. Codes only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.wording.times import clock as say_clock
from core.clock import now
from core.db import write
from core.forms import Protection, why_not_taken
from core.i18n import _, language, say
from core.pages import add_nav
from core.phones import dial_url
from referral.commands.duty.watching import ask_for_next, note_call
from referral.models import DutyShift
from referral.pages.referrals.common import house_zone, page, state_view
from referral.queries.late import Watched, watched
from referral.wording.duty import DONE_WORDS, POST_WORDS, WHY_WORDS
from referral.wording.moments import how_long
from referral.wording.states import URGENCY_SHAPES, URGENCY_WORDS

blueprint = Blueprint("late", __name__, url_prefix="/late")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("late.index", _("Late"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The list."""
    return _page()


@blueprint.post("/called")
def called() -> Response:
    """The coordinator called somebody."""
    if not Protection().validate():
        return _page(422, why_not_taken())
    reached = request.form.get("reached") == "yes"
    write(note_call, who(), code=request.form.get("code", ""), reached=reached)
    flash(gettext("Noted."), "good")
    return redirect(url_for("late.index"), 303)


@blueprint.post("/ask-next")
def ask_next() -> Response:
    """The sender is asked to ask the next agency."""
    if not Protection().validate():
        return _page(422, why_not_taken())
    write(ask_for_next, who(), code=request.form.get("code", ""))
    flash(gettext("The sender is asked to ask the next."), "good")
    return redirect(url_for("late.index"), 303)


def _page(status: int = 200, error: str = "") -> Response:
    moment = now()
    rows = [_view(one, moment) for one in watched(who(), moment)]
    return page("late/index.html", status, rows=rows, error=error)


def _view(one: Watched, moment: datetime) -> dict[str, Any]:
    tell, zone = say(language()), house_zone().key
    return {
        "code": one.code,
        "why": tell(WHY_WORDS[one.why]),
        "late": how_long(moment - one.since, tell),
        "since": say_clock(one.since, moment, zone, language()),
        "iso": one.since.isoformat(),
        "state": state_view(one.state, tell),
        "urgency": tell(URGENCY_WORDS[one.urgency]),
        "urgency_kind": URGENCY_SHAPES[one.urgency],
        "sender": one.sender,
        "receiver": one.receiver,
        "people": [call_view(shift) for shift in one.on_duty],
        "done": [
            {
                "word": tell(DONE_WORDS.get(done.word, done.word)),
                "at": say_clock(done.at, moment, zone, language()),
                "by": done.by,
            }
            for done in one.done
        ],
        "asked_next": one.asked_next,
    }


def call_view(shift: DutyShift) -> dict[str, Any]:
    """Somebody on duty, as they are called."""
    return {
        "name": shift.name,
        "post": say(language())(POST_WORDS[shift.post]),
        "phone": shift.phone,
        "dial": dial_url(shift.phone) if shift.phone else None,
        "email": shift.email,
    }
