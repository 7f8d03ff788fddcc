"""The code of a referral, such as `RUJ-7F3K2`: read aloud on the phone, and without meaning.

Drawn as a case's code is (`rules/codes.py`), with another beginning, so that nobody takes one for
the other.
"""

from __future__ import annotations

from referral.rules.codes import START as CASE_START
from referral.rules.codes import letters_of, new_code

START = "RUJ-"


def new_referral_code() -> str:
    """A code; one of 24 million."""
    return START + new_code().removeprefix(CASE_START)


def read_referral_code(typed: str) -> str | None:
    """The code that somebody typed, in any case and with any spaces; None if it cannot be one."""
    letters = letters_of(typed, START)
    return START + letters if letters else None
