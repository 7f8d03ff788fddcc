"""Figures as each language writes them."""

from __future__ import annotations

import pytest

from core.i18n import decimal


@pytest.mark.parametrize(
    ("number", "places", "wanted", "spelled"),
    [
        (1.5, 1, "id", "1,5"),
        (1.5, 1, "en", "1.5"),
        (1234.0, 0, "id", "1.234"),
        (2.0, 1, "id", "2,0"),
        (0.25, 2, "en", "0.25"),
    ],
)
def test_a_figure_is_written_as_the_language_does(
    number: float, places: int, wanted: str, spelled: str
) -> None:
    assert decimal(number, places, wanted) == spelled
