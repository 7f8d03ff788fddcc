"""Codes of places (Kemendagri): `31` province, `31.75` regency, `31.75.10` district, and so on."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate

PROVINCE, REGENCY, DISTRICT, VILLAGE = "province", "regency", "district", "village"
LEVELS = (PROVINCE, REGENCY, DISTRICT, VILLAGE)  # widest first

_DIGITS = (2, 2, 2, 4)  # of each part of a code
_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
_LENGTHS = tuple(accumulate(_DIGITS))
FIRST_CITY = 71  # regencies are numbered from 01, cities from 71


def is_code(text: str) -> bool:
    """Whether the text is written like a code."""
    return bool(_CODE.fullmatch(text)) and text.isascii()


def typed_code(text: str) -> str | None:
    """The code that somebody typed, with or without its dots; None when it is none."""
    plain = text.strip().strip(".")
    if is_code(plain):
        return plain
    if not plain.isascii() or not plain.isdigit() or len(plain) not in _LENGTHS:
        return None
    starts = (0, *_LENGTHS)
    return ".".join(plain[a:b] for a, b in zip(starts, _LENGTHS, strict=False) if b <= len(plain))


def level_of(code: str) -> str:
    """The level that a code names. Raises `ValueError` for what is no code."""
    if not is_code(code):
        raise ValueError(code)
    return LEVELS[code.count(".")]


def parents_of(code: str) -> tuple[str, ...]:
    """The codes of everything around a place, nearest first."""
    parts = code.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))


@lru_cache(maxsize=20_000)
def line_of(code: str) -> frozenset[str]:
    """A place and everything around it."""
    return frozenset((code, *parents_of(code)))


def parent_of(code: str) -> str | None:
    """The code of what is next around a place; None for a province."""
    return code.rpartition(".")[0] or None


def around(code: str, level: str) -> str:
    """The code of the place of that level around a place (or itself)."""
    return ".".join(code.split(".")[: LEVELS.index(level) + 1])


def kind_of(code: str) -> str:
    """What people call it: the level, with `city` apart from regencies and `urban_village` apart.

    A kelurahan (urban village) has numbers from 1001, a desa (village) from 2001.
    """
    level, last = level_of(code), code.rpartition(".")[2]
    if level == REGENCY and int(last) >= FIRST_CITY:
        return "city"
    return "urban_village" if level == VILLAGE and last.startswith("1") else level
