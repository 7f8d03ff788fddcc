"""A map of cells as SVG: without JavaScript, on paper, in both lights.

Colours are classes (`static/css/gaps.css`), never styles: the page's policy forbids those. A class
is shown by colour and, where the cells are large enough, by the figure in the cell; *ask first* is
hatched, *nobody* is crossed. Of many cells those of one class are drawn as one path.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from markupsafe import Markup, escape

from core.geometry import corners_of
from maps.rules.gaps import NOBODY

WIDTH = 800.0  # of the drawing, in its own units
LEAST_HEIGHT, MOST_HEIGHT = 240.0, 1000.0
MARGIN = 6.0
MOST_TITLES = 700  # cells that are drawn one by one, each with its words
LARGE_CELL = 22.0  # from this width on a figure fits into a cell
SMOOTH = 0.6  # of an outline: bends smaller than this are left out

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell as it is drawn: its class, whether hatched, its figure and its words."""

    cell: int
    shade: int
    hatched: bool
    figure: str
    words: str


class Paper:
    """From degrees to the drawing: as the land looks from above, north up."""

    def __init__(self, rings: Iterable[Sequence[Point]]) -> None:
        points = [point for ring in rings for point in ring]
        south, north = min(p[0] for p in points), max(p[0] for p in points)
        self._west, east = min(p[1] for p in points), max(p[1] for p in points)
        self._north = north
        self._narrow = math.cos(math.radians((south + north) / 2))
        wide, high = (east - self._west) * self._narrow or 1e-6, north - south or 1e-6
        self._scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / high)
        self._left = (WIDTH - wide * self._scale) / 2
        self.height = max(LEAST_HEIGHT, high * self._scale + 2 * MARGIN)
        self._top = (self.height - high * self._scale) / 2

    def at(self, latitude: float, longitude: float) -> Point:
        """Where a point of the earth is drawn."""
        return (
            self._left + (longitude - self._west) * self._narrow * self._scale,
            self._top + (self._north - latitude) * self._scale,
        )

    def ring(self, corners: Iterable[Point]) -> Ring:
        """A ring of points (latitude, longitude) as it is drawn."""
        return [self.at(*corner) for corner in corners]


def draw(
    cells: Sequence[Drawn], outlines: Iterable[tuple[str, Any]], *, label: str, described_by: str
) -> Markup:
    """The map. `outlines`: names and shapely polygons in degrees; `described_by` is the id of the
    table that says the same. An empty text without cells.
    """
    if not cells:
        return Markup("")
    corners = {one.cell: corners_of(one.cell) for one in cells}
    paper = Paper(corners.values())
    rings = {cell: paper.ring(points) for cell, points in corners.items()}
    one_by_one = len(cells) <= MOST_TITLES
    parts = (
        [*(_single(one, rings[one.cell]) for one in cells)] if one_by_one else _merged(cells, rings)
    )
    parts += _borders(outlines, paper)
    if one_by_one:
        parts += _figures(cells, rings)
    return Markup(  # noqa: S704 (every text in it is escaped)
        f'<svg class="gap-map" viewBox="0 0 {WIDTH:.0f} {paper.height:.0f}" role="img"'
        f' aria-label="{escape(label)}" aria-describedby="{escape(described_by)}"'
        f' preserveAspectRatio="xMidYMid meet">{_PATTERNS}{"".join(parts)}</svg>'
    )


_PATTERNS = (
    '<defs><pattern id="gap-hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="gap-stripe" width="3" height="8"/></pattern>'
    '<pattern id="gap-cross" width="9" height="9" patternUnits="userSpaceOnUse">'
    '<path class="gap-crossing" d="M0 0L9 9M9 0L0 9"/></pattern></defs>'
)


def swatch(shade: int, *, hatched: bool = False) -> Markup:
    """A sample of a class, for the legend. The page's map has the patterns."""
    box = "M1 1H31V19H1Z"
    return Markup(  # noqa: S704 (figures alone)
        '<svg class="gap-swatch" viewBox="0 0 32 20" aria-hidden="true">'
        f"{_painted(box, shade, hatched=hatched)}</svg>"
    )


def _painted(path: str, shade: int, *, hatched: bool, inside: str = "") -> str:
    found = f'<path class="gap-cell gap-{shade}" d="{path}">{inside}</path>'
    over = "gap-cross" if shade == NOBODY else "gap-hatch" if hatched else ""
    return found + (f'<path class="gap-over" fill="url(#{over})" d="{path}"/>' if over else "")


def _single(one: Drawn, ring: Ring) -> str:
    title = f"<title>{escape(one.words)}</title>"
    return f"<g>{_painted(_path(ring), one.shade, hatched=one.hatched, inside=title)}</g>"


def _singles(cells: Sequence[Drawn], rings: dict[int, Ring]) -> list[str]:
    return [_single(one, rings[one.cell]) for one in cells]


def _merged(cells: Sequence[Drawn], rings: dict[int, Ring]) -> list[str]:
    paths: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for one in cells:
        paths[one.shade, one.hatched].append(_path(rings[one.cell]))
    return [
        _painted("".join(some), shade, hatched=hatched)
        for (shade, hatched), some in sorted(paths.items())
    ]


def _path(ring: Iterable[Point], *, closed: bool = True) -> str:
    points = "L".join(f"{x:.1f} {y:.1f}" for x, y in ring)
    return f"M{points}{'Z' if closed else ''}"


def _borders(outlines: Iterable[tuple[str, Any]], paper: Paper) -> list[str]:
    found = []
    for _name, geometry in outlines:
        for ring in _rings(geometry):
            drawn = shapely.simplify(
                shapely.linestrings([paper.at(lat, lon) for lon, lat in ring.coords]), SMOOTH
            )
            if drawn.length > 4 * SMOOTH:
                found.append(_path((x, y) for x, y in drawn.coords))
    return [f'<path class="gap-border" d="{"".join(found)}"/>'] if found else []


def _rings(geometry: Any) -> list[Any]:
    return [part.exterior for part in shapely.get_parts(geometry) if not part.is_empty]


def _figures(cells: Sequence[Drawn], rings: dict[int, Ring]) -> list[str]:
    first = rings[cells[0].cell]
    wide = max(x for x, _ in first) - min(x for x, _ in first)
    if wide < LARGE_CELL:
        return []
    texts = []
    for one in cells:
        ring = rings[one.cell]
        x, y = sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
        dark = " gap-on-dark" if 2 <= one.shade < NOBODY else ""
        texts.append(
            f'<text class="gap-figure{dark}" x="{x:.1f}" y="{y:.1f}">{escape(one.figure)}</text>'
        )
    size = min(15.0, wide * 0.38)
    return [f'<g aria-hidden="true" font-size="{size:.1f}">{"".join(texts)}</g>']
