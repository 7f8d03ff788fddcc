"""The network's points on a map: folium's ways beside the packed layer, in one run.

Each draws the same points with name, type and free places, and what a browser would get is
rendered to the last byte. Scripts and style sheets count for nobody: for folium they are addresses
of others, for us Leaflet and the kit in the file, which is said beside it.
"""

from __future__ import annotations

import gc
import gzip
import json
import random
import time
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

import folium
import numpy as np
from folium.plugins import FastMarkerCluster, MarkerCluster

from agencies.rules.agency_types import AGENCY_TYPES
from benchmarks.page import spell, table
from core.geometry import cell_of
from maps.drawings.document import Sheet, document
from maps.drawings.elements import json_in_html
from maps.drawings.packing import Points, packed, unpacked
from maps.queries.layers import GROUP_DECIMALS, collection
from maps.queries.sheet import along_curve
from maps.queries.shown import parents_of
from maps.rules.groups import NEAREST, group_resolution
from tests.synthetic import CITIES

SIZES = (1_000, 10_000, 100_000)
MOST_MARKERS = 10_000  # folium's own markers beyond take minutes and gigabytes
AGAIN = {1_000: 3, 10_000: 3, 100_000: 2}
SPREAD = 0.15  # degrees around the middle of a city
FIRST_ZOOM = 5  # the country on a screen
SAID = 0.3  # share of agencies that say how many places are free
SEED = 20261122

TYPES = tuple(AGENCY_TYPES)


class Point(NamedTuple):
    """One agency at its place."""

    latitude: float
    longitude: float
    name: str
    type: str
    free: int  # -1: not said


class Figure(NamedTuple):
    """What a way took: seconds, and bytes before and after gzip."""

    way: str
    seconds: float
    raw: int
    zipped: int


class LostPointsError(Exception):
    """What was packed is not what came out: nothing that was measured counts."""


def measure() -> str:
    """The section of all sizes."""
    parts = [_of(size) for size in SIZES]
    return "## Points on a map\n\n" + HOW + "\n\n" + "\n\n".join(parts)


HOW = (
    "Agencies around Indonesia's cities, with name, type and free places; the time is that of"
    " rendering, the best of three (of two at 100,000). Ours: *full layer*, what"
    " `/network/map/points.json` holds (names are fetched when a mark is touched); *with names*,"
    " the data of the file that is taken along; *whole file*, that with Leaflet, kit and style;"
    " *first view*, the country grouped at zoom 5. folium's files hold no library, only addresses."
    f" folium's Marker and MarkerCluster are left out beyond {MOST_MARKERS:,} points: they take"
    " minutes there, and no browser opens what comes of it."
)


def points_of(size: int) -> list[Point]:
    """Made-up agencies where people live, in the order of the sheet; always the same."""
    chance = random.Random(SEED)
    cities = chance.choices(CITIES, [city.people for city in CITIES], k=size)
    made = [
        Point(
            city.latitude + chance.gauss(0, SPREAD),
            city.longitude + chance.gauss(0, SPREAD),
            f"Lembaga {chance.choice(('Harapan', 'Kasih', 'Pelita'))} {city.name} {number}",
            chance.choice(TYPES),
            chance.randrange(12) if chance.random() < SAID else -1,
        )
        for number, city in enumerate(cities)
    ]
    order = along_curve(np.array([(point.latitude, point.longitude) for point in made]))
    return [made[n] for n in np.argsort(order, kind="stable")]


def _of(size: int) -> str:
    points = points_of(size)
    ways: dict[str, Callable[[list[Point]], str]] = {}
    if size <= MOST_MARKERS:
        ways |= {"folium Marker with popup": markers, "folium MarkerCluster": marker_cluster}
    ways |= {
        "folium FastMarkerCluster": fast_cluster,
        "folium GeoJson": geo_json,
        "ours, full layer": full_layer,
        "ours, with names": with_names,
        "ours, whole file": whole_file,
        "ours, first view": first_view,
    }
    _must_come_back(points)
    figures = [_measured(name, way, points, AGAIN[size]) for name, way in ways.items()]
    ours = next(f.seconds for f in figures if f.way == "ours, full layer")
    rows = [
        [
            f.way,
            spell(f.seconds),
            f"{f.seconds / ours:,.1f}",
            f"{f.raw / 1000:,.1f}",
            f"{f.zipped / 1000:,.1f}",
        ]
        for f in figures
    ]
    head = ["way", "to render", "times the full layer's", "KB", "KB gzipped"]
    return f"### {size:,} points\n\n" + table(head, rows)


