"""A publication as large as a network makes it: counts of made-up referrals, small ones hidden.

Proofs that hidden cells cannot be worked out are not looked for, because nobody is counted here;
what a page reads has the same shape and about the same size.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import Sex
from referral.models import Bond
from referral.queries.log import NO, Log, Searches
from referral.queries.protecting.cells import Cells
from referral.queries.protecting.hiding import Protected
from referral.queries.publishing.body import Body, written
from referral.queries.publishing.figures import figures_of
from referral.queries.publishing.ground import Ground, of_referrals, of_searches
from referral.rules.published import REFERRALS, RULES, SEARCHES
from referral.rules.reasons import Decline, Outcome
from referral.rules.states import State
from referral.rules.tables import Table

ZONE = ZoneInfo("Asia/Jakarta")
BEGINS = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
COURSES = (0.55, 0.2, 0.05, 0.12, 0.08)  # accepted, declined, redirected, expired, open
SEARCHED = 10  # for so many referrals one search that found nobody
MINUTE = 60


def made_up(period: str, area_of: Mapping[str, str], referrals: int, flows: int, seed: int) -> Body:
    """A body of a period; `area_of`: the district of each agency, by its id in hex."""
    chance = np.random.default_rng(seed)
    log = _log(chance, sorted(area_of), referrals, flows)
    kinds = list(AGENCY_TYPES)
    type_of = {one: kinds[at % len(kinds)] for at, one in enumerate(sorted(area_of))}
    ground = of_referrals(log, [area_of], [type_of], ZONE, is_year=False)
    searches = _searches(chance, sorted(set(area_of.values())), referrals // SEARCHED)
    return {
        "period": period,
        "rules": RULES,
        "areas": dict(area_of),
        "types": type_of,
        "referrals": {**_counted(ground, REFERRALS), "figures": figures_of(log, ground)},
        "searches": _counted(of_searches(searches, is_year=False), SEARCHES),
    }


def _counted(ground: Ground, tables: tuple[Table, ...]) -> Body:
    cells = Cells(ground.records, tables)
    return written(Protected(cells, np.zeros(len(cells), bool)), ground.labels)


def _log(chance: np.random.Generator, agencies: list[str], number: int, flows: int) -> Log:
    sender = chance.integers(0, len(agencies), flows)
    # Most refer to agencies near them (in the order of ids as good as any), some to famous ones.
    near = (sender + chance.integers(1, 60, flows)) % len(agencies)
    famous = np.minimum(chance.zipf(1.4, flows), len(agencies)) - 1
    receiver = np.where(chance.random(flows) < 0.8, near, famous)
    receiver = np.where(receiver == sender, (sender + 1) % len(agencies), receiver)
    weight = 1 / np.arange(1, flows + 1) ** 0.5
    way = np.concatenate([np.arange(flows), chance.choice(flows, number - flows, p=_sure(weight))])
    course = chance.choice(5, number, p=COURSES)
    asked = BEGINS + np.sort(chance.integers(0, 365 * 86_400, number))
    took = asked + (chance.lognormal(4.5, 1.2, number) * MINUTE).astype(np.int64)
    arrived = (course == 0) & (chance.random(number) < 0.85)
    never = np.full(number, NO)

    def when(some: Any, moment: Any) -> Any:
        return np.where(some, moment, NO)

    moments = {
        "asked": asked,
        "acknowledged": when(course < 3, (asked + took) // 2),
        "decided": when(course < 3, took),
        "accepted": when(course == 0, took),
        "declined": when(course == 1, took),
        "redirected": when(course == 2, took),
        "expired": when(course == 3, took),
        "handed_over": when(arrived, took + 7_200),
        "missed": when((course == 0) & ~arrived, took + 86_400),
        **dict.fromkeys(("diverted", "cancelled"), never),
        **dict.fromkeys(("begun", "completed", "closed"), when(arrived, took + 86_400)),
    }
    in_time = (chance.random(number) < 0.8).astype(np.int64)
    return Log(
        ids=np.zeros(number, "S16"),
        agencies=agencies,
        sender=sender[way],
        receiver=receiver[way],
        person=chance.integers(0, round(number * 0.7), number),
        needs=(np.minimum(chance.zipf(1.5, number), len(all_needs())) - 1)[:, None],
        urgency=chance.integers(0, len(Urgency), number),
        kind=never * 0,
        bond=chance.integers(-1, len(Bond), number),
        state=np.full(number, list(State).index(State.CLOSED)),
        decline=np.where(course == 1, chance.integers(0, len(Decline), number), NO),
        detail=never,
        called_off=never,
        outcome=np.where(arrived, chance.integers(0, len(Outcome), number), NO),
        moments=moments,
        met=dict.fromkeys(("acknowledge", "decide", "start"), in_time),
        by_phone=never * 0,
        parent=never,
        asking=never,
        position=never * 0,
        batch=never,
    )


def _sure(weight: Any) -> Any:
    return weight / weight.sum()


def _searches(chance: np.random.Generator, areas: list[str], number: int) -> Searches:
    of_two = [chance.integers(0, 2, number) for _ in range(3)]
    return Searches(
        areas=areas,
        ages=["0-5", "6-11", "12-17", "18-59", "60+"],
        month=chance.integers(1, 13, number),
        year=np.full(number, 2025),
        hour=chance.integers(0, 24, number),
        area=chance.integers(0, len(areas), number),
        sex=chance.integers(-1, len(Sex), number),
        age=chance.integers(-1, 5, number),
        with_children=of_two[0],
        disability=of_two[1],
        foreign=of_two[2],
        urgency=chance.integers(0, len(Urgency), number),
        needs=(np.minimum(chance.zipf(1.5, number), len(all_needs())) - 1)[:, None],
        person=np.arange(number),
    )
