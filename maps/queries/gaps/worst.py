"""The worst gaps over all needs and kinds of person, worst first.

Each need and kind is looked at once (`look.py`). In a large network that takes longer than a page
may, so the page says how far it is; where all were looked at before, it shows what was found then
and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from agencies.queries.places.kept import POPULATION, revision
from agencies.rules.candidate import Candidate
from agencies.rules.kinds import ANYONE
from core.actors import Actor
from maps.queries.gaps.demand import Demand
from maps.queries.gaps.districts import people_by_place, people_of
from maps.queries.gaps.ground import Ground, regency_of
from maps.queries.gaps.look import Near, Pair, look_at, pairs
from maps.queries.kept import latest
from maps.rules.gaps import Asked, Averages, average, is_gap, is_worse, score


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
    """The gaps that were found, and how many needs and kinds were looked at, of how many.

    `is_of_before`: the registry has changed since, and is being looked at again.
    """

    gaps: tuple[Gap, ...]
    looked_at: int
    of: int
    is_of_before: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is being worked out."""
        return self.looked_at >= self.of and not self.is_of_before


def worst_gaps(actor: Actor, ground: Ground, demand: Demand, *, all_at_once: bool = False) -> Worst:
    """The worst gaps, as far as they are found by now; with `all_at_once` all of them."""
    latest_look = look_at(actor, ground, all_at_once=all_at_once)
    look = latest_look.shown
    near = dict(look.near)  # a thread may be adding to it
    name = ("worst", ground.key, actor.sees.value, demand.period)
    version = (look.version, len(near), revision(POPULATION), demand.mark)
    found = latest(name, version, lambda: _scored(ground, demand, near))
    return Worst(found, len(near), len(pairs()), is_of_before=look is not latest_look)


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
