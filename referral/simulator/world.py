"""The truth of a simulated network: how each agency answers, the hub, the gaps, the seasons.

Everything is drawn from the seed and the keys of the agencies; the database never knows it. It is
kept in a file beside the data, against which estimates are compared.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from agencies.rules.needs import Urgency
from referral.queries.simulated import PlayedAgency
from referral.simulator.chance import chance_of
from referral.simulator.seasons import Season

SPREAD = 0.7  # of the log-normal delay
SILENT_AGENCIES = 2
HUB_SHARE = 0.85  # how often whoever may choose the hub does
HUB_SENDS = 0.3  # of all cases, those that begin at the hub
# Median minutes until an answer.
MINUTES: dict[Urgency, float] = {
    Urgency.EMERGENCY: 18.0,
    Urgency.URGENT: 105.0,
    Urgency.ROUTINE: 540.0,
}
HUB_TYPES = ("UPTD", "DSOS", "NGO")


@dataclass(frozen=True, slots=True)
class Manner:
    """How an agency answers for one need and urgency.

    `acceptance`: of those that it answers and has a place for; `silence`: of all; `minutes`: the
    median until it answers.
    """

    acceptance: float
    silence: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Answerer:
    """An agency's manners, by need and urgency, and whether somebody is there at night."""

    key: str
    on_call: bool
    manners: dict[str, dict[Urgency, Manner]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A need that nobody meets for a kind of person; so many a month look for it in a place."""

    need: str
    profile: str
    area: str
    a_month: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted."""

    seed: int
    first: datetime
    last: datetime
    cases_a_day: float
    hub: str
    answerers: dict[str, Answerer]
    seasons: tuple[Season, ...]
    gaps: tuple[Gap, ...]

    def as_plain(self) -> dict[str, Any]:
        """As the file keeps it: JSON."""
        return {
            "seed": self.seed,
            "from": self.first.isoformat(),
            "until": self.last.isoformat(),
            "cases_a_day": self.cases_a_day,
            "hub": self.hub,
            "delay_spread": SPREAD,
            "agencies": {key: _plain(one) for key, one in sorted(self.answerers.items())},
            "seasons": [season.as_truth() for season in self.seasons],
            "gaps": [asdict(gap) for gap in self.gaps],
        }


def answerers_of(seed: int, agencies: Sequence[PlayedAgency], hub: str) -> dict[str, Answerer]:
    """How each agency answers. Two that are not the hub are mostly silent."""
    others = [agency.key for agency in agencies if agency.key != hub]
    silent = chance_of(seed, "silent").sample(others, min(SILENT_AGENCIES, len(others) // 4))
    return {
        agency.key: _answerer(seed, agency, is_hub=agency.key == hub, silent=agency.key in silent)
        for agency in agencies
    }


def hub_of(agencies: Sequence[PlayedAgency]) -> str:
    """The agency on which everything is to hang: of the likeliest kind, with the most needs."""
    for kind in HUB_TYPES:
        of_kind = [agency for agency in agencies if agency.type == kind]
        if of_kind:
            break
    else:
        of_kind = list(agencies)
    return min(of_kind, key=lambda agency: (-len(agency.needs), agency.key)).key


def _answerer(seed: int, agency: PlayedAgency, *, is_hub: bool, silent: bool) -> Answerer:
    chance = chance_of(seed, "agency", agency.key)
    willing, quiet = chance.betavariate(9, 3), chance.betavariate(1.3, 14)
    slow = chance.lognormvariate(0, 0.45)
    if is_hub:
        willing, quiet, slow = 0.93, 0.01, 0.7
    if silent:
        quiet = 0.55
    manners = {}
    for need in agency.needs:
        likes = chance.gauss(0, 0.05)
        pace = chance.lognormvariate(0, 0.15)
        manners[need] = {
            urgency: Manner(
                acceptance=_share(willing + likes - (0.05 if urgent_most(urgency) else 0)),
                silence=_share(quiet * (0.7 if urgent_most(urgency) else 1), least=0.005),
                minutes=round(MINUTES[urgency] * slow * pace, 1),
            )
            for urgency in Urgency
        }
    return Answerer(agency.key, agency.on_call, manners)


def urgent_most(urgency: Urgency) -> bool:
    """Whether it is an emergency."""
    return urgency is Urgency.EMERGENCY


def delay_minutes(chance: random.Random, manner: Manner, season: float) -> float:
    """How long an answer takes this time."""
    return chance.lognormvariate(math.log(manner.minutes * season), SPREAD)


def _share(value: float, least: float = 0.05) -> float:
    return round(min(0.98, max(least, value)), 3)


def _plain(one: Answerer) -> dict[str, Any]:
    return {
        "on_call": one.on_call,
        "answers": {
            need: {urgency.value: asdict(manner) for urgency, manner in by_urgency.items()}
            for need, by_urgency in one.manners.items()
        },
    }
