"""The order of the answer: one pure function.

Hard rules have decided; this only orders. More of the asked needs first; whoever surely fits
before whoever must be asked; then the nearest; then the younger bed figure, the shorter promised
answer, a shared language; last the id, so that equal questions get equal answers.
"""

from __future__ import annotations

from datetime import datetime

from agencies.rules.beds import free_places
from agencies.rules.candidate import Candidate
from agencies.rules.question import Question

NOWHERE = float("inf")
NO_PROMISE = 10**6

Order = tuple[int, bool, float, int, int, int, str]


def covered(candidate: Candidate, wanted: tuple[frozenset[str], ...]) -> int:
    """How many of the asked needs it meets; `wanted` has the matching codes of each need."""
    return sum(1 for codes in wanted if codes & candidate.needs)


def shown_distance(candidate: Candidate, distance_km: float | None) -> float:
    """The distance in km that orders: to 0.1 km, as shown; none for a voice on the phone."""
    if candidate.by_phone:
        return 0.0
    return NOWHERE if distance_km is None else round(distance_km, 1)


def order(
    candidate: Candidate,
    question: Question,
    *,
    needs_met: int,
    ask_first: bool,
    distance_km: float | None,
) -> Order:
    """The sort key of one candidate; smaller comes first."""
    return (
        -needs_met,
        ask_first,
        shown_distance(candidate, distance_km),
        _bed_age_hours(candidate, question),
        candidate.promised_minutes if candidate.promised_minutes is not None else NO_PROMISE,
        _languages_missing(candidate, question),
        candidate.offer_id,
    )


def _bed_age_hours(candidate: Candidate, question: Question) -> int:
    if not question.asks_for_roof:
        return 0
    found = free_places(candidate.pools, question.person)
    return NO_PROMISE if found is None else _hours_between(found[1], question.now)


def _hours_between(earlier: datetime, later: datetime) -> int:
    return max(0, int((later - earlier).total_seconds() // 3600))


def _languages_missing(candidate: Candidate, question: Question) -> int:
    return sum(1 for language in question.person.languages if language not in candidate.languages)
