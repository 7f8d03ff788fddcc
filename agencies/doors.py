"""What the page and the API of find do alike: understand, ask, note an empty search."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from accounts.current import who
from agencies.commands.searches import note_empty_search
from agencies.queries.find import Answer, ask
from agencies.queries.find.travel import with_travel_times
from agencies.queries.find.understand import Asked, Understood, understand
from agencies.queries.places import area_at
from core.db import write
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """The question as understood, and its answer unless the place was ambiguous."""

    understood: Understood
    answer: Answer | None


def settings() -> Settings:
    """The settings of this app."""
    found: Settings = current_app.config["RUJUKAN"]
    return found


def find_for(asked: Asked, limit: int) -> Found:
    """Answer a question. `RefusedError` for a place that nobody knows."""
    stated = settings()
    understood = understand(asked, beds_fresh_hours=stated.beds_fresh_hours)
    if understood.choices:
        return Found(understood, None)
    answer = ask(who(), understood.question, understood.origin, limit=limit)
    if not answer.results:
        _note(understood)
    return Found(understood, with_travel_times(answer, stated))


def _note(understood: Understood) -> None:
    area = understood.question.origin_area
    if area is None and understood.origin is not None:
        area = area_at(*understood.origin)
    write(note_empty_search, who(), question=understood.question, area_code=area)
