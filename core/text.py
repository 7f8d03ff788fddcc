"""What people type, made fit to keep: no invisible signs, no line breaks where a line is meant."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def one_line(typed: str) -> str:
    """The text on one line, composed (NFC), single blanks, without signs that nobody sees.

    Marks that turn the direction of writing go too: a name must not disguise what follows it.
    """
    return " ".join(_visible(typed).split())


def lines(typed: str) -> str:
    """The same for a longer text, which keeps its line breaks."""
    rows = [one_line(row) for row in typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(rows).strip()


def _visible(typed: str) -> str:
    composed = unicodedata.normalize("NFC", typed)
    return "".join(
        " " if sign.isspace() else sign
        for sign in composed
        if sign.isspace() or unicodedata.category(sign) not in _INVISIBLE
    )
