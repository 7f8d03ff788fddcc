"""`/notices`: what waits for somebody and their agencies; every page's head has the number."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, has_request_context, redirect, url_for
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from accounts.current import present, who
from accounts.doorkeeper import may_open
from agencies.wording.times import clock as say_clock
from core.clock import now
from core.db import write
from core.forms import Typed
from core.i18n import language, say
from referral.commands.notices.telling import see_notices
from referral.models import Notice
from referral.pages.referrals.common import house_zone, page
from referral.queries.channels import Waiting, notices_for, unseen_by
from referral.queries.referrals import may_see
from referral.rules.notice_words import sentence
from referral.rules.notices import OF_AGREEMENTS, What

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


def register(app: Flask) -> None:
    """Add the page to the app and the number to every page."""
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"notices_unseen": _unseen})


@blueprint.get("")
def index() -> Response:
    """What waits, the youngest first."""
    return page("notices/index.html", rows=[_row(one) for one in notices_for(who())])


@blueprint.post("/seen")
def seen() -> Response:
    """All of it was seen."""
    typed = Typed.sent()
    if typed.errors:
        flash(typed.errors["csrf"], "bad")
    else:
        write(see_notices, who())
        flash(gettext("Marked as seen."), "good")
    return redirect(url_for("notices.index"), 303)


def _unseen() -> int:
    """How many wait for whoever is signed in; asked only where a page shows it."""
    here = present() if has_request_context() else None
    if here is None or here.waits is not None:
        return 0
    try:
        return unseen_by(here.actor)
    except DBAPIError:  # the page that says so must be shown all the same
        return 0


def _elsewhere(notice: Notice) -> str:
    """Where what is not about a referral is to be seen."""
    if What(notice.what) not in OF_AGREEMENTS:
        return ""
    doors = ("agreements.mine", "routes.network")
    return next((url_for(door) for door in doors if may_open(door, "GET")), "")


def _row(one: Waiting) -> dict[str, Any]:
    tell, notice, referral = say(language()), one.notice, one.referral
    mine = referral is not None and may_see(who(), referral)
    return {
        "words": sentence(notice.what, referral.urgency if referral else None, tell),
        "when": say_clock(notice.due_at, now(), house_zone().key, language()),
        "iso": notice.due_at.isoformat(),
        "is_emergency": notice.is_emergency,
        "is_new": notice.seen_at is None,
        "code": referral.code if referral is not None else "",
        "is_mine": mine,
        "href": _elsewhere(notice),
    }
