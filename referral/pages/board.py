"""The clerk's board: what waits, by clock; it refreshes itself where scripts run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, render_template, request
from werkzeug.wrappers import Response

from accounts.current import keep_quiet, who
from accounts.pages.start import start_at
from accounts.rules.rights import Right, holds
from agencies.wording.times import ago
from agencies.wording.times import clock as say_clock
from core.clock import now
from core.forms import Protection
from core.i18n import _, language, say
from core.pages import add_nav
from referral.commands.beds.walk_ins import UNDO_FOR
from referral.pages.referrals.common import house_zone, page, row_view
from referral.queries.board import Waiting, board_of, pools_taken_at_the_door
from referral.rules.groups import Lane
from referral.wording.states import LANE_WORDS

blueprint = Blueprint("board", __name__, url_prefix="/board")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("board.index", _("Board"))
    app.register_blueprint(blueprint)
    start_at("board.index", lambda actor: holds(actor.grants, Right.ANSWER))
    keep_quiet("board.fresh")


@blueprint.get("")
def index() -> Response:
    """The whole page."""
    return board_page()


@blueprint.get("/now")
def fresh() -> Response:
    """The board alone, as it is now: asked for by the page itself, so it keeps nobody awake."""
    response = Response(
        render_template("board/_board.html", protection=Protection(formdata=None), **_values())
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def board_page(status: int = 200, error: str = "") -> Response:
    """The page; `error`: what was refused."""
    return page("board/index.html", status, error=error, **_values())


def _values() -> dict[str, Any]:
    actor, moment, zone = who(), now(), house_zone()
    board = board_of(actor, moment, zone)
    tell = say(language())
    return {
        "board": board,
        "lanes": [
            (lane.value, tell(LANE_WORDS[lane]), [_card(one, moment, zone.key) for one in waiting])
            for lane, waiting in board.lanes.items()
            if waiting or lane in (Lane.ANSWER, Lane.TONIGHT)
        ],
        "pools": [
            {
                "id": str(pool.id),
                "label": pool.label,
                "service": pool.service,
                "free": pool.free,
                "capacity": pool.capacity,
                "held": pool.held,
                "said": ago(moment - pool.said_at, tell),
            }
            for pool in board.pools
        ],
        "undos": [
            (str(one.hold_id), one.pool, ago(moment - one.at, tell))
            for one in pools_taken_at_the_door(actor, moment - UNDO_FOR)
        ],
        "as_of": say_clock(moment, moment, zone.key, language()),
        "still": request.args.get("still") == "1",
    }


def _card(one: Waiting, moment: datetime, zone: str) -> dict[str, Any]:
    def when(at: datetime | None) -> str:
        return say_clock(at, moment, zone, language()) if at else ""

    return {
        **row_view(one.row, moment, zone),
        "expected": when(one.expected_at),
        "kept_until": when(one.kept_until),
        "lapses": one.lapses,
        "was_answered": one.was_answered,
    }
