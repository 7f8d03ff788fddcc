"""The code of a case: what people say and write instead of a name (domain.md §2.2 D).

It means nothing, and is drawn at random, so that it tells neither how many cases there are nor when
this one began.
"""

from __future__ import annotations

import re
import secrets

START = "RJK-"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, and no U, so that no word appears
LENGTH = 5

_LETTERS = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """A code such as `RJK-7F3K2`; one of 24 million."""
    return START + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in any case and with any spaces; None if it cannot be one."""
    letters = letters_of(typed, START)
    return START + letters if letters else None


def letters_of(typed: str, start: str) -> str | None:
    """The letters of a code that begins so, typed with that beginning or without; None if it cannot
    be one. Five letters are all of a code, even where they begin as codes do (`RUJ-RJKH3`).
    """
    letters = _plain(typed)
    if len(letters) > LENGTH:
        letters = letters.removeprefix(start.rstrip("-"))
    return letters if _LETTERS.fullmatch(letters) else None


def begins_code(typed: str) -> str | None:
    """The beginning of codes that somebody typed, with or without RJK; None if it begins none."""
    letters = _plain(typed).removeprefix(START.rstrip("-"))
    if len(letters) > LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return START + letters


def _plain(typed: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", typed.upper())
