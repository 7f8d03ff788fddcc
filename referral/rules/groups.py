"""How lists of referrals are cut: what the sender looks for, and what the clerk works through."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from referral.rules.states import ARRIVED, BEFORE_ARRIVAL, OPEN, PROMISED, UNANSWERED, State

NIGHT_ENDS = time(8)


class Group(StrEnum):
    """What a sender looks for among what was sent."""

    OPEN = "open"
    WAITING = "waiting"
    LATE = "late"
    PROMISED = "promised"
    ARRIVED = "arrived"
    TO_READ = "to_read"
    ENDED = "ended"


STATES_OF: dict[Group, frozenset[State]] = {
    Group.OPEN: OPEN,
    Group.WAITING: UNANSWERED,
    Group.LATE: (BEFORE_ARRIVAL & OPEN),
    Group.PROMISED: PROMISED | {State.NO_SHOW},
    Group.ARRIVED: ARRIVED,
    Group.TO_READ: frozenset({State.COMPLETED}),
    Group.ENDED: frozenset(State) - OPEN - {State.DRAFT},
}


class Lane(StrEnum):
    """A part of the clerk's board, in the order of the board."""

    ANSWER = "answer"  # by the clock
    TONIGHT = "tonight"  # expected before the next morning
    ASKED = "asked"  # we asked, they have not answered yet
    LATER = "later"  # expected after that
    MISSED = "missed"  # they did not come
    WAITING = "waiting"  # the waiting list
    HERE = "here"


_LANES: dict[State, Lane] = {
    State.SENT: Lane.ANSWER,
    State.ACKNOWLEDGED: Lane.ANSWER,
    State.INFO_REQUESTED: Lane.ASKED,
    State.WAITLISTED: Lane.WAITING,
    State.NO_SHOW: Lane.MISSED,
    **dict.fromkeys(ARRIVED, Lane.HERE),
}


def lane_of(state: State, expected_at: datetime | None, night_ends: datetime) -> Lane | None:
    """Where a referral stands on the board of whoever receives it; None: it does not.

    Who is expected at no known time is expected tonight: nobody should stand before a closed door.
    """
    if state in PROMISED:
        is_later = expected_at is not None and expected_at > night_ends
        return Lane.LATER if is_later else Lane.TONIGHT
    return _LANES.get(state)


def end_of_night(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the coming or present night ends, in a zone: by day the next morning's."""
    local = moment.astimezone(zone)
    ends = datetime.combine(local.date(), NIGHT_ENDS, tzinfo=zone)
    return ends if local < ends else ends + timedelta(days=1)
