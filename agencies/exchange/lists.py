r"""Lists in one cell: parts between semicolons. A backslash keeps a separator that is meant.

`split_list` and `join_list` are each other's opposite for parts without outer spaces. A backslash
before anything else stands for itself, so that `KTP\KK` needs no thought.
"""

from __future__ import annotations

from collections.abc import Iterable

ESCAPE = "\\"


def escape(text: str, special: str) -> str:
    """Put a backslash before backslashes and special characters."""
    return "".join(ESCAPE + c if c == ESCAPE or c in special else c for c in text)


def unescape(text: str, special: str) -> str:
    """The opposite of `escape`."""
    found, characters = [], iter(text)
    for character in characters:
        if character == ESCAPE:
            following = next(characters, "")
            if following != ESCAPE and following not in special:
                found.append(ESCAPE)
            character = following or ESCAPE
        found.append(character)
    return "".join(found)


def split_once(text: str, separator: str) -> tuple[str, str] | None:
    """What is before and after the first separator that has no backslash; None without one."""
    position = _find(text, separator, 0)
    return None if position is None else (text[:position], text[position + 1 :])


def split_list(text: str, separator: str = ";") -> list[str]:
    """The parts of a list, trimmed, still escaped; empty parts are no parts."""
    parts, start = [], 0
    while (position := _find(text, separator, start)) is not None:
        parts.append(text[start:position])
        start = position + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _find(text: str, separator: str, start: int) -> int | None:
    position = start
    while position < len(text):
        if text[position] == ESCAPE:
            position += 2
            continue
        if text[position] == separator:
            return position
        position += 1
    return None


def read_list(text: str) -> tuple[str, ...]:
    """The parts of a list of plain texts."""
    return tuple(unescape(part, ";") for part in split_list(text))


def spell_list(parts: Iterable[str]) -> str:
    """The opposite of `read_list`."""
    return "; ".join(escape(part, ";") for part in parts)
