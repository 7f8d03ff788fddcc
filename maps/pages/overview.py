"""`/network`: who is there, who answers, where people wait, what is missing, what breaks it."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.wrappers import Response

from core.clock import now
from core.i18n import _
from core.pages import add_nav
from maps.pages.common import chosen, page, period_of, to_choose
from maps.pages.summary_view import Wished, summary
from maps.queries.holding import held_once_read

WISHED = Wished(gaps=5, cards=3, hops=3)

blueprint = Blueprint("network", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the page to the app."""
    add_nav("network.index", _("Network"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The network in a minute."""
    wanted = chosen()
    period = period_of(wanted)
    view = summary(period, now(), WISHED, hold=held_once_read)
    return page("maps/overview.html", wanted=wanted, period=period, **view, **to_choose())
