"""The signs of the kinds of agency, as every map and picture explains them."""

from __future__ import annotations

from typing import Any

from agencies.rules.agency_types import AGENCY_TYPES
from core.i18n import Say
from maps.rules.agency_kinds import KINDS, kind_number


def signs(tell: Say) -> list[dict[str, Any]]:
    """Shape, colour and words of every kind, in the order of `kind_number`."""
    return [
        {
            "word": tell(kind.word),
            "colour": kind.colour,
            "shape": [list(corner) for corner in kind.shape],
            "types": [tell(AGENCY_TYPES[code]) for code in kind.types],
        }
        for kind in KINDS
    ]


def signs_of(types: set[str], tell: Say) -> list[dict[str, Any]]:
    """The signs that a picture of agencies of these types needs."""
    there = {kind_number(code) for code in types}
    return [sign for number, sign in enumerate(signs(tell)) if number in there]
