"""What the pages of referrals share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, make_response, render_template
from werkzeug.wrappers import Response

from agencies.queries.hours import zone_of
from agencies.rules.needs import all_needs
from agencies.wording.times import clock as say_clock
from core.crypto import CannotUnsealError
from core.forms import Protection
from core.i18n import Say, language, say
from core.keystore import MissingKeyError
from core.settings import Settings
from referral.queries.listed import Listed
from referral.rules.states import State
from referral.wording.moments import due_view
from referral.wording.states import (
    STATE_ICONS,
    STATE_SHAPES,
    STATE_WORDS,
    URGENCY_SHAPES,
    URGENCY_WORDS,
)

blueprint = Blueprint("referrals", __name__, url_prefix="/referrals")


@blueprint.errorhandler(MissingKeyError)
@blueprint.errorhandler(CannotUnsealError)
def _broken(_error: Exception) -> Response:
    # Beside another store of keys, or with a row that somebody changed or moved.
    return page("cases/broken.html", 503)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that nobody may keep."""
    response = make_response(
        render_template(template, protection=Protection(formdata=None), **values), status
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def settings() -> Settings:
    """The settings of this app."""
    found: Settings = current_app.config["RUJUKAN"]
    return found


def house_zone() -> ZoneInfo:
    """The time zone of this Rujukan, for lists over several places."""
    return ZoneInfo(zone_of(settings().timezone).key)


def state_view(state: State, tell: Say) -> dict[str, str]:
    """A state by its word and shape."""
    return {
        "value": state.value,
        "word": tell(STATE_WORDS[state]),
        "kind": STATE_SHAPES[state],
        "icon": STATE_ICONS.get(state, ""),
    }


def row_view(row: Listed, moment: datetime, zone: str) -> dict[str, Any]:
    """A line of a list."""
    tell = say(language())
    needs = all_needs()
    dues = [due_view(due, moment, zone, language(), tell) for due in row.dues]
    return {
        "code": row.code,
        "state": state_view(row.state, tell),
        "urgency": tell(URGENCY_WORDS[row.urgency]),
        "urgency_kind": URGENCY_SHAPES[row.urgency],
        "needs": [needs[code].label(language()) for code in row.needs if code in needs],
        "other": row.other,
        "service": row.service,
        "due": dues[0] if dues else None,
        "is_by_phone": row.is_by_phone,
        "moved": say_clock(row.moved_at, moment, zone, language()),
    }
