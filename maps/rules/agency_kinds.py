"""Kinds of agency on a map: each a shape, a colour and a word, so that none hangs on colour alone.

The 32 types of `agencies/rules/agency_types.py` are too many shapes to tell apart; eight kinds are
not. Colours are those of Okabe and Ito (2008), which people with any colour blindness tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass


def _(message: str) -> str:
    return message


Shape = tuple[tuple[float, float], ...]  # corners, x to the right, y down, in -1..1


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: `word` is a message id."""

    word: str
    colour: str
    shape: Shape
    types: tuple[str, ...]


_OCTAGON = (
    *((-0.4, -0.96), (0.4, -0.96), (0.96, -0.4), (0.96, 0.4)),
    *((0.4, 0.96), (-0.4, 0.96), (-0.96, 0.4), (-0.96, -0.4)),
)
_PLUS = (
    *((-0.38, -1.0), (0.38, -1.0), (0.38, -0.38), (1.0, -0.38), (1.0, 0.38), (0.38, 0.38)),
    *((0.38, 1.0), (-0.38, 1.0), (-0.38, 0.38), (-1.0, 0.38), (-1.0, -0.38), (-0.38, -0.38)),
)
_STAR = (
    *((0.0, -1.1), (0.28, -0.36), (1.05, -0.34), (0.45, 0.14), (0.65, 0.9)),
    *((0.0, 0.45), (-0.65, 0.9), (-0.45, 0.14), (-1.05, -0.34), (-0.28, -0.36)),
)

KINDS: tuple[Kind, ...] = (
    Kind(_("Protection unit or hotline"), "#cc79a7", _OCTAGON, ("UPTD", "SAPA", "HOT")),
    Kind(
        _("Police, court, immigration"),
        "#0072b2",
        ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        ("POL", "IMI", "JPU", "PA", "BAPAS"),
    ),
    Kind(_("Health"), "#d55e00", _PLUS, ("PPT", "PKM", "BKK", "BPJS")),
    Kind(
        _("Shelter"),
        "#009e73",
        (
            (0.0, -1.1),
            (1.0, -0.1),
            (0.8, -0.1),
            (0.8, 0.9),
            (-0.8, 0.9),
            (-0.8, -0.1),
            (-1.0, -0.1),
        ),
        ("SHL", "RPTC", "SNT-A", "SNT-W"),
    ),
    Kind(
        _("Social affairs and other offices"),
        "#e69f00",
        ((0.0, -1.05), (1.05, 0.85), (-1.05, 0.85)),
        ("DSOS", "DISDUK", "DISDIK", "DISNAKER", "BLK", "KUA"),
    ),
    Kind(
        _("Legal aid and witness protection"),
        "#56b4e9",
        ((0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)),
        ("OBH", "LPSK"),
    ),
    Kind(
        _("Migrants and missions"),
        "#882255",
        ((-1.05, -0.85), (1.05, -0.85), (0.0, 1.05)),
        ("BP3MI", "KBRI", "IOM", "EMB"),
    ),
    Kind(_("Civil society and others"), "#777777", _STAR, ("NGO", "DPO", "INF", "OTHER")),
)

_NUMBER = {code: number for number, kind in enumerate(KINDS) for code in kind.types}
OTHER = len(KINDS) - 1

TIER_WORDS: tuple[str, ...] = (
    _("public"),
    _("for the network alone"),
    _("secret: only the area is shown"),
)


def kind_number(type_code: str) -> int:
    """The number of a type's kind; an unknown type counts among the others."""
    return _NUMBER.get(type_code, OTHER)
