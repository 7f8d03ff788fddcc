"""The network map as a picture (SVG) for paper, and for pages without JavaScript.

Made of the same GeoJSON as the live map, with its legend. No script, no style sheet, no address:
everything is in the one text. Every name passes `escape`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from maps.rules.agency_kinds import KINDS, kind_number
from maps.rules.lines import bend, share_of, width_of

Feature = dict[str, Any]
Box = tuple[float, float, float, float]  # west, south, east, north in degrees

WIDTH, HEIGHT = 900.0, 620.0
EDGE = 30.0
MARK = 7.0  # pixels from the middle of a shape to its corners
SMALLEST_AREA = 11.0  # the area of a secret place never shrinks to a point
LEGEND_LINE = 22.0
TILE = 256.0
NARROWEST = 0.02  # degrees: what is around a single agency


@dataclass(frozen=True, slots=True)
class Parts:
    """What is drawn, from below: outlines, ways, agencies and areas."""

    ground: Sequence[Feature]
    ways: Sequence[Feature]
    agencies: Sequence[Feature]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the picture."""

    title: str
    description: str
    legend: dict[str, Any]  # of maps/wording/network.py
    area: str
    group: str
    beyond: str = ""  # who lies farther away than the picture reaches


class _Plane:
    """Web Mercator, fitted into the picture; y down."""

    def __init__(self, box: Box) -> None:
        west, south, east, north = box
        (x0, y1), (x1, y0) = _mercator(west, south), _mercator(east, north)
        least = NARROWEST / 360
        wide, high = max(x1 - x0, least), max(y1 - y0, least)
        self._scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)
        self._x = WIDTH / 2 - (x0 + x1) / 2 * self._scale
        self._y = HEIGHT / 2 - (y0 + y1) / 2 * self._scale

    def at(self, place: Sequence[float]) -> tuple[float, float]:
        """The pixel of a longitude and latitude."""
        x, y = _mercator(place[0], place[1])
        return x * self._scale + self._x, y * self._scale + self._y


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    sine = math.sin(math.radians(max(-85.0, min(85.0, lat))))
    return (lon + 180) / 360, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def zoom_for(box: Box) -> int:
    """The zoom of a web map on which a box has about the size of the picture."""
    (x0, y1), (x1, y0) = _mercator(box[0], box[1]), _mercator(box[2], box[3])
    least = NARROWEST / 360
    fits = min((WIDTH - 2 * EDGE) / max(x1 - x0, least), (HEIGHT - 2 * EDGE) / max(y1 - y0, least))
    return max(0, min(17, math.floor(math.log2(fits / TILE))))


def picture(box: Box, parts: Parts, words: Words) -> str:
    """The whole picture; its text alternative is `words.description`."""
    plane = _Plane(box)
    key = list(_legend(words))
    high = HEIGHT + LEGEND_LINE * math.ceil(len(key) / 2) + 20
    drawn = [
        *(_outline(one, plane) for one in parts.ground),
        *(_way(one, plane) for one in reversed(parts.ways)),
        *(_agency(one, plane) for one in parts.agencies),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {high:g}"'
            f' width="{WIDTH:g}" height="{high:g}" role="img" font-family="sans-serif"'
            ' font-size="13">',
            f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>",
            f'<rect width="{WIDTH:g}" height="{high:g}" fill="#ffffff"/>',
            f'<svg width="{WIDTH:g}" height="{HEIGHT:g}">',
            f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#f5f1f4"/>',
            *drawn,
            f'<text x="12" y="{HEIGHT - 12:g}" fill="#1d181c">{escape(words.beyond)}</text>',
            "</svg>",
            *(_key_line(n, sign, word) for n, (sign, word) in enumerate(key)),
            "</svg>",
        ]
    )


def _outline(one: Feature, plane: _Plane) -> str:
    geometry, name = one["geometry"], escape(str(one["properties"].get("name") or ""))
    if geometry["type"] == "Point":
        x, y = plane.at(geometry["coordinates"])
        return f'<text x="{x:.1f}" y="{y:.1f}" fill="#6a6068" text-anchor="middle">{name}</text>'
    several = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
    path = "".join(_ring(ring, plane) for polygon in polygons for ring in polygon)
    return (
        f'<path d="{path}" fill="#ffffff" fill-rule="evenodd" stroke="#9a8f97"><title>{name}'
        "</title></path>"
    )


def _ring(ring: Iterable[Sequence[float]], plane: _Plane) -> str:
    return f"M{'L'.join('{:.1f} {:.1f}'.format(*plane.at(place)) for place in ring)}Z"


