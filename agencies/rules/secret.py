"""Secret places: the published cell's size, the meeting point's distance, how often one opens.

docs/secret_places.md says why.
"""

from __future__ import annotations

import re
from datetime import timedelta

# H3 resolutions that may be published of a secret place, each with its cells' average area in km²
# (h3geo.org, "Tables of Cell Statistics Across Resolutions"). 6 is the finest.
CELL_KM2: dict[int, int] = {6: 36, 5: 253, 4: 1770}

OPENINGS_PER = timedelta(hours=1)

_DEGREES = re.compile(r"\s*([+-]?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*")
# Indonesia with some sea around it, in degrees: south, north, west, east.
_INDONESIA = (-11.5, 6.5, 94.5, 141.5)

PAD = 1024  # bytes; a sealed address must not tell how long it is


def read_degrees(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees from `-6.32, 106.9`; None for anything else.

    None too for a point outside Indonesia: mostly the two numbers are exchanged.
    """
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    south, north, west, east = _INDONESIA
    inside = south <= latitude <= north and west <= longitude <= east
    return (latitude, longitude) if inside else None


def padded(plain: bytes) -> bytes:
    """With blanks up to a multiple of `PAD` bytes."""
    return plain + b" " * (-len(plain) % PAD)
