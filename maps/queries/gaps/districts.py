"""The gap map by district: from the district's middle to who is nearest, and how many ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from agencies.queries.places.kept import POPULATION, revision
from agencies.queries.places.population import People, population
from agencies.rules.candidate import Candidate
from maps.queries.gaps.ground import Ground, regency_of
from maps.queries.gaps.nearest import NOBODY, Reach
from maps.queries.kept import known_or

MOST_ROWS = 130  # beyond which regencies stand for their districts


@dataclass(frozen=True, slots=True)
class District:
    """What the cells of a place say together. Kilometres; None is nobody.

    `middle` is that of the cell in the middle when they are put in order; `offer` and `is_sure` are
    that cell's.
    """

    code: str | None  # None: the cells of which nobody knows the district
    middle: float | None
    least: float | None
    most: float | None
    offer: Candidate | None
    is_sure: bool
    people: People | None


def groups_of(ground: Ground) -> dict[str | None, list[int]]:
    """Which cells belong together: districts, or regencies when the districts are too many."""
    wide = len(ground.known_districts) > MOST_ROWS
    found: dict[str | None, list[int]] = defaultdict(list)
    for cell, code in enumerate(ground.districts):
        found[regency_of(code) if wide and code else code].append(cell)
    return dict(found)


def by_district(ground: Ground, reach: Reach) -> list[District]:
    """Every district of the ground, in the order of names."""
    who, km, sure = reach.first()
    people = people_by_place()
    rows = []
    for code, cells in groups_of(ground).items():
        here = np.array(cells, dtype=np.intp)
        ordered = here[np.lexsort((here, km[here], who[here] == NOBODY))]
        middle = int(ordered[(len(ordered) - 1) // 2])
        ends = [
            None if who[c] == NOBODY else float(km[c]) for c in (ordered[0], middle, ordered[-1])
        ]
        rows.append(
            District(
                code,
                ends[1],
                ends[0],
                ends[2],
                reach.offer(int(who[middle])),
                bool(sure[middle]),
                people_of(code, people),
            )
        )
    return sorted(rows, key=lambda row: (row.code is None, ground.full_name(row.code or "")))


def people_by_place() -> Mapping[str, People]:
    """All figures of population, kept until others are loaded."""
    key: Hashable = ("population", revision(POPULATION))
    return known_or(key, population)


def people_of(code: str | None, people: Mapping[str, People]) -> People | None:
    """Who lives in a place: its own figure, else the sum of its parts' when every one is known."""
    if code is None:
        return None
    if code in people:
        return people[code]
    depth = code.count(".") + 1
    parts = [
        one
        for part, one in people.items()
        if part.startswith(f"{code}.") and part.count(".") == depth
    ]
    if not parts:
        return None
    first = parts[0]
    return People(sum(one.count for one in parts), first.year, first.source)
