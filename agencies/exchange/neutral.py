"""Cells that a spreadsheet would run as a formula get an apostrophe in front, and lose it again.

Exactly one apostrophe is put before a text of any apostrophes followed by = + - @ or a tab, and
one is taken from a text of one or more apostrophes followed by these: each is the other's opposite
for every text. A plain number such as -6.2 is no formula and stays.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"'*[=+\-@\t\r\n]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r\n]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def neutralised(text: str) -> str:
    """The text so that no spreadsheet runs it."""
    return f"'{text}" if _RUN.match(text) and not _NUMBER.fullmatch(text) else text


def restored(text: str) -> str:
    """The text as it was before `neutralised`."""
    return text[1:] if _NEUTRAL.match(text) else text
