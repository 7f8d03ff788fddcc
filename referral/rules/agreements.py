"""Agreements between agencies: what they may be, in which state they are, when their end is said.

The state is a question to the rows and the day, never a timer: an agreement that has ended by its
date is ended whether or not anybody noted it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from referral.rules.routes import Ground

# What an agreement may rest on (design.md §7).
GROUNDS = (Ground.MOU, Ground.SOP, Ground.LAW, Ground.PRACTICE)
ANNOUNCED = (30, 7)  # days before the end at which both sides are told


class Side(StrEnum):
    """Who refers, and whom they refer to."""

    FROM = "from"
    TO = "to"

    @property
    def other(self) -> Side:
        """The one across."""
        return Side.TO if self is Side.FROM else Side.FROM


class AgreementState(StrEnum):
    """Where an agreement stands."""

    PROPOSED = "proposed"  # a side has not said yes yet
    COMING = "coming"  # agreed, and begins on a later day
    LIVE = "live"
    EXPIRED = "expired"  # its date is over
    ENDED = "ended"  # a side ended it
    DECLINED = "declined"


# In this order a list shows them.
ORDER = tuple(AgreementState)
OPEN = frozenset({AgreementState.PROPOSED, AgreementState.COMING, AgreementState.LIVE})


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of an agreement, when, and between which days it holds (both included)."""

    from_confirmed_at: datetime | None
    to_confirmed_at: datetime | None
    declined_at: datetime | None
    ended_at: datetime | None
    valid_from: date
    valid_until: date | None


def state_of(said: Said, today: date) -> AgreementState:
    """The state on a day, by the local calendar."""
    if said.declined_at is not None:
        return AgreementState.DECLINED
    if said.ended_at is not None:
        return AgreementState.ENDED
    if said.valid_until is not None and said.valid_until < today:
        return AgreementState.EXPIRED
    if said.from_confirmed_at is None or said.to_confirmed_at is None:
        return AgreementState.PROPOSED
    return AgreementState.COMING if said.valid_from > today else AgreementState.LIVE


def days_left(valid_until: date | None, today: date) -> int | None:
    """How many days an agreement still holds after today; None: without an end, or over."""
    if valid_until is None or valid_until < today:
        return None
    return (valid_until - today).days


def to_announce(valid_until: date | None, today: date, announced: int | None) -> int | None:
    """Which announcement of the end is due now: 30 or 7 days before it; None: none.

    `announced`: the nearest one that was made already. One that was missed is not made up for.
    """
    left = days_left(valid_until, today)
    if left is None:
        return None
    due = min((days for days in ANNOUNCED if left <= days), default=None)
    return due if due is not None and (announced is None or due < announced) else None