def _way(one: Feature, plane: _Plane) -> str:
    (x0, y0), (x1, y1) = (plane.at(place) for place in one["geometry"]["coordinates"])
    said = one["properties"]
    colour, wide = share_of(said.get("accepted")).colour, width_of(said["sent"]).pixels
    x, y = bend(x0, y0, x1, y1)
    dash = ' stroke-dasharray="2 5"' if said["sent"] is None else ""
    return (
        f'<path d="M{x0:.1f} {y0:.1f}Q{x:.1f} {y:.1f} {x1:.1f} {y1:.1f}" fill="none"'
        f' stroke="{colour}" stroke-width="{wide:g}" stroke-opacity="0.8"{dash}/>'
        + _arrow((x0, y0), (x, y), (x1, y1), 7 + wide, colour)
    )


Pixel = tuple[float, float]


def _arrow(a: Pixel, middle: Pixel, b: Pixel, long: float, colour: str) -> str:
    """A head a little past the middle of the curve, so that marks do not hide it."""
    if abs(a[0] - b[0]) + abs(a[1] - b[1]) < 30:
        return ""
    tip, before = (_along(a, middle, b, t) for t in (0.58, 0.54))
    turn = math.atan2(tip[1] - before[1], tip[0] - before[0])
    corners = ((0.6 * long, 0.0), (-long, 0.5), (-long, -0.5))
    places = [
        (tip[0] + far * math.cos(turn + aside), tip[1] + far * math.sin(turn + aside))
        for far, aside in corners
    ]
    return f'<polygon points="{_points(places)}" fill="{colour}"/>'


def _along(a: Pixel, middle: Pixel, b: Pixel, t: float) -> Pixel:
    u = 1 - t
    x, y = (u * u * a[n] + 2 * u * t * middle[n] + t * t * b[n] for n in (0, 1))
    return x, y


def _points(places: Iterable[Pixel]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _agency(one: Feature, plane: _Plane) -> str:
    said = one["properties"]
    if one["geometry"]["type"] == "Polygon":
        return _area(one, plane)
    x, y = plane.at(one["geometry"]["coordinates"])
    if "cell" in said:
        r = 11 + min(13.0, 6 * math.log10(said["n"]))
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="#5c2458" stroke="#ffffff"'
            f' stroke-width="2"/><text x="{x:.1f}" y="{y + 4:.1f}" fill="#ffffff"'
            f' font-size="12" font-weight="bold" text-anchor="middle">{said["n"]}</text>'
        )
    return _mark(kind_number(said["type"]), x, y, dotted=said["tier"] in (1, "network"))


def _mark(kind: int, x: float, y: float, *, dotted: bool = False) -> str:
    places = ((x + dx * MARK, y + dy * MARK) for dx, dy in KINDS[kind].shape)
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="#ffffff"/>' if dotted else ""
    return (
        f'<polygon points="{_points(places)}" fill="{KINDS[kind].colour}" stroke="#ffffff"'
        f' stroke-width="1.2"/>{dot}'
    )


def _area(one: Feature, plane: _Plane) -> str:
    x, y = plane.at(one["properties"]["at"])
    corners = [plane.at(place) for place in one["geometry"]["coordinates"][0]]
    far = max(math.hypot(cx - x, cy - y) for cx, cy in corners)
    grow = max(1.0, SMALLEST_AREA / far)
    return _hexagon(
        [(x + (cx - x) * grow, y + (cy - y) * grow) for cx, cy in corners],
        KINDS[kind_number(one["properties"]["type"])].colour,
    )


def _hexagon(places: Iterable[Pixel], colour: str) -> str:
    return (
        f'<polygon points="{_points(places)}" fill="{colour}" fill-opacity="0.25"'
        ' stroke="#222222" stroke-width="1.5" stroke-dasharray="4 3"/>'
    )


def _legend(words: Words) -> Iterable[tuple[str, str]]:
    """Signs around (0, 0), and their words."""
    said = words.legend
    for number, kind in enumerate(said["kinds"]):
        yield _mark(number, 0, 0), kind["word"]
    yield _mark(0, 0, 0, dotted=True), said["tiers"][1]
    corners = [
        (10 * math.cos(math.radians(a)), 10 * math.sin(math.radians(a))) for a in range(0, 360, 60)
    ]
    yield _hexagon(corners, "#777777"), words.area
    yield '<circle r="9" fill="#5c2458"/>', words.group
    for share in (*said["shares"], said["unknown"]):
        yield _stroke(share["colour"], 4), share["word"]
    for width in said["widths"]:
        yield _stroke("#50454e", width["pixels"]), width["word"]
    yield _stroke("#50454e", 1.5, ' stroke-dasharray="2 5"'), said["hidden"]


def _stroke(colour: str, wide: float, more: str = "") -> str:
    return f'<path d="M-12 0H12" stroke="{colour}" stroke-width="{wide:g}"{more}/>'


def _key_line(number: int, sign: str, word: str) -> str:
    x = 24 + WIDTH / 2 * (number % 2)
    y = HEIGHT + 20 + LEGEND_LINE * (number // 2)
    return (
        f'<g transform="translate({x:g} {y:g})">{sign}'
        f'<text x="22" y="4" fill="#1c151b">{escape(word)}</text></g>'
    )
