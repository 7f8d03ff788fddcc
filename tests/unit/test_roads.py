"""Travel time by road: OSRM and Valhalla on a local port, and straight lines without them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from agencies.queries import roads
from agencies.queries.roads import DOWN, MOST_POINTS, OFF, road_times, travel_minutes
from core.settings import Settings
from tests.support.service import Asked, Reply, Service, service

ORIGIN = (-6.32534, 106.90356)
POINTS = [(-6.3, 106.9), (-6.2, 106.8), (-6.1, 106.7)]
SECONDS: list[float | None] = [600, None, 90.5]
MINUTES = [10.0, None, 90.5 / 60]


def osrm(seconds: list[float | None]) -> dict[str, Any]:
    """An answer of OSRM's table service; the first figure is the origin to itself."""
    return {"code": "Ok", "durations": [[0, *seconds]]}


def valhalla(seconds: list[float | None]) -> dict[str, Any]:
    """An answer of Valhalla's matrix service."""
    return {"sources_to_targets": [[{"time": s, "distance": 1.0} for s in seconds]]}


ANSWERS = {"osrm": osrm, "valhalla": valhalla}


@pytest.fixture(params=["osrm", "valhalla"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the routers that can be configured."""
    return str(request.param)


@pytest.fixture
def router(kind: str) -> Iterator[Service]:
    """One that knows the way."""
    with service(Reply(ANSWERS[kind](SECONDS))) as running:
        yield running


@pytest.fixture
def settings(kind: str, router: Service) -> Settings:
    """Settings with that router."""
    return Settings(roads=kind, roads_url=f"{router.url}/", roads_timeout=0.5)


def test_minutes_by_road(settings: Settings, kind: str, router: Service) -> None:
    """In the order of the points, None where there is no way, and nothing to excuse."""
    found = road_times(settings, ORIGIN, POINTS)
    assert found.minutes == pytest.approx(MINUTES)
    assert found.note is None
    asked = router.asked[0]
    if kind == "osrm":
        places = "106.90356,-6.32534;106.90000,-6.30000;106.80000,-6.20000;106.70000,-6.10000"
        assert asked.path == f"/table/v1/driving/{places}"
        assert asked.parameters == {"sources": ["0"], "annotations": ["duration"]}
    else:
        assert asked.path == "/sources_to_targets"
        assert asked.body["sources"] == [{"lat": -6.32534, "lon": 106.90356}]
        assert len(asked.body["targets"]) == 3
        assert asked.body["costing"] == "auto"


def test_many_points_are_asked_in_parts(settings: Settings, kind: str, router: Service) -> None:
    """Routers refuse large tables; the answer is in order all the same."""

    def reply(asked: Asked) -> Reply:
        first = len(router.asked) == 1
        return Reply(ANSWERS[kind]([60.0] * MOST_POINTS if first else [120.0, 180.0]))

    router.reply = reply
    found = road_times(settings, ORIGIN, [(-6.0, 106.0)] * (MOST_POINTS + 2))
    assert found.minutes == [1.0] * MOST_POINTS + [2.0, 3.0]


def test_nothing_to_ask(settings: Settings, router: Service) -> None:
    """No points, no request."""
    assert road_times(settings, ORIGIN, []).minutes == []
    assert router.asked == []


def test_off_means_straight_lines() -> None:
    """Without a router every figure is None, and a sentence says why."""
    found = road_times(Settings(), ORIGIN, POINTS)
    assert (found.minutes, found.note) == ([None] * 3, OFF)


def odd(figure: object) -> dict[str, Any]:
    """An answer of either router with one figure that is none."""
    times = [{"time": figure}, {"time": 1}, {"time": 2}]
    return {"code": "Ok", "durations": [[0, figure, 1, 2]], "sources_to_targets": [times]}


TROUBLE = [
    Reply(status=500),
    Reply(status=400, body={"code": "InvalidQuery"}),
    Reply(text="<html>"),
    Reply({"code": "NoSegment"}),
    Reply({"code": "Ok", "durations": [[0]], "sources_to_targets": [[]]}),
    Reply({"code": "Ok", "durations": 1, "sources_to_targets": [[1, 2, 3]]}),
    Reply(odd("a")),
    Reply(odd(-1)),
    Reply([]),
    Reply(text="x", status=301, location="http://127.0.0.1:1/"),
    Reply(wait=True),
    Reply(text=" " * 400, drip=0.1),
]


@pytest.mark.parametrize("reply", TROUBLE, ids=range(len(TROUBLE)))
def test_a_router_in_trouble_means_straight_lines(
    settings: Settings, router: Service, reply: Reply
) -> None:
    """Down, slow, refusing, talking nonsense: no figure is better than a wrong one."""
    router.reply = lambda _asked: reply
    start = time.monotonic()
    found = road_times(settings, ORIGIN, POINTS)
    assert (found.minutes, found.note) == ([None] * 3, DOWN)
    assert time.monotonic() - start < 15.0  # not the 40 s that the slowest takes


def test_a_router_that_failed_is_left_alone_for_a_while(
    settings: Settings, router: Service, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every search may wait for it; later it is asked again."""
    router.reply = lambda _asked: Reply(status=503)
    for _ in range(3):
        assert road_times(settings, ORIGIN, POINTS).note == DOWN
    assert len(router.asked) == 1
    router.reply = lambda _asked: Reply(ANSWERS[kind](SECONDS))
    later = time.monotonic() + roads.REST_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert road_times(settings, ORIGIN, POINTS).minutes == pytest.approx(MINUTES)


def test_a_wrong_address_is_no_crash() -> None:
    """Neither an address that is none nor one where nobody listens."""
    for url in ("nonsense", "http://127.0.0.1:1", "file:///etc/passwd"):
        settings = replace(Settings(), roads="osrm", roads_url=url, roads_timeout=0.5)
        assert road_times(settings, ORIGIN, POINTS).minutes == [None] * 3


def test_the_settings_of_the_app_are_used(app: Flask) -> None:
    """`travel_minutes` is what find asks."""
    assert travel_minutes(ORIGIN, POINTS) == [None] * 3
