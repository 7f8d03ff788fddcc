"""In which district a person is: asked of the gazetteer, and remembered for a minute.

A worker asks several questions from one place. A gazetteer that is loaded meanwhile is noticed
within that minute.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from flask import current_app

from agencies.queries.places import area_at
from agencies.rules.question import Question
from core.geometry import LatLon

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 10_000

Remembered = dict[LatLon, tuple[float, str | None]]


def area_of(question: Question, origin: LatLon | None) -> Callable[[], str | None]:
    """A function that says the code of the person's district, looked up when first called."""

    known: list[str | None] = []

    def look_up() -> str | None:
        if question.origin_area or origin is None:
            return question.origin_area
        if not known:
            known.append(_remembered_area(origin))
        return known[0]

    return look_up


def _remembered_area(origin: LatLon) -> str | None:
    remembered: Remembered = current_app.extensions.setdefault("rujukan_areas", {})
    known = remembered.get(origin)
    if known is not None and known[0] > monotonic():
        return known[1]
    if len(remembered) > MOST_REMEMBERED:
        remembered.clear()
    code = area_at(*origin)
    remembered[origin] = (monotonic() + REMEMBERED_SECONDS, code)
    return code
