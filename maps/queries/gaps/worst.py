"""The worst gaps over all needs and kinds of person, worst first.

Each need and kind is looked at once; what was found is kept as long as `reach` is true. So many
cells times services are looked at for one page; a large network's list is finished by the next
ones, and the page says how far it is. Counted in pairs, not in seconds: equal data give equal
pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np

from agencies.rules.candidate import Candidate
from agencies.rules.needs import all_needs
from core.actors import Actor
from maps.queries.gaps.demand import Demand
from maps.queries.gaps.districts import people_by_place, people_of
from maps.queries.gaps.ground import Ground, regency_of
from maps.queries.gaps.nearest import NOBODY, Reach
from maps.queries.gaps.reach import reach_of, registry_version
from maps.queries.kept import kept
from maps.rules.gaps import Asked, Averages, average, is_gap, is_worse, score
from maps.rules.kinds import ANYONE, KINDS, is_asked

MOST_WORK = 40_000_000  # pairs of a cell and a service, in one go
WORK_OF_EACH = 60_000  # what a need and kind costs however few services there are
EVERYWHERE = ""

Pair = tuple[str, str]  # need and kind
Near = dict[str, tuple[float | None, Candidate | None, bool]]  # by district: km, who, surely


@dataclass(frozen=True, slots=True)
class Gap:
    """A need of a kind of person in a place: nobody nearer than so many km; None: nobody at all.

    `place` is a district, a regency whose districts are all alike, or EVERYWHERE.
    """

    need: str
    kind: str
    place: str
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
    found = [(need, kind) for need in all_needs() for kind in KINDS if is_asked(need, kind)]
    return sorted(found, key=lambda pair: pair[1] != ANYONE)


def worst_gaps(actor: Actor, ground: Ground, demand: Demand, *, all_at_once: bool = False) -> Worst:
    """The worst gaps, as far as they are found by now; with `all_at_once` all of them."""
    near = _near(actor, ground, all_at_once=all_at_once)
    people = {code: people_of(code, people_by_place()) for code in ground.known_districts if code}
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
    found.sort(key=lambda gap: (-gap.score, gap.need, gap.kind, gap.place))
    return Worst(tuple(found), len(near), len(pairs()))


def _told(kind: str, here: Near, anyone: Near) -> list[str]:
    """The districts with a gap; of a kind only those where it is worse off than anyone."""
    return [
        code
        for code, (km, *_) in here.items()
        if is_gap(km) and (kind == ANYONE or is_worse(km, anyone[code][0]))
    ]


def _near(actor: Actor, ground: Ground, *, all_at_once: bool) -> dict[Pair, Near]:
    """What is nearest in each district, by need and kind, as far as was looked."""
    version = registry_version()
    found: dict[Pair, Near] = {}
    work = 0
    for pair in pairs():
        key: Hashable = ("near", ground.key, version, actor.sees.value, pair)
        known = kept().get(key)
        if known is None:
            if work > MOST_WORK and not all_at_once:
                break
            reach = reach_of(actor, ground, *pair)
            known = _by_district(ground, reach)
            work += len(ground.cells) * len(reach.takers.offers) + WORK_OF_EACH
            kept().put(key, known)
        found[pair] = known  # type: ignore[assignment]
    return found


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
    """Districts with the same sentence as one: all of them, or all of a regency."""
    open_ones = set(scores)
    lost = {code for code in open_ones if here[code][0] is None}
    found: list[Gap] = []
    for group in (lost, open_ones - lost):
        if group and group == set(here) and len(here) > 1:
            found.append(_gap(need, kind, EVERYWHERE, sorted(group), here, scores))
            continue
        for regency in sorted({regency_of(code) for code in group}):
            inside = sorted(code for code in here if regency_of(code) == regency)
            mine = [code for code in inside if code in group]
            alike = [(regency, mine)] if mine == inside else [(code, [code]) for code in mine]
            found += [_gap(need, kind, place, some, here, scores) for place, some in alike]
    return found


def _gap(
    need: str, kind: str, place: str, codes: list[str], here: Near, scores: dict[str, float]
) -> Gap:
    nearest = min(codes, key=lambda code: (here[code][0] is None, here[code][0] or 0.0, code))
    km, offer, is_sure = here[nearest]
    total = sum(scores[code] for code in codes)
    return Gap(need, kind, place, km, offer, is_sure, total, tuple(codes))
