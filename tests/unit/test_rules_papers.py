"""Numbers of letters, and of who signs them."""

from __future__ import annotations

import pytest

from referral.rules.papers import is_nip, is_pattern, spelt_number


def test_a_number_as_an_office_writes_it() -> None:
    assert spelt_number("{number}/RJK/{month}/{year}", 7, 11, 2026) == "007/RJK/XI/2026"


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("{number}/RJK/{month}/{year}", True),
        ("463/{number}/{year}", True),
        ("{number}/RJK", False),  # next year's would be the same
        ("RJK/{year}", False),
        ("{number}{number}/{year}", False),
        ("{number}/{year}/{name}", False),
        ("{number}/{year}/{", False),
    ],
)
def test_a_pattern_tells_letters_apart(pattern: str, fits: bool) -> None:
    assert is_pattern(pattern) is fits


@pytest.mark.parametrize(
    ("text", "fits"), [("19800101 200501 2 001", True), ("123", False), ("x" * 18, False)]
)
def test_a_nip_has_eighteen_figures(text: str, fits: bool) -> None:
    assert is_nip(text) is fits
