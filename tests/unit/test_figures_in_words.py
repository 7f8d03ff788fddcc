"""Figures as each language writes them."""

from __future__ import annotations

import pytest
from flask import Flask

from core.i18n import decimal, say, speak


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


def test_who_asks_next_reads_the_same_figure_in_their_own_language(app: Flask) -> None:
    spelled = []
    for spoken in ("id", "en"):
        with app.test_request_context():
            speak(spoken)
            spelled.append(decimal(7.25, 2))
    assert spelled == ["7,25", "7.25"]


def test_what_was_said_in_a_language_is_remembered() -> None:
    assert say("id") is say("id")
