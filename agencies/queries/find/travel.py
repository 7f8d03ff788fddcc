"""Travel time by road, where the operator runs a router; a straight line otherwise."""

from __future__ import annotations

from dataclasses import replace

from agencies.queries.find.answer import Answer, Entry
from agencies.queries.roads import travel_minutes
from core.geometry import LatLon
from core.settings import Settings


def with_travel_times(answer: Answer, settings: Settings) -> Answer:
    """The answer with minutes by road beside the distances; the order stays by distance."""
    if settings.roads == "none" or answer.origin is None:
        return answer
    shown = [*answer.results, *answer.near_misses]
    placed = [entry for entry in shown if entry.distance_km is not None]
    points = [_position(entry) for entry in placed]
    minutes = travel_minutes(answer.origin, points)
    by_offer = {
        entry.candidate.offer_id: found for entry, found in zip(placed, minutes, strict=True)
    }

    def timed(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(e._replace(travel_minutes=by_offer.get(e.candidate.offer_id)) for e in entries)

    return replace(answer, results=timed(answer.results), near_misses=timed(answer.near_misses))


def _position(entry: Entry) -> LatLon:
    position = entry.candidate.position
    if position is None:  # an entry with a distance has one
        raise ValueError("no position")
    return position
