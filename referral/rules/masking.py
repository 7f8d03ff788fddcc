"""Take out of a short text what would identify somebody, for whoever only has to decide.

Workers are asked not to write names into a reason; some do, at night. What we know to be the
person's name, and whatever looks like a number or an address of theirs, is covered before
acceptance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

COVER = "▮▮▮"
_SHORTEST = 3  # letters of a part of a name that is looked for by itself
# Eight figures and more are a phone number or a NIK; a date or an age has fewer.
_NUMBER = re.compile(r"\+?\d(?:[\s.\-/()]{0,2}\d){7,}")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def names_in(*texts: object) -> tuple[str, ...]:
    """What to look for, of names and addresses: each as a whole, and each longer word of it."""
    found: dict[str, None] = {}
    for text in texts:
        whole = " ".join(str(text or "").split())
        for part in (whole, *re.split(r"[\W_]+", whole)):
            if len(part) >= _SHORTEST:
                found[part.casefold()] = None
    return tuple(sorted(found, key=len, reverse=True))


def covered(value: Any, names: Iterable[str]) -> Any:
    """A text (or a list of texts) with what identifies covered; anything else as it is."""
    if isinstance(value, list):
        return [covered(one, names) for one in value]
    if not isinstance(value, str):
        return value
    text = _NUMBER.sub(COVER, _MAIL.sub(COVER, value))
    for name in names:
        spaced = r"\s+".join(re.escape(part) for part in name.split())
        text = re.sub(rf"(?<!\w){spaced}(?!\w)", COVER, text, flags=re.IGNORECASE)
    return text
