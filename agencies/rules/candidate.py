"""A service at a place as the rules see it: plain values, nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from agencies.rules.needs import ROOF

EVERY_AREA = "ID"  # the whole country


@dataclass(frozen=True, slots=True)
class Openness:
    """Whether a service is open at the asked instant; all None when its hours are not known."""

    now: bool | None = None
    until: datetime | None = None
    next: datetime | None = None


UNKNOWN_HOURS = Openness()


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """A pool of places, as last said. `minimum_age` and `maximum_age` in years."""

    sex: str  # female, male or any
    minimum_age: int
    maximum_age: int
    unit: str  # person, family or room
    capacity: int
    free: int
    said_at: datetime


@dataclass(frozen=True, slots=True)
class HoursSpan:
    """Weekly hours in OpenStreetMap syntax, and the dates between which they hold."""

    weekly: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What decides about openness. One object for equal plans, so that it is quick to look up."""

    hours: tuple[HoursSpan, ...]
    on_holidays: str | None
    timezone: str


plan_of = lru_cache(maxsize=100_000)(Plan)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One offer: what decides whether it can take a person. None is unknown, always.

    One for each time that the offer was read, and equal to no other.
    """

    offer_id: str
    needs: frozenset[str] = frozenset()
    closed_for_now: bool = False
    position: tuple[float, float] | None = None
    by_phone: bool = False
    takes_female: bool | None = None
    takes_male: bool | None = None
    takes_boys: bool | None = None
    takes_other: bool | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    takes_children: bool | None = None
    oldest_boy: int | None = None
    takes_foreigners: bool | None = None
    takes_without_id: bool | None = None
    accessible: tuple[bool | None, ...] = (None, None, None, None, None)  # in order of Disability
    night_intake: bool | None = None
    needs_letter: bool | None = None
    longest_stay_days: int | None = None
    areas: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    pools: tuple[PoolFigures, ...] = ()
    hours: tuple[HoursSpan, ...] = ()
    on_holidays: str | None = None  # open, closed or None
    timezone: str = "Asia/Jakarta"
    promised_minutes: int | None = None
    card: Any = None  # what pages show of it; no rule reads it
    is_roof: bool = field(init=False)  # whether it offers a place to stay
    plan: Plan = field(init=False)
    bounds: frozenset[str] | None = field(init=False)  # the areas that it is limited to, if any

    def __post_init__(self) -> None:
        """Known once and asked often."""
        object.__setattr__(self, "is_roof", bool(self.needs & ROOF))
        object.__setattr__(self, "plan", plan_of(self.hours, self.on_holidays, self.timezone))
        is_bound = bool(self.areas) and EVERY_AREA not in self.areas
        object.__setattr__(self, "bounds", frozenset(self.areas) if is_bound else None)
