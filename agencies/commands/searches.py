"""A search that found nobody is news for whoever plans the network."""

from __future__ import annotations

from agencies.rules.question import Question
from core.actors import Actor
from core.events import publish

SEARCH_FOUND_NOTHING = "agencies.search_found_nothing"


def note_empty_search(actor: Actor, *, question: Question, area_code: str | None) -> None:
    """Command: tell those above that a question had no result. `area_code` is a district."""
    publish(SEARCH_FOUND_NOTHING, question=question, area_code=area_code)
