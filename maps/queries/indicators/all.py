"""All 37 indicators of a period and a slice: each with its figure, or why there is none."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from agencies.rules.needs import all_needs
from core.actors import Actor
from maps.queries.holding import Held, held_now
from maps.queries.indicators.network import CODES, network_readings
from maps.queries.indicators.nights import nights_without
from maps.queries.indicators.now import (
    Figure,
    Slice,
    Standing,
    fresh_beds,
    in_force,
    late_now,
    occupied,
    standing,
    verified,
)
from maps.queries.indicators.published import readings
from maps.rules.indicators import INDICATORS, Source
from maps.rules.readings import Reading, Silence, Unit, exactly, share_of, silent
from referral.queries.published import Published, publication


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what figures are wanted. An empty period: whatever was published last."""

    period: str
    of: Slice


@dataclass(frozen=True, slots=True)
class Told:
    """The readings by code, and the publication that some of them are from. `held` of the whole
    network; None of a slice, and while it is read for the first time.
    """

    readings: dict[str, Reading]
    published: Published | None
    held: Held | None = None

    def for_files(self) -> Told:
        """The same without the exact count of what is late now: by code coordinators work on it,
        but two files of two hours, subtracted, would be a count of one person.
        """
        return replace(self, readings=self.readings | {"overdue": silent(Unit.COUNT, Silence.LIVE)})


def told_of(
    actor: Actor,
    asked: Asked,
    moment: datetime,
    hold: Callable[[str | None], Held | None] = held_now,
) -> Told:
    """Every indicator; what is not published for the period is hidden, not nought.

    `hold`: who is asked what holds the network, if all of it is looked at; where that is still
    being read the indicators of the graph say so.
    """
    found = publication(asked.period) if asked.period else None
    said = {one.code: _unsaid(one.source) for one in INDICATORS}
    if found is not None and not found.is_withheld:
        said |= readings(found, asked.of)
    said |= _now(actor, asked.of, moment)
    said["full-nights"] = nights_without(actor, asked.of, asked.period, moment)
    if asked.of != Slice():
        return Told(said, found)
    held = hold(asked.period or None)
    at_work = dict.fromkeys(CODES, silent(Unit.COUNT, Silence.AT_WORK))
    return Told(said | (network_readings(*held) if held else at_work), found, held)


def _unsaid(source: Source) -> Reading:
    why = {
        Source.CASES: Silence.NOT_YET,
        Source.GRAPH: Silence.NOT_BY_THIS,
        Source.PUBLISHED: Silence.UNPUBLISHED,
        Source.NOW: Silence.NOTHING,
        Source.NIGHTS: Silence.UNMEASURED,
    }
    return silent(Unit.COUNT, why[source])


def _now(actor: Actor, wanted: Slice, moment: datetime) -> dict[str, Reading]:
    every = standing(actor)
    offers = [one for one in every if one.is_in(wanted)]
    today = moment.date()
    late = late_now(wanted, moment, _districts(every) if wanted.district is not None else {})
    return {
        "overdue": exactly(Unit.COUNT, late.part),
        "no-match": _unmet(offers, wanted),
        "verified": _share(verified(offers, today)),
        "fresh-beds": _share(fresh_beds(offers, moment)),
        "mou": _share(in_force(offers, today)),
        "occupancy": _share(occupied(offers)),
    }


def _share(figure: Figure) -> Reading:
    return share_of(figure.part, figure.whole)


def _unmet(offers: list[Standing], wanted: Slice) -> Reading:
    """Leaves of the taxonomy that no offer here is for; of an agency that says nothing."""
    if wanted.agency_id is not None:
        return silent(Unit.COUNT, Silence.NOT_BY_THIS)
    met = {need for one in offers for need in one.needs}
    asked = {wanted.need} if wanted.need else set(all_needs())
    return exactly(Unit.COUNT, len(asked - met))


def _districts(offers: list[Standing]) -> dict[uuid.UUID, set[str]]:
    found: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    for one in offers:
        if one.district:
            found[one.agency_id].add(one.district)
    return found
