"""The packed layer: position, type, tier and free places of many points in a few bytes each.

Points come in an order in which neighbours are near (`maps/queries/sheet.py`). What is kept is the
step from one to the next, in whole parts of a degree (11 m), zigzag coded, its four bytes in four
rows one after the other: the high rows are nearly all zero, which gzip folds away. The same is
unpacked by `static/js/network_kit.js` and by `unpacked` below.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = 10_000  # of a degree
BYTES = 4
MOST_FREE = 254
UNSAID = 255  # nobody says how many are free

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Points:
    """Columns of points: degrees, the number of type and tier, free places or -1."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    type: Numbers
    tier: Numbers
    free: Numbers

    def __len__(self) -> int:
        return len(self.latitude)


def packed(points: Points, called: Numbers | None = None) -> dict[str, Any]:
    """The layer as JSON holds it. More than 254 free places are said to be 254.

    `called`: by what number the names of each point are asked for; without, by its place in the
    layer.
    """
    steps = [_steps(np.rint(column * PARTS)) for column in (points.latitude, points.longitude)]
    free = np.where(points.free < 0, UNSAID, np.minimum(points.free, MOST_FREE))
    refs = {} if called is None else {"refs": _text(_steps(called.astype(np.float64)))}
    return {
        "n": len(points),
        **refs,
        "parts": PARTS,
        "lat": _text(steps[0]),
        "lon": _text(steps[1]),
        "type": _text((points.type | points.tier << 6).astype(np.uint8)),
        "free": _text(free.astype(np.uint8)),
    }


def unpacked(layer: dict[str, Any]) -> Points:
    """The points of a layer, to 11 m."""
    size = int(layer["n"])
    types = _bytes(layer["type"]).astype(np.int64)
    free = _bytes(layer["free"]).astype(np.int64)
    return Points(
        latitude=_walked(layer["lat"], size) / PARTS,
        longitude=_walked(layer["lon"], size) / PARTS,
        type=types & 0x3F,
        tier=types >> 6,
        free=np.where(free == UNSAID, -1, free),
    )


def _steps(whole: NDArray[np.float64]) -> NDArray[np.uint8]:
    steps = np.diff(whole, prepend=0.0).astype(np.int64)
    zigzag = (steps << 1) ^ (steps >> 63)
    return np.stack([zigzag >> 8 * n & 0xFF for n in range(BYTES)]).astype(np.uint8)


def _walked(text: str, size: int) -> Numbers:
    rows = _bytes(text).astype(np.int64).reshape(BYTES, size)
    zigzag = sum(row << 8 * n for n, row in enumerate(rows))
    walked: Numbers = np.cumsum((zigzag >> 1) ^ -(zigzag & 1))
    return walked


def _text(column: NDArray[np.uint8]) -> str:
    return base64.b64encode(column.tobytes()).decode()


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8)
