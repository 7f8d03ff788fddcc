"""`/maps/ground.geojson`: what Leaflet draws under everything else."""

from __future__ import annotations

import gzip
import hashlib

from flask import Blueprint, Flask, Response, request

from core.errors import RefusedError, Trouble
from core.i18n import _
from maps.pages.box import HIGHEST_ZOOM, WRONG_BOX, WRONG_ZOOM, read_box, read_zoom
from maps.queries.ground import LEVELS, WORLD, Box, ground, ground_version

USUAL_ZOOM = 10
WORTH_PACKING = 1_000  # bytes

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
    given = request.args.get("bbox")
    box = read_box(given) if given else WORLD
    zoom = read_zoom(request.args.get("zoom", str(USUAL_ZOOM)))
    level = request.args.get("level") or None
    if box is None:
        wrong.append(Trouble("bbox", WRONG_BOX))
    if zoom is None:
        wrong.append(Trouble("zoom", WRONG_ZOOM, (("most", HIGHEST_ZOOM),)))
    if level is not None and level not in LEVELS:
        wrong.append(Trouble("level", WRONG_LEVEL, (("levels", ", ".join(LEVELS)),)))
    if wrong or box is None or zoom is None:
        raise RefusedError(*wrong)
    return box, zoom, level
