"""A figure as it may be said: exactly, between two numbers, or not at all, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Of what a reading is."""

    SHARE = "share"  # 0 to 1
    MINUTES = "minutes"
    COUNT = "count"
    NIGHTS = "nights"  # of so many
    INDEX = "index"  # a number of its own kind, 0 to 1


class Silence(StrEnum):
    """Why there is no figure."""

    HIDDEN = "hidden"  # too few persons, or hidden beside one with too few
    NOT_BY_THIS = "not by this"  # not published for an agency, a need or a district
    NOT_YET = "not yet"  # needs the work on cases
    NOTHING = "nothing"  # nothing to count
    LIVE = "live"  # changes by the hour: it leaves the house in no file
    AT_WORK = "at work"  # is being worked out beside the pages
    UNPUBLISHED = "unpublished"  # nothing is published for the period
    UNMEASURED = "unmeasured"  # nobody looked in the period


@dataclass(frozen=True, slots=True)
class Reading:
    """`low` and `high` are the same for what is said exactly; `ninety` is the tail of times, `of`
    how many nights were looked at.
    """

    unit: Unit
    low: float | None = None
    high: float | None = None
    silence: Silence | None = None
    ninety: tuple[float, float] | None = None
    of: int | None = None

    @property
    def is_said(self) -> bool:
        """Whether there is a figure."""
        return self.low is not None


def exactly(unit: Unit, value: float) -> Reading:
    """A figure that is known."""
    return Reading(unit, value, value)


def nights(some: int, of: int) -> Reading:
    """So many of the nights that were looked at."""
    return (
        Reading(Unit.NIGHTS, some, some, of=of) if of else silent(Unit.NIGHTS, Silence.UNMEASURED)
    )


def between(
    unit: Unit, steps: tuple[float, float] | None, ninety: tuple[float, float] | None = None
) -> Reading:
    """A published figure: between which steps it lies; hidden where it is not there."""
    if steps is None:
        return silent(unit, Silence.HIDDEN)
    return Reading(unit, steps[0], steps[1], ninety=ninety)


def silent(unit: Unit, why: Silence) -> Reading:
    """No figure."""
    return Reading(unit, silence=why)


def share_of(part: int | None, whole: int | None) -> Reading:
    """A share of counts that are shown."""
    if part is None or whole is None:
        return silent(Unit.SHARE, Silence.HIDDEN)
    return exactly(Unit.SHARE, part / whole) if whole else silent(Unit.SHARE, Silence.NOTHING)
