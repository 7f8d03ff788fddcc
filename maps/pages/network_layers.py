"""The layers of the network map: one GeoJSON each, for a box and zoom or whole to take along."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for

from core.clock import now
from core.i18n import language, say
from core.validation import whole_number
from maps.drawings.packing import Points, packed
from maps.pages.answers import GEOJSON, answer, as_json
from maps.pages.box import box_and_zoom
from maps.pages.network_map import asked_for
from maps.queries import layers
from maps.queries.names import behind_cell, behind_number
from maps.queries.points import areas, columns
from maps.queries.shown import Shown
from maps.wording.network import behind_words

MOST_HEX = 16  # digits of a cell

blueprint = Blueprint("network_layers", __name__, url_prefix="/network/map")


def register(app: Flask) -> None:
    """Add the layers to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/agencies.geojson")
def agencies() -> Response:
    """Agencies, grouped for `bbox` and `zoom`; without a zoom each with its name."""
    _wish, what = asked_for()
    box, zoom = box_and_zoom()
    return _layer("agencies", what, layers.agencies(what, box, zoom))


@blueprint.get("/flows.geojson")
def flows() -> Response:
    """Published ways, grouped alike. `left_out`: how many lines more there are."""
    wish, what = asked_for()
    box, zoom = box_and_zoom()
    most = None if zoom is None else layers.MOST_WAYS
    features, left = layers.ways(what, box, zoom, most)
    return _layer("flows", what, features, left_out=left, period=wish.period)


@blueprint.get("/beds.geojson")
def beds() -> Response:
    """Where places are free, as somebody said."""
    _wish, what = asked_for()
    return _layer("beds", what, layers.beds(what))


@blueprint.get("/coverage.geojson")
def coverage() -> Response:
    """Cells within reach of what was asked for, and of how many."""
    _wish, what = asked_for()
    return _layer("coverage", what, layers.coverage(what, *box_and_zoom()))


@blueprint.get("/points.json")
def points() -> Response:
    """Every agency as a point of its own, packed; secret ones as areas. Names: `names.json`."""
    _wish, what = asked_for()
    drawn = columns(what)
    of = Points(drawn.latitude, drawn.longitude, drawn.type, drawn.tier, drawn.free)
    hexagons = {"features": areas(what)}
    return as_json({"version": what.version, **packed(of, drawn.called), "areas": hexagons})


@blueprint.get("/names.json")
def names() -> Response:
    """Who is behind a mark: `n` of a layer's version `of`, or a group's `cell`. 404 for nobody."""
    _wish, what = asked_for()
    number, cell = request.args.get("n", ""), request.args.get("cell", "")
    if cell:
        found = behind_cell(what, _cell(cell))
    elif request.args.get("of") == what.version:
        row = whole_number(number)
        found = None if row is None else behind_number(what, row)
    else:
        found = None  # the numbers mean others by now: the page fetches its layers again
    return as_json(behind_words(found or abort(404), say(language()), _entry))


def _entry(agency_id: Any) -> str:
    return url_for("directory.agency", agency_id=agency_id)


def _cell(text: str) -> int:
    try:
        return int(text, 16) if len(text) < MOST_HEX else -1
    except ValueError:
        return -1


def _layer(name: str, what: Shown, features: list[Any], **more: Any) -> Response:
    saved = f"rujukan-{name}-{now():%Y-%m-%d}.geojson" if request.args.get("download") else ""
    return answer(layers.collection(features, version=what.version, **more), GEOJSON, saved)
