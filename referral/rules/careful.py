"""A gentle word where free text seems to hold what does not belong there (domain.md §2.4).

Only a warning: a rule that reads words is often wrong, and whoever writes knows better. What was
found is never repeated, only its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Care(StrEnum):
    """What a text seems to hold."""

    NIK = "nik"
    PHONE = "phone"
    HEALTH = "health"
    ADDRESS = "address"
    NAME = "name"


_SIGNS: dict[Care, re.Pattern[str]] = {
    # Sixteen digits, however they are grouped.
    Care.NIK: re.compile(r"(?<!\d)(?:\d[ .\-]?){15}\d(?!\d)"),
    # 0812…, +62 812…, 021-5550123; at least eight digits, fewer than a NIK has.
    Care.PHONE: re.compile(
        r"(?<!\d)(?<!\d[ .\-])(?:\+?62|0)[ .\-]?\d(?:[ .\-]?\d){6,12}(?![ .\-]?\d)"
    ),
    Care.HEALTH: re.compile(
        r"\b(?:hiv|aids|odha|odhiv|arv|ims|pms|sti|std|sifilis|syphilis|gonore|gonorrh?ea"
        r"|raja singa|hepatitis|kehamilan|hamil|pregnan\w*|aborsi|abortion|keguguran|skizofreni\w*"
        r"|schizophreni\w*|bipolar|psikosis|psychosis|psychotic|psikotik|gangguan jiwa)\b",
        re.IGNORECASE,
    ),
    Care.ADDRESS: re.compile(
        r"\b(?:[Jj]ln?\.? ?|[Gg]g\.? |[Gg]ang |[Jj]alan )(?=[A-Z0-9])|\b(?:RT|RW)[ .]?\d"
        r"|\b[Bb]lok [A-Z]+ ?\d|\b[Nn]o(?:mor|\.)? rumah\b"
    ),
    Care.NAME: re.compile(r"\b(?:bernama|namanya|nama pelaku|named|is called)\s+(?=[A-Z])"),
}
# Where such a thing is what the field is for.
_ALLOWED: Mapping[str, frozenset[Care]] = {
    "contact": frozenset({Care.PHONE, Care.NAME}),
    "caregiver": frozenset({Care.PHONE, Care.NAME}),
    "must_not_know": frozenset({Care.NAME}),
    "health": frozenset({Care.HEALTH}),
}
# The texts that are looked at.
TEXTS = (
    *("reason", "done", "not_again", "must_not_know", "contact", "transport"),
    *("caregiver", "caregiver_why", "health", "purpose"),
)


def careful(name: str, text: str) -> tuple[Care, ...]:
    """What the text of a field seems to hold that does not belong there, in the order of `Care`."""
    allowed = _ALLOWED.get(name, frozenset())
    return tuple(kind for kind, sign in _SIGNS.items() if kind not in allowed and sign.search(text))