def _measured(
    name: str, way: Callable[[list[Point]], str], points: list[Point], again: int
) -> Figure:
    best, text = float("inf"), ""
    for _ in range(again if "Marker with" not in name else 1):
        gc.collect()
        started = time.perf_counter()
        text = way(points)
        best = min(best, time.perf_counter() - started)
    raw = text.encode()
    return Figure(name, best, len(raw), len(gzip.compress(raw, 6)))


def _must_come_back(points: list[Point]) -> None:
    back = unpacked(packed(_columns(points)))
    near = np.abs(back.latitude - [p.latitude for p in points]).max() < 1e-4
    if not near or back.free.tolist() != [p.free for p in points]:
        raise LostPointsError


def _columns(points: list[Point]) -> Points:
    number = {code: n for n, code in enumerate(TYPES)}
    return Points(
        np.array([p.latitude for p in points]),
        np.array([p.longitude for p in points]),
        np.array([number[p.type] for p in points], dtype=np.int64),
        np.zeros(len(points), dtype=np.int64),
        np.array([p.free for p in points], dtype=np.int64),
    )


# folium's ways


def _words(point: Point) -> str:
    return f"{escape(point.name)}<br>{point.type}<br>{point.free}"


def _rendered(drawn: folium.Map) -> str:
    text: str = drawn.get_root().render()
    return text


def _map() -> folium.Map:
    return folium.Map(location=[-2, 118], zoom_start=FIRST_ZOOM, tiles=None)


def markers(points: list[Point]) -> str:
    """A Marker with a popup for each."""
    drawn = _map()
    for point in points:
        folium.Marker((point.latitude, point.longitude), popup=_words(point)).add_to(drawn)
    return _rendered(drawn)


def marker_cluster(points: list[Point]) -> str:
    """MarkerCluster, given all places and popups at once."""
    places = [(point.latitude, point.longitude) for point in points]
    drawn = _map()
    MarkerCluster(places, popups=[_words(point) for point in points]).add_to(drawn)  # type: ignore[no-untyped-call]
    return _rendered(drawn)


_CALLBACK = (
    "function (row) { return L.marker(new L.LatLng(row[0], row[1]))"
    ".bindPopup(row[2] + ' ' + row[3] + ' ' + row[4]); }"
)


def fast_cluster(points: list[Point]) -> str:
    """FastMarkerCluster with the same fields."""
    drawn = _map()
    FastMarkerCluster([list(point) for point in points], callback=_CALLBACK).add_to(drawn)  # type: ignore[no-untyped-call]
    return _rendered(drawn)


def geo_json(points: list[Point]) -> str:
    """One GeoJson layer with a popup of its fields."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
            "properties": {"name": point.name, "type": point.type, "free": point.free},
        }
        for point in points
    ]
    drawn = _map()
    fields = folium.GeoJsonPopup(fields=["name", "type", "free"])
    whole = {"type": "FeatureCollection", "features": features}
    folium.GeoJson(whole, popup=fields).add_to(drawn)
    return _rendered(drawn)


# Ours


def full_layer(points: list[Point]) -> str:
    """The packed layer; names are fetched on demand."""
    return json.dumps(packed(_columns(points)), separators=(",", ":"))


def _data(points: list[Point]) -> dict[str, Any]:
    return {"points": packed(_columns(points)), "names": [[point.name] for point in points]}


def with_names(points: list[Point]) -> str:
    """The data of the file that is taken along."""
    return json_in_html(_data(points))


def whole_file(points: list[Point]) -> str:
    """That file, with everything that it needs."""
    data = {**_data(points), "words": {"noscript": ""}}
    return document(Sheet("Network", "", "en", (95, -11, 141, 6), data))


def first_view(points: list[Point]) -> str:
    """The country, grouped: as `/network/map/agencies.geojson` answers it."""
    resolution = group_resolution(FIRST_ZOOM, len(points))
    assert resolution is not None
    cells = np.array([cell_of(point[:2], NEAREST) for point in points], dtype=np.int64)
    found, where, count = np.unique(
        parents_of(cells, resolution), return_inverse=True, return_counts=True
    )
    free = np.bincount(where, [max(0, point.free) for point in points])
    lat = np.bincount(where, [point.latitude for point in points]) / count
    lon = np.bincount(where, [point.longitude for point in points]) / count
    features = [
        {
            "type": "Feature",
            "properties": {"cell": f"{cell:x}", "n": int(n), "free": int(f)},
            "geometry": {
                "type": "Point",
                "coordinates": [round(float(x), GROUP_DECIMALS), round(float(y), GROUP_DECIMALS)],
            },
        }
        for cell, n, f, x, y in zip(found.tolist(), count, free, lon, lat, strict=True)
    ]
    return collection(features, version="000000000000")
