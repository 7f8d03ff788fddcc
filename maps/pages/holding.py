"""`/network/holding`: what holds the network together, and what if an agency stopped tonight."""

from __future__ import annotations

import uuid

from flask import Blueprint, Flask, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from agencies.rules.needs import all_needs
from agencies.rules.place_codes import typed_code
from core.i18n import _
from maps.pages.common import soon
from maps.pages.holding_view import Names, holding_view, stopped_view, strength_view
from maps.queries.holding import (
    Ways,
    areas_to_choose,
    how_strong,
    if_stopped,
    network_once_read,
    what_holds,
)
from referral.graph import Network
from referral.graph.ways import ways_source

blueprint = Blueprint("holding", __name__, url_prefix="/network/holding")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The whole network; with `area` and `need` how strong the way between them is too."""
    found = _network()
    if found is None:
        return soon(_("What holds it together"))
    names = Names(found)
    return _page(
        "maps/holding.html",
        found,
        view=holding_view(found, what_holds(found), names),
        areas=areas_to_choose(found),
        needs=names.needs_to_choose(),
        asked={name: request.args.get(name, "") for name in ("area", "need", "ways")},
        strength=_strength(found, names),
    )


@blueprint.get("/<uuid:agency_id>")
def agency(agency_id: uuid.UUID) -> Response:
    """If this agency stopped tonight. 404 for one that is not there or has stopped already."""
    found = _network()
    if found is None:
        return soon(_("What holds it together"))
    number = found.numbers.get(agency_id)
    if number is None:
        abort(404)
    names = Names(found)
    return _page(
        "maps/stopped.html",
        found,
        view=stopped_view(found, if_stopped(found, number), names),
    )


def _network() -> Network | None:
    """Of the asked period, if it was published; else of the newest. None while it is read."""
    asked = request.args.get("period")
    return network_once_read(asked if asked in ways_source().periods() else None)


def _strength(found: Network, names: Names) -> dict[str, object] | None:
    area, need = typed_code(request.args.get("area", "")), request.args.get("need", "")
    if area is None or need not in all_needs():
        return None
    known = request.args.get("ways") == Ways.KNOWN.value
    ways = Ways.KNOWN if known else Ways.PRACTISED
    return strength_view(how_strong(found, area, need, ways), area, need, names)


def _page(template: str, found: Network, **values: object) -> Response:
    periods = ways_source().periods()
    page = render_template(template, period=found.ways.period, periods=periods, **values)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
