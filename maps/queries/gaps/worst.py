"""The worst gaps over all needs and kinds of person, worst first.

Each need and kind is looked at once; what was found is kept as long as `reach` is true. In a small
network all of them are looked at when somebody asks. In a large one that takes longer than a page
may (most of it is reading the services for the first time), so a thread looks, and the page says
how far it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from agencies.queries.places.kept import POPULATION, revision
from agencies.rules.candidate import Candidate
from agencies.rules.kinds import ANYONE
from agencies.rules.needs import Need, Urgency, all_needs
from core.actors import Actor
from maps.queries.gaps.demand import Demand
from maps.queries.gaps.districts import people_by_place, people_of
from maps.queries.gaps.ground import Ground, regency_of
from maps.queries.gaps.nearest import NOBODY, Reach
from maps.queries.gaps.reach import BY_THE_HOUR, reach_now, registry_version
from maps.queries.gaps.takers import FEW_OFFERS, how_many_offers, read_all
from maps.queries.kept import in_background, kept, latest
from maps.rules.gaps import Asked, Averages, average, is_gap, is_worse, score
from maps.rules.kinds import KINDS, NIGHT, is_asked

Pair = tuple[str, str]  # need and kind
Near = dict[str, tuple[float | None, Candidate | None, bool]]  # by district: km, who, surely


@dataclass(frozen=True, slots=True)
class Gap:
    """A need of a kind of person in a place: nobody nearer than so many km; None: nobody at all.

    `places`: districts, and regencies whose districts are all alike; none of them is everywhere.
    """

    need: str
    kind: str
    places: tuple[str, ...]
    km: float | None
    offer: Candidate | None
    is_sure: bool
    score: float
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """The gaps that were found, and how many needs and kinds were looked at, of how many."""

    gaps: tuple[Gap, ...]
    looked_at: int
    of: int


def pairs() -> list[Pair]:
    """All needs and kinds that are asked; whoever it may be first."""
    needs = all_needs().values()
    found = [(need.code, kind) for need in needs for kind in KINDS if _is_told(need, kind)]
    return sorted(found, key=lambda pair: pair[1] != ANYONE)


def _is_told(need: Need, kind: str) -> bool:
    """At night only what cannot wait: the rest has working days (domain.md §1.5)."""
    by_night = kind != NIGHT or need.urgency is Urgency.EMERGENCY
    return by_night and is_asked(need.code, kind)


def worst_gaps(actor: Actor, ground: Ground, demand: Demand, *, all_at_once: bool = False) -> Worst:
    """The worst gaps, as far as they are found by now; with `all_at_once` all of them."""
    near = _near(actor, ground, all_at_once=all_at_once)
    name = ("worst", ground.key, actor.sees.value, demand.period)
    version = (registry_version(BY_THE_HOUR), len(near), revision(POPULATION), demand.mark)
    found = latest(name, version, lambda: _scored(ground, demand, near))
    return Worst(found, len(near), len(pairs()))


def _scored(ground: Ground, demand: Demand, near: dict[Pair, Near]) -> tuple[Gap, ...]:
    by_place = people_by_place()
    people = {code: people_of(code, by_place) for code in ground.known_districts if code}
    known = [one.count for one in people.values() if one]
    found: list[Gap] = []
    asked_for: dict[str, dict[str, Asked | None]] = {}
    for (need, kind), here in near.items():
        if need not in asked_for:
            asked_for[need] = {code: demand.asked(need, code) for code in here}
        asked = asked_for[need]
        averages = Averages(average(one.about for one in asked.values() if one), average(known))
        open_ones = _told(kind, here, near.get((need, ANYONE), {}))
        scores = {
            code: score(
                here[code][0], asked[code], p.count if (p := people[code]) else None, averages
            )
            for code in open_ones
        }
        found += _together(need, kind, here, scores)
    found.sort(key=lambda gap: (-gap.score, gap.need, gap.kind, gap.places))
    return tuple(found)


def _told(kind: str, here: Near, anyone: Near) -> list[str]:
    """The districts with a gap; of a kind only those where it is worse off than anyone."""
    return [
        code
        for code, (km, *_) in here.items()
        if is_gap(km) and (kind == ANYONE or is_worse(km, anyone[code][0]))
    ]


def _near(actor: Actor, ground: Ground, *, all_at_once: bool) -> dict[Pair, Near]:
    """What is nearest in each district, by need and kind, as far as was looked."""
    version = registry_version(BY_THE_HOUR)
    keys = {pair: ("near", ground.key, version, actor.sees.value, pair) for pair in pairs()}
    if kept().get(keys[pairs()[-1]]) is None:
        if all_at_once or how_many_offers() <= FEW_OFFERS:
            _look_at_all(actor, ground, version, keys)
        else:
            in_background(keys[pairs()[-1]], lambda: _look_at_all(actor, ground, version, keys))
    found = {pair: cast("Near | None", kept().get(key)) for pair, key in keys.items()}
    return {pair: near for pair, near in found.items() if near is not None}


def _look_at_all(
    actor: Actor, ground: Ground, version: Hashable, keys: Mapping[Pair, Hashable]
) -> None:
    """Look at every need and kind that nobody looked at before."""
    if all(kept().get(key) is None for key in keys.values()):
        read_all(actor)
    for pair, key in keys.items():
        if kept().get(key) is None:
            kept().put(key, _by_district(ground, reach_now(actor, ground, *pair, version)))


def _by_district(ground: Ground, reach: Reach) -> Near:
    """The nearest of each district: from there on out nobody in it has anybody nearer."""
    who, km, sure = reach.first()
    found: Near = {}
    for code, cells in _cells_of(ground):
        here = cells[np.lexsort((cells, km[cells], who[cells] == NOBODY))]
        best = int(here[0])
        far = None if who[best] == NOBODY else float(km[best])
        found[code] = (far, reach.offer(int(who[best])), bool(sure[best]))
    return found


def _cells_of(ground: Ground) -> Iterator[tuple[str, np.ndarray]]:  # type: ignore[type-arg]
    cells: dict[str, list[int]] = defaultdict(list)
    for cell, code in enumerate(ground.districts):
        if code:
            cells[code].append(cell)
    for code, some in sorted(cells.items()):
        yield code, np.array(some, dtype=np.intp)


def _together(need: str, kind: str, here: Near, scores: dict[str, float]) -> list[Gap]:
    """Districts with the same sentence as one: all of them, those of a regency, those without
    anybody.
    """
    open_ones = set(scores)
    lost = {code for code in open_ones if here[code][0] is None}
    found: list[Gap] = []
    for group in (lost, open_ones - lost):
        if not group:
            continue
        if group == set(here) and len(here) > 1:
            found.append(_gap(need, kind, (), sorted(group), here, scores))
            continue
        parts = _parts(group, here)
        if group is lost:
            parts = [(tuple(one for places, _ in parts for one in places), sorted(group))]
        found += [_gap(need, kind, places, some, here, scores) for places, some in parts]
    return found


def _parts(group: set[str], here: Near) -> list[tuple[tuple[str, ...], list[str]]]:
    """The group by regency: its code where all its districts are in the group, else districts."""
    found: list[tuple[tuple[str, ...], list[str]]] = []
    for regency in sorted({regency_of(code) for code in group}):
        inside = sorted(code for code in here if regency_of(code) == regency)
        mine = [code for code in inside if code in group]
        whole = mine == inside
        found += [((regency,), mine)] if whole else [((code,), [code]) for code in mine]
    return found


def _gap(
    need: str,
    kind: str,
    places: tuple[str, ...],
    codes: list[str],
    here: Near,
    scores: dict[str, float],
) -> Gap:
    nearest = min(codes, key=lambda code: (here[code][0] is None, here[code][0] or 0.0, code))
    km, offer, is_sure = here[nearest]
    total = sum(scores[code] for code in codes)
    return Gap(need, kind, places, km, offer, is_sure, total, tuple(codes))
