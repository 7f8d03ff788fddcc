"""What one would write first: the geodesic to every service, then the filters, then sorting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geopy.distance import geodesic
from sqlalchemy import select

from agencies.models import FindEntry, Location, Offer
from agencies.queries.find import Answer
from agencies.queries.find.ask import answer_along
from agencies.queries.find.load import read_along
from agencies.queries.find.near import EVERYWHERE, Row, Step
from agencies.rules.needs import matching_codes
from core.db import db, snapshot
from tests.synthetic import Asked


@dataclass(frozen=True)
class Loop:
    """All offers with their places, and what find's table says of each; in memory already."""

    places: Sequence[Any]
    entries: dict[Any, list[Any]]

    @classmethod
    def read(cls) -> Loop:
        """Not counted."""
        places = select(Offer.id, Location.latitude, Location.longitude).join(Offer.location)
        entries: dict[Any, list[Any]] = {}
        for entry in db.session.execute(select(*FindEntry.__table__.columns)):
            entries.setdefault(entry.offer_id, []).append(entry)
        return cls(db.session.execute(places).all(), entries)

    def answer(self, asked: Asked) -> Answer:
        """Distances first, to all; then find's own filters and order."""
        assert asked.origin is not None
        rows: list[Row] = []
        distances: list[float | None] = []
        codes = frozenset().union(*(matching_codes(need) for need in asked.question.needs))
        for offer, latitude, longitude in self.places:
            far = None if latitude is None else geodesic(asked.origin, (latitude, longitude)).km
            for entry in self.entries.get(offer, ()):
                if entry.need in codes and entry.tier <= asked.tier:
                    rows.append((offer.hex, latitude, longitude, entry.revision))
                    distances.append(far)
                    break
        step = Step(rows, distances, EVERYWHERE)
        with snapshot() as view:
            return answer_along(read_along(view, [step]), asked.question, asked.origin, asked.limit)
