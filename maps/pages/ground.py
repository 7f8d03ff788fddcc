"""`/maps/ground.geojson`: what Leaflet draws under everything else."""

from __future__ import annotations

import gzip
import hashlib

from flask import Blueprint, Flask, Response, request

from core.errors import RefusedError, Trouble
from core.i18n import _
from maps.queries.ground import LEVELS, WORLD, Box, ground, ground_version

HIGHEST_ZOOM = 20
USUAL_ZOOM = 10
WORTH_PACKING = 1_000  # bytes

WRONG_BOX = _("Give the box as west,south,east,north in degrees.")
WRONG_ZOOM = _("The zoom is a whole number from 0 to %(most)s.")
WRONG_LEVEL = _("The level is one of %(levels)s.")

blueprint = Blueprint("maps", __name__)


def register(app: Flask) -> None:
    """Add the page to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/maps/ground.geojson")
def ground_geojson() -> Response:
    """GeoJSON for `bbox` (west,south,east,north), `zoom` and `level`, all optional.

    Features are areas (or points) with `code`, `level`, `name`, `parent`. 422 for wrong values.
    """
    box, zoom, level = _read()
    answer = Response(content_type="application/geo+json")
    tag = _tag(ground_version(), box, zoom, level)
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "no-cache"  # keep it, but ask whether it is still true
    answer.vary.add("Accept-Encoding")
    if request.if_none_match.contains_weak(tag):
        answer.status_code = 304
        return answer
    body = ground(box, zoom, level).geojson.encode()
    if len(body) > WORTH_PACKING and request.accept_encodings.quality("gzip"):
        answer.headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=5, mtime=0)
    answer.set_data(body)
    return answer


def _tag(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _read() -> tuple[Box, int, str | None]:
    wrong: list[Trouble] = []
    box, zoom, level = _box(), _zoom(), request.args.get("level") or None
    if box is None:
        wrong.append(Trouble("bbox", WRONG_BOX))
    if zoom is None:
        wrong.append(Trouble("zoom", WRONG_ZOOM, (("most", HIGHEST_ZOOM),)))
    if level is not None and level not in LEVELS:
        wrong.append(Trouble("level", WRONG_LEVEL, (("levels", ", ".join(LEVELS)),)))
    if wrong or box is None or zoom is None:
        raise RefusedError(*wrong)
    return box, zoom, level


def _box() -> Box | None:
    given = request.args.get("bbox")
    if not given:
        return WORLD
    try:
        west, south, east, north = (float(part) for part in given.split(","))
    except ValueError:
        return None
    # A map may be dragged past the date line and beyond a pole, and rounding may leave a point.
    # What is not a number is not between anything.
    if not (-540 <= west <= east <= 540 and -180 <= south <= north <= 180):
        return None
    return west, max(south, -90.0), east, min(north, 90.0)


def _zoom() -> int | None:
    given = request.args.get("zoom", str(USUAL_ZOOM))
    if not given.isascii() or not given.isdigit():
        return None
    return int(given[:3]) if int(given[:3]) <= HIGHEST_ZOOM and len(given) < 4 else None
