"""Where agencies stand in the picture without geography: the same place at every visit.

A place follows from the agency itself, so that a newcomer moves nobody but, at most, whom it would
cover: coordinators find an agency where they left it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from typing import Protocol

Place = tuple[float, float]
WIDTH, HEIGHT = 1_000.0, 700.0
RING = 250.0  # how far from the middle the types stand
SPREAD = 88.0  # how far from its type's middle an agency may stand
NEAREST = 26.0  # two agencies nearer than this would cover each other
TRIES = 60

# From being found to living on: the columns of the pathway (domain.md §1.1 and §1.7).
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("INF", "HOT", "SAPA", "POL", "KBRI", "IMI", "BKK", "BP3MI"),
    ("UPTD", "DSOS", "NGO", "EMB", "OTHER"),
    ("PPT", "PKM", "LPSK", "OBH", "JPU", "BAPAS", "DPO", "IOM"),
    ("SHL", "RPTC", "SNT-A", "SNT-W"),
    ("DISDUK", "DISDIK", "DISNAKER", "BLK", "BPJS", "KUA", "PA"),
)
_TYPES = tuple(code for column in COLUMNS for code in column)


class Standing(Protocol):
    """Who is to be placed."""

    @property
    def key(self) -> str:
        """What stays while the agency does."""

    @property
    def type(self) -> str:
        """A code of the agency types."""


def by_type(agencies: Iterable[Standing]) -> dict[str, Place]:
    """Types in a circle, agencies around their type's middle; in units of the picture."""
    return _apart(agencies, _middle_on_circle)


def by_pathway(agencies: Iterable[Standing]) -> dict[str, Place]:
    """Types in columns, from being found (left) to living on (right)."""
    return _apart(agencies, middle_in_columns)


def middle_in_columns(code: str) -> Place:
    """The middle of a type in the columns of the pathway; an unknown type stands with `OTHER`."""
    known = code if code in _TYPES else "OTHER"
    number, column = next((n, c) for n, c in enumerate(COLUMNS) if known in c)
    across = WIDTH * (number + 0.5) / len(COLUMNS)
    return across, HEIGHT * (column.index(known) + 0.5) / len(column)


def _middle_on_circle(code: str) -> Place:
    turn = _TYPES.index(code if code in _TYPES else "OTHER") / len(_TYPES) * 2 * math.pi
    wide = WIDTH / HEIGHT
    return (
        WIDTH / 2 + RING * wide * math.cos(turn),
        HEIGHT / 2 + RING * math.sin(turn),
    )


def _apart(agencies: Iterable[Standing], middle_of: Callable[[str], Place]) -> dict[str, Place]:
    """In the order of their keys; who would cover an earlier one steps aside."""
    found: dict[str, Place] = {}
    taken: dict[tuple[int, int], list[Place]] = {}
    for one in sorted(agencies, key=lambda agency: agency.key):
        place = _free(one.key, middle_of(one.type), taken)
        found[one.key] = place
        taken.setdefault(_box(place), []).append(place)
    return found


def _free(key: str, middle: Place, taken: dict[tuple[int, int], list[Place]]) -> Place:
    place = middle
    for turn in range(TRIES):
        place = _somewhere(f"{key}/{turn}", middle, SPREAD * (1 + turn / 10))
        if not any(math.dist(place, other) < NEAREST for other in _beside(place, taken)):
            break
    return place


def _somewhere(seed: str, middle: Place, within: float) -> Place:
    drawn = hashlib.sha256(seed.encode()).digest()
    turn = int.from_bytes(drawn[:4]) / 2**32 * 2 * math.pi
    away = math.sqrt(int.from_bytes(drawn[4:8]) / 2**32) * within
    return (
        round(middle[0] + away * math.cos(turn), 1),
        round(middle[1] + away * math.sin(turn), 1),
    )


def _box(place: Place) -> tuple[int, int]:
    return int(place[0] // NEAREST), int(place[1] // NEAREST)


def _beside(place: Place, taken: dict[tuple[int, int], list[Place]]) -> list[Place]:
    x, y = _box(place)
    return [
        other for dx in (-1, 0, 1) for dy in (-1, 0, 1) for other in taken.get((x + dx, y + dy), ())
    ]
