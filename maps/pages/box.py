"""The box and zoom in an address, for every layer of a map."""

from __future__ import annotations

from flask import request

from core.errors import RefusedError, Trouble
from core.i18n import _

HIGHEST_ZOOM = 20
Box = tuple[float, float, float, float]  # west, south, east, north in degrees

WRONG_BOX = _("Give the box as west,south,east,north in degrees.")
WRONG_ZOOM = _("The zoom is a whole number from 0 to %(most)s.")


def box_and_zoom() -> tuple[Box | None, int | None]:
    """What `bbox` and `zoom` say, each None where it is not given. `RefusedError`: wrong values."""
    wrong: list[Trouble] = []
    box, zoom = request.args.get("bbox") or None, request.args.get("zoom") or None
    said_box = read_box(box) if box else None
    said_zoom = read_zoom(zoom) if zoom else None
    if box and said_box is None:
        wrong.append(Trouble("bbox", WRONG_BOX))
    if zoom and said_zoom is None:
        wrong.append(Trouble("zoom", WRONG_ZOOM, (("most", HIGHEST_ZOOM),)))
    if wrong:
        raise RefusedError(*wrong)
    return said_box, said_zoom


def read_box(given: str) -> Box | None:
    """A box; None for anything else."""
    try:
        west, south, east, north = (float(part) for part in given.split(","))
    except ValueError:
        return None
    # A map may be dragged past the date line and beyond a pole, and rounding may leave a point.
    # What is not a number is not between anything.
    if not (-540 <= west <= east <= 540 and -180 <= south <= north <= 180):
        return None
    return west, max(south, -90.0), east, min(north, 90.0)


def read_zoom(given: str) -> int | None:
    """A zoom; None for anything else."""
    if not given.isascii() or not given.isdigit() or len(given) > 2:
        return None
    return int(given) if int(given) <= HIGHEST_ZOOM else None
