"""The order of the answer: one pure function.

Hard rules have decided; this only orders. More of the asked needs first. Within reach, whoever
surely fits before whoever must be asked; farther out a sure place is too far to outrank a call to
somebody near, and distance alone decides. Then the nearest; then the younger bed figure, the
shorter promised answer, a shared language; last the id, so that equal questions get equal answers.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from agencies.rules.beds import free_places
from agencies.rules.candidate import Candidate
from agencies.rules.question import Question

REACH_KM = 50.0  # about an hour and a half by car through a city
FEWEST_NEAR_MISSES = 5  # that are shown; more where there are fewer results than asked for
NOWHERE = float("inf")
NO_PROMISE = 10**6

Head = tuple[int, bool, float]
Tail = tuple[int, int, int, str]


@lru_cache(maxsize=10_000)  # many offers meet the same needs
def covered(needs: frozenset[str], wanted: tuple[frozenset[str], ...]) -> int:
    """How many of the asked needs some needs meet; `wanted` has the matching codes of each."""
    return sum([not codes.isdisjoint(needs) for codes in wanted])


def shown_distance(candidate: Candidate, distance_km: float | None) -> float:
    """The distance in km that orders; none for a voice on the phone. Given to 0.1 km, as shown."""
    if candidate.by_phone:
        return 0.0
    return NOWHERE if distance_km is None else distance_km


def head(needs_met: int, *, sure: bool, shown_km: float) -> Head:
    """The beginning of the sort key: needs met, sure within reach, distance. Smaller is first."""
    return (-needs_met, not (sure and shown_km <= REACH_KM), shown_km)


def tail(candidate: Candidate, question: Question) -> Tail:
    """The rest of the sort key, which decides between equals."""
    return (
        _bed_age_hours(candidate, question) if question.asks_for_roof else 0,
        promise(candidate),
        _languages_missing(candidate, question) if question.person.languages else 0,
        candidate.offer_id,
    )


def promise(candidate: Candidate) -> int:
    """Within how many minutes an answer is promised: of equals the first order where no roof is
    asked for.
    """
    promised = candidate.promised_minutes
    return NO_PROMISE if promised is None else promised


def _bed_age_hours(candidate: Candidate, question: Question) -> int:
    found = free_places(candidate.pools, question.person)
    return NO_PROMISE if found is None else _hours_between(found[1], question.now)


def _hours_between(earlier: datetime, later: datetime) -> int:
    return max(0, int((later - earlier).total_seconds() // 3600))


def _languages_missing(candidate: Candidate, question: Question) -> int:
    spoken = candidate.languages
    return sum([language not in spoken for language in question.person.languages])
