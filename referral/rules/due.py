"""Which clocks of a referral run in a state, and which of them comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from referral.rules.states import PROMISED, State

# [P]: this long before a hold ends, whoever keeps the place is reminded of it.
LAPSES_SOON = timedelta(hours=2)


class Clock(StrEnum):
    """What is due."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    START = "start"


@dataclass(frozen=True, slots=True)
class Due:
    """Something must have happened by an instant."""

    clock: Clock
    at: datetime

    def is_late(self, moment: datetime) -> bool:
        """Whether it should have happened."""
        return moment > self.at


# In the order in which they end. To begin in time is due until the person is there.
_RUNNING: dict[State, tuple[Clock, ...]] = {
    State.SENT: (Clock.ACKNOWLEDGE, Clock.DECIDE),
    State.ACKNOWLEDGED: (Clock.DECIDE,),
    State.INFO_REQUESTED: (Clock.DECIDE,),
    State.WAITLISTED: (Clock.START,),
    State.NO_SHOW: (Clock.START,),
    **dict.fromkeys(PROMISED, (Clock.START,)),
}


def states_with(clock: Clock) -> frozenset[State]:
    """The states in which a clock runs."""
    return frozenset(state for state, clocks in _RUNNING.items() if clock in clocks)


def running(state: State, ends: Mapping[Clock, datetime | None]) -> tuple[Due, ...]:
    """The clocks that run in a state, the first to end first. `ends`: when each of them does."""
    found = [(clock, ends.get(clock)) for clock in _RUNNING.get(state, ())]
    return tuple(
        sorted((Due(clock, at) for clock, at in found if at is not None), key=lambda due: due.at)
    )


def lapses_soon(until: datetime | None, moment: datetime) -> bool:
    """Whether a held place is about to be given up."""
    return until is not None and until - moment <= LAPSES_SOON
