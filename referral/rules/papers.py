"""The papers of a referral as Indonesian offices expect them, and what each copy may carry.

domain.md §2.1 (practice papers), §2.3 (consent), §6A: the address of a secret place is on none,
and who gets a copy (tembusan) gets less than who takes the person in.
"""

from __future__ import annotations

import re
from enum import StrEnum

MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
USUAL_PATTERN = "{number}/RJK/{month}/{year}"
NUMBER, MONTH, YEAR = "{number}", "{month}", "{year}"


class Paper(StrEnum):
    """Which paper."""

    LETTER = "letter"  # surat rujukan
    RECORD = "record"  # berita acara serah terima
    CONSENT = "consent"  # lembar persetujuan


class Copy(StrEnum):
    """For whom it is printed."""

    RECEIVER = "receiver"  # what consent releases to them now
    NOTICE = "notice"  # tembusan: that there is a referral, nothing of the person or the place


def is_pattern(pattern: str) -> bool:
    """Whether letters numbered so are told apart: number and year once each, nothing unknown."""
    known = re.findall(r"\{[^}]*\}", pattern)
    rest = re.sub(r"\{[^}]*\}", "", pattern)
    return (
        known.count(NUMBER) == 1
        and known.count(YEAR) == 1
        and set(known) <= {NUMBER, MONTH, YEAR}
        and not set("{}") & set(rest)
    )


def spelt_number(pattern: str, number: int, month: int, year: int) -> str:
    """A number as an office writes it: `007/RJK/XI/2026`."""
    return (
        pattern.replace(NUMBER, f"{number:03d}")
        .replace(MONTH, MONTHS[month - 1])
        .replace(YEAR, str(year))
    )


def is_nip(text: str) -> bool:
    """Whether it may be the number of a civil servant (NIP): 18 figures, spaces aside."""
    figures = text.replace(" ", "")
    return figures.isascii() and figures.isdigit() and len(figures) == 18
