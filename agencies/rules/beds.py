"""Free places: which pools a person may use, and whether the figure is young enough to trust."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from agencies.rules.candidate import PoolFigures
from agencies.rules.person import Person, age_range


class Beds(StrEnum):
    """What the pools say about one person and those who come along."""

    ENOUGH = "enough"
    TOO_FEW = "too few"
    OLD = "old"
    UNSAID = "unsaid"


def pools_for(pools: tuple[PoolFigures, ...], person: Person) -> list[PoolFigures]:
    """The pools that take this person by sex, age and family. Unknown facts exclude nothing."""
    if not pools:
        return []
    takes = _takes(person)
    return [pool for pool in pools if takes(pool)]


Takes = Callable[[PoolFigures], bool]


def _takes(person: Person) -> Takes:
    """Whether a pool takes this person, of whom many offers are asked one after the other."""
    latest = _latest[0]
    if latest[0] is not person:
        latest = _latest[0] = (person, _takes_whom(person))
    return latest[1]


def _takes_whom(person: Person) -> Takes:
    """What the person says is worked out once."""
    sexes = None if person.sex is None else ("any", person.sex.value)
    ages, is_family = age_range(person), bool(person.children)

    def takes(pool: PoolFigures) -> bool:
        if sexes is not None and pool.sex not in sexes:
            return False
        if ages is not None and (ages[1] < pool.minimum_age or ages[0] > pool.maximum_age):
            return False
        return is_family or pool.unit != "family"

    return takes


_nobody = Person()
_latest: list[tuple[Person, Takes]] = [(_nobody, _takes_whom(_nobody))]


def is_fresh(pool: PoolFigures, now: datetime, fresh_for: timedelta) -> bool:
    """Whether the figure is young enough: beds age in a day (domain.md §3, stale after 24 h)."""
    return now - pool.said_at <= fresh_for


def is_enough(pool: PoolFigures, party: int) -> bool:
    """A family or a room is one unit for all; otherwise everybody takes a place."""
    return pool.free >= (party if pool.unit == "person" else 1)


class Told(NamedTuple):
    """What pools tell of a person, whatever the hour: when they were asked last.

    `enough`: the youngest figure that has room for all who come; `oldest`: of all figures that
    concern them. None: there is no such figure.
    """

    enough: datetime | None
    oldest: datetime | None


def telling(person: Person) -> Callable[[tuple[PoolFigures, ...]], Told]:
    """A look at pools for a person; the same for everybody of the same `party_of`."""
    takes, party = _takes(person), person.party

    def look(pools: tuple[PoolFigures, ...]) -> Told:
        enough: datetime | None = None
        oldest: datetime | None = None
        for pool in pools:
            if not takes(pool):
                continue
            said = pool.said_at
            if oldest is None or said < oldest:
                oldest = said
            if (enough is None or said > enough) and is_enough(pool, party):
                enough = said
        return Told(enough, oldest)

    return look


def party_of(person: Person) -> Hashable:
    """All that pools ask about a person and those who come along."""
    return person.sex, age_range(person), person.party


def beds_for(
    person: Person, now: datetime, fresh_for: timedelta
) -> Callable[[tuple[PoolFigures, ...]], Beds]:
    """A look at pools: is a place free for everybody who comes? (design.md §4: pools)

    What the person and the hour say is worked out once, however many pools are looked at.
    """
    told, earliest = telling(person), now - fresh_for

    def look(pools: tuple[PoolFigures, ...]) -> Beds:
        if not pools:
            return Beds.UNSAID
        enough, oldest = told(pools)
        if enough is not None and enough >= earliest:
            return Beds.ENOUGH
        return Beds.OLD if oldest is not None and oldest < earliest else Beds.TOO_FEW

    return look


def least_capacity(occupied: int, held: int, closed: int) -> int:
    """How many places a pool must have: nobody who is in it or expected is counted away."""
    return occupied + held + closed


def free_places(pools: tuple[PoolFigures, ...], person: Person) -> tuple[int, datetime] | None:
    """Free places that this person could use and when the oldest of the figures was said."""
    usable = pools_for(pools, person)
    if not usable:
        return None
    return sum([pool.free for pool in usable]), min([pool.said_at for pool in usable])
