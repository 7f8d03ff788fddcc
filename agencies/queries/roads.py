"""Travel time by road, behind one interface: OSRM, Valhalla, or straight lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app

from agencies.queries.remote import RemoteError, get_json
from core.geometry import LatLon
from core.i18n import _
from core.settings import Settings

OFF = _("Distances are in a straight line.")
DOWN = _("The road service does not answer. Distances are in a straight line.")

MOST_POINTS = 50  # in one request: what both services take with their own defaults
REST_SECONDS = 30.0  # a service that did not answer is left alone for so long
DECIMALS = 5  # of a degree: about a metre

Minutes = list[float | None]
Router = Callable[[str, float, LatLon, Sequence[LatLon]], Minutes]

log = structlog.get_logger()
_resting: dict[str, float] = {}  # address of a service, monotonic time until which it rests


@dataclass(frozen=True, slots=True)
class RoadTimes:
    """Minutes by road to each point, None where unknown; `note` is a message id, or None."""

    minutes: Minutes
    note: str | None = None


def travel_minutes(origin: LatLon, points: Sequence[LatLon]) -> Minutes:
    """Minutes by car from the origin to each point (degrees); None for what is not known."""
    return road_times(current_app.config["RUJUKAN"], origin, points).minutes


def road_times(settings: Settings, origin: LatLon, points: Sequence[LatLon]) -> RoadTimes:
    """The same with what to tell the reader: without an answer every figure is None."""
    router = ROUTERS.get(settings.roads)
    if router is None:
        return RoadTimes([None] * len(points), OFF)
    if not points:
        return RoadTimes([])
    url = settings.roads_url.rstrip("/")
    if time.monotonic() < _resting.get(url, 0.0):
        return RoadTimes([None] * len(points), DOWN)
    try:
        return RoadTimes(_in_parts(router, url, settings.roads_timeout, origin, points))
    except RemoteError as error:
        _resting[url] = time.monotonic() + REST_SECONDS
        log.warning("roads", service=settings.roads, kind=str(error))
        return RoadTimes([None] * len(points), DOWN)


def _in_parts(
    router: Router, url: str, timeout: float, origin: LatLon, points: Sequence[LatLon]
) -> Minutes:
    """All points within one time-out, however many requests they take."""
    end = time.monotonic() + timeout
    found: Minutes = []
    for start in range(0, len(points), MOST_POINTS):
        left = end - time.monotonic()
        if left <= 0:
            raise RemoteError("timeout")
        found += router(url, left, origin, points[start : start + MOST_POINTS])
    return found


def _osrm(url: str, timeout: float, origin: LatLon, points: Sequence[LatLon]) -> Minutes:
    """OSRM's table service."""
    places = ";".join(f"{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}" for lat, lon in (origin, *points))
    path = f"/table/v1/driving/{places}?sources=0&annotations=duration"
    answer = get_json(url + path, timeout=timeout)
    try:
        seconds = answer["durations"][0][1:] if answer["code"] == "Ok" else []
    except (LookupError, TypeError):
        seconds = []
    return _minutes(seconds, len(points))


def _valhalla(url: str, timeout: float, origin: LatLon, points: Sequence[LatLon]) -> Minutes:
    """Valhalla's matrix service."""
    question = {
        "sources": [_position(origin)],
        "targets": [_position(point) for point in points],
        "costing": "auto",
    }
    answer = get_json(f"{url}/sources_to_targets", timeout=timeout, body=question)
    try:
        seconds = [found.get("time") for found in answer["sources_to_targets"][0]]
    except (LookupError, TypeError, AttributeError):
        seconds = []
    return _minutes(seconds, len(points))


def _position(point: LatLon) -> dict[str, float]:
    return {"lat": round(point[0], DECIMALS), "lon": round(point[1], DECIMALS)}


def _minutes(seconds: Any, count: int) -> Minutes:
    """Seconds as minutes. Raises `RemoteError` for an answer that is not one figure a point."""
    if not isinstance(seconds, list) or len(seconds) != count:
        raise RemoteError("another answer")
    if any(not isinstance(s, (int, float, type(None))) or (s or 0) < 0 for s in seconds):
        raise RemoteError("another answer")
    return [None if s is None else s / 60 for s in seconds]


ROUTERS: dict[str, Router] = {"osrm": _osrm, "valhalla": _valhalla}
