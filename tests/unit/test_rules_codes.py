"""Codes are read as people type them, and every code that may be drawn can be read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.rules.codes import ALPHABET, LENGTH, begins_code, read_code
from referral.rules.referral_codes import read_referral_code

LETTERS = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
BEGINNINGS = st.builds(
    lambda one, more: (one + more)[:LENGTH], st.sampled_from(["RJK", ""]), LETTERS
)


@given(BEGINNINGS)
def test_every_code_is_read_again(letters: str) -> None:
    """Also where its letters begin as a case's code does."""
    assert read_code(f"RJK-{letters}") == f"RJK-{letters}"
    assert read_referral_code(f"RUJ-{letters}") == f"RUJ-{letters}"
    assert read_code(letters.lower()) == f"RJK-{letters}"
    assert read_referral_code(f" ruj {letters[:2]} {letters[2:]} ") == f"RUJ-{letters}"
    assert begins_code(f"RJK-{letters}") == f"RJK-{letters}"


@pytest.mark.parametrize("typed", ["", "RUJ-", "RUJ-7F3K", "RUJ-7F3K22", "RUJ-7F3KO", "RJK-7F3K2"])
def test_what_is_no_code_of_a_referral(typed: str) -> None:
    assert read_referral_code(typed) is None


@pytest.mark.parametrize("typed", ["", "RJK-", "RJK-7F3K", "RUJ-7F3K2", "RJK-7F3K21"])
def test_what_is_no_code_of_a_case(typed: str) -> None:
    assert read_code(typed) is None
