"""Who would take a kind of person for a need: find's own rules, asked once for the whole map.

Of all rules only one reads where the person is: the service area. So every other rule is asked of
each offer once (what it says of a woman is kept for all kinds of women, `agencies/rules/facts.py`),
and that one for each pair of a stated area and a district. The question is the one
that find's page would ask (`understand`), and the order between equals is find's (`ranking.tail`).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import func, select

from agencies.models import FindEntry
from agencies.queries.find.everybody import Row, offers_for
from agencies.queries.find.understand import Asked, understand
from agencies.queries.hours import is_holiday, open_at, zone_of
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import ASK, FAILS, Asking, Judge, area, judges_for
from agencies.rules.facts import parted
from agencies.rules.needs import all_needs
from agencies.rules.question import Question
from agencies.rules.ranking import tail
from core.actors import Actor
from core.clock import now
from core.db import db
from core.settings import Settings
from maps.queries.kept import in_background, kept
from maps.rules.kinds import Kind, moment_of

FEW_OFFERS = 600  # in service, up to which nobody waits long
AREA = "area"  # the one rule that reads where the person is
NO_BOUNDS = 0  # the index of whoever states no area
UNASKED = -1  # no verdict

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Takers:
    """Offers that no rule but the area rules out, in find's order between equals.

    `sure`: nothing must be asked first. `bounds`: which of `bounded` states the same area.
    `points` is NaN for whoever has no place.
    """

    question: Question
    offers: tuple[Candidate, ...]
    points: NDArray[np.float64]
    sure: NDArray[np.bool_]
    bounds: Numbers
    bounded: tuple[Candidate | None, ...]

    def admits(self, district: str | None) -> list[bool]:
        """For each of `bounded` whether somebody in a district is inside its stated area."""
        judge = area(Asking(self.question, lambda _one: None, lambda: district))
        return [one is None or judge(one) is not FAILS for one in self.bounded]


class Offers:
    """Offers of one version of the registry, and what rules said of them so far."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._said: dict[Hashable, NDArray[np.int8]] = {}

    def left(self, asking: Asking) -> tuple[Numbers, NDArray[np.bool_]]:
        """Whom no rule but the area rules out, and of each whether something must be asked."""
        rules = parted(asking)
        kept = {name: (name, read) for (name, read), _ in (*rules.facts, *rules.passing)}
        slots: Numbers = np.arange(len(self.rows))
        must_ask = np.zeros(len(slots), dtype=np.bool_)
        for name, judge in judges_for(asking):
            if name != AREA:
                said = self._judged(kept.get(name), judge, slots)
                must_ask = (must_ask | (said == ASK))[said != FAILS]
                slots = slots[said != FAILS]
        return slots, must_ask

    def _judged(self, name: Hashable | None, judge: Judge, slots: Numbers) -> NDArray[np.int8]:
        """What a rule says of some of them; kept by its name, if it has one."""
        column = self._said.get(name)
        if column is None:
            column = np.full(len(self.rows), UNASKED, dtype=np.int8)
            if name is not None:
                self._said[name] = column
        for slot in slots[column[slots] == UNASKED].tolist():
            column[slot] = judge(self.rows[slot][0])
        return column[slots]


def question_for(need: str, kind: Kind) -> Question:
    """What a worker would ask of find for such a person, but for the place."""
    settings: Settings = current_app.config["RUJUKAN"]
    zone = zone_of(settings.timezone)
    at = moment_of(kind, now().astimezone(zone).date(), zone, is_holiday)
    asked = Asked(needs=(need,), person=kind.person, at=at)
    return understand(asked, beds_fresh_hours=settings.beds_fresh_hours).question


def are_offers_read(actor: Actor) -> bool:
    """Whether all offers may be asked for without waiting: of many a thread reads them first."""
    name = ("offers were read", actor.sees.value)
    if kept().get(name) is not None or how_many_offers() <= FEW_OFFERS:
        return True
    in_background(name, lambda: read_all(actor))
    return False


def read_all(actor: Actor) -> None:
    """Read all offers at once: then whoever asks for some finds them in memory."""
    offers_for(actor, tuple(all_needs()))
    kept().put(("offers were read", actor.sees.value), True)


def how_many_offers() -> int:
    """How many offers are in service."""
    return db.session.scalar(select(func.count(FindEntry.offer_id.distinct()))) or 0


def takers_for(need: str, kind: Kind, offers: Offers) -> Takers:
    """Who of these would take such a person."""
    question = question_for(need, kind)
    slots, must_ask = offers.left(Asking(question, open_at(question.at), lambda: None))
    found = [
        (tail(offers.rows[slot][0], question), not ask_first, offers.rows[slot])
        for slot, ask_first in zip(slots.tolist(), must_ask.tolist(), strict=True)
    ]
    found.sort(key=lambda one: one[0])
    return _gathered(question, found)


def _gathered(question: Question, found: list[tuple[Any, bool, Row]]) -> Takers:
    """As columns; of those at one point with one area and one answer the first stands for all."""
    index: dict[frozenset[str] | None, int] = {None: NO_BOUNDS}
    bounded: list[Candidate | None] = [None]
    met: set[Any] = set()
    kept: list[tuple[Candidate, float, float, bool, int]] = []
    for _, is_sure, (one, lat, lon) in found:
        if one.bounds not in index:
            index[one.bounds] = len(bounded)
            bounded.append(one)
        place = (lat, lon, one.by_phone, is_sure, index[one.bounds])
        if place not in met:
            met.add(place)
            nowhere = lat is None or lon is None
            at = (np.nan, np.nan) if nowhere else (lat, lon)
            kept.append((one, *at, is_sure, index[one.bounds]))  # type: ignore[arg-type]
    return Takers(
        question,
        tuple(one[0] for one in kept),
        np.array([one[1:3] for one in kept], dtype=np.float64).reshape(-1, 2),
        np.array([one[3] for one in kept], dtype=np.bool_),
        np.array([one[4] for one in kept], dtype=np.intp),
        tuple(bounded),
    )
