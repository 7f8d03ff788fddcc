"""The question that a worker asks: who can take this person?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from agencies.rules.needs import ROOF, Urgency
from agencies.rules.person import Person


@dataclass(frozen=True, slots=True)
class Question:
    """Needs, facts and moment. Build it with `agencies.queries.find.ask`, which fills defaults."""

    needs: tuple[str, ...]
    person: Person
    at: datetime  # when help is needed
    now: datetime  # when the question is asked; the age of bed figures counts from here
    urgency: Urgency
    at_was_given: bool = False
    origin_area: str | None = None  # gazetteer code of where the person is, for service areas
    beds_fresh_for: timedelta = field(default=timedelta(hours=24))

    @property
    def asks_for_roof(self) -> bool:
        """Whether a place to stay is among the needs."""
        return _wants_roof(self.needs)

    @property
    def must_be_open(self) -> bool:
        """An emergency, or a stated time, wants somebody who is there then."""
        return self.urgency is Urgency.EMERGENCY or self.at_was_given


@lru_cache(maxsize=1_000)  # asked of a question again for every offer that is met
def _wants_roof(needs: tuple[str, ...]) -> bool:
    return not ROOF.isdisjoint(needs)
