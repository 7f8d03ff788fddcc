"""Who is told what, when somebody moves a referral (design.md §6, §9): one table.

A message says only that something waits, by kind and urgency: no name, no need, no place, no code.
State changes once, messages go at least once: `commands/notices/telling.py` writes them, the
worker sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agencies.rules.needs import Urgency
from referral.rules.moves import Name, Party
from referral.rules.reasons import Cancel
from referral.rules.states import PROMISED, UNANSWERED, State

DAY = timedelta(days=1)


class What(StrEnum):
    """Which sentence is said (`wording/notices.py`)."""

    NEW = "new"
    REOPENED = "reopened"
    INFORMATION = "information"  # what the receiver asked was answered
    CALLED_OFF = "called_off"
    FILLED = "filled"  # another agency was first, or was chosen
    WITHDRAWN = "withdrawn"  # the basis is gone: what was shown is closed
    OPEN_AGAIN = "open_again"  # the person agreed again: it may be read
    ANSWERED = "answered"
    QUESTION = "question"
    FALLEN = "fallen"  # a promised place falls through
    LAPSED = "lapsed"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    BY_PHONE = "by_phone"  # an answer that the sender wrote down waits to be confirmed
    MOVED_ON = "moved_on"
    RETURNED = "returned"  # a return referral waits
    NOTE = "note"
    REMINDER = "reminder"  # to who has not answered yet
    LATE = "late"  # to deputy and coordinator
    LAPSES_SOON = "lapses_soon"  # a place that is kept is about to be given up
    DID_THEY_COME = "did_they_come"  # the expected time is over
    NOBODY_ON_DUTY = "nobody_on_duty"
    SHIFT_OPEN = "shift_open"  # a shift that was handed over was not taken over
    ASK_NEXT = "ask_next"  # a coordinator asks the sender to ask the next
    ARRIVAL = "arrival_changed"  # where, when or how they come was said anew
    UNCONFIRMED = "hand_over_unconfirmed"
    FOLLOW_UP = "follow_up_due"
    LOST = "contact_lost"
    UNFOUNDED = "unfounded"  # declined for what nobody should be turned away for
    AGREEMENT_PROPOSED = "agreement_proposed"
    AGREEMENT_NEWS = "agreement_news"  # it was confirmed, declined, changed or ended
    AGREEMENT_ENDS = "agreement_ends"  # in 30 days, in 7 days
    GLASS = "glass"  # what identifies somebody was opened past the rules


class Weight(StrEnum):
    """Whom it may wake."""

    AS_REFERRAL = "as the referral"  # an emergency's message at once, day and night
    ALWAYS = "always"  # an emergency whatever the referral was
    NEVER = "never"  # waits for quiet hours to end, also in an emergency's referral


# These are seen on the pages of agreements.
OF_AGREEMENTS = frozenset({What.AGREEMENT_PROPOSED, What.AGREEMENT_NEWS, What.AGREEMENT_ENDS})


@dataclass(frozen=True, slots=True)
class Telling:
    """One side is told one sentence."""

    to: Party
    what: What


_SENDER, _RECEIVER = Party.SENDER, Party.RECEIVER
_ANSWERS = (Name.ACKNOWLEDGE, Name.ACCEPT, Name.ACCEPT_CONDITIONALLY, Name.PUT_ON_LIST)

# Whom each move tells.
TELLS: dict[Name, tuple[Telling, ...]] = {
    Name.SEND: (Telling(_RECEIVER, What.NEW),),
    Name.REOPEN: (Telling(_RECEIVER, What.REOPENED),),
    Name.GIVE_ANSWER: (Telling(_RECEIVER, What.INFORMATION),),
    Name.CANCEL: (Telling(_RECEIVER, What.CALLED_OFF),),
    Name.DIVERT: (Telling(_RECEIVER, What.CALLED_OFF),),
    Name.MARK_ERROR: (Telling(_RECEIVER, What.CALLED_OFF),),
    Name.CLOSE: (Telling(_RECEIVER, What.MOVED_ON),),
    **{name: (Telling(_SENDER, What.ANSWERED),) for name in _ANSWERS},
    Name.DECLINE: (Telling(_SENDER, What.ANSWERED),),
    Name.REDIRECT: (Telling(_SENDER, What.ANSWERED),),
    Name.ASK: (Telling(_SENDER, What.QUESTION),),
    Name.MEET_CONDITIONS: (Telling(_SENDER, What.MOVED_ON),),
    Name.HAND_OVER: (Telling(_SENDER, What.MOVED_ON),),
    Name.BEGIN: (Telling(_SENDER, What.MOVED_ON),),
    Name.MISS: (Telling(_SENDER, What.NO_SHOW),),
    Name.COMPLETE: (Telling(_SENDER, What.RETURNED),),
    Name.LAPSE: (Telling(_SENDER, What.LAPSED), Telling(_RECEIVER, What.LAPSED)),
    Name.EXPIRE: (Telling(_SENDER, What.EXPIRED), Telling(_RECEIVER, What.EXPIRED)),
}
# Either side makes these: the other one is told.
OTHER_SIDE = frozenset({Name.MEET_CONDITIONS, Name.HAND_OVER, Name.CANCEL})

WEIGHTS: dict[What, Weight] = {
    **dict.fromkeys(What, Weight.AS_REFERRAL),
    # A place that falls through is an emergency (design.md §6); so is whoever did not arrive.
    **dict.fromkeys(
        (What.FALLEN, What.LAPSED, What.NO_SHOW, What.GLASS, What.WITHDRAWN), Weight.ALWAYS
    ),
    # The person is there and cared for: nobody is woken.
    **dict.fromkeys(
        (
            What.MOVED_ON,
            What.OPEN_AGAIN,
            What.RETURNED,
            What.NOTE,
            What.BY_PHONE,
            What.SHIFT_OPEN,
            What.UNCONFIRMED,
            What.FOLLOW_UP,
            What.AGREEMENT_PROPOSED,
            What.AGREEMENT_NEWS,
            What.AGREEMENT_ENDS,
        ),
        Weight.NEVER,
    ),
}

# After these the receiver may answer from the link, without an account.
ASKS_FOR_ANSWER = frozenset(
    {What.NEW, What.REOPENED, What.INFORMATION, What.LAPSED, What.REMINDER, What.LATE}
)


def tellings_of(
    name: Name,
    *,
    party: Party,
    before: State,
    reason: str | None,
    by_phone: bool,
) -> tuple[Telling, ...]:
    """Who is told what of a move that `party` made from the state `before`.

    An answer by phone was written down by the sender: the receiver is told, to confirm it.
    """
    if before is State.DRAFT and name is not Name.SEND:
        return ()  # nobody but its writer knew of it
    if by_phone:
        return (Telling(_RECEIVER, What.BY_PHONE),)
    if name is Name.DECLINE and before in PROMISED:
        return (Telling(_SENDER, What.FALLEN),)
    if name is Name.CANCEL and reason in (Cancel.WITHDRAWN, Cancel.CONSENT_ENDED):
        return (Telling(_RECEIVER, What.WITHDRAWN),)
    if name is Name.CANCEL and reason == Cancel.FILLED:
        return (Telling(_RECEIVER, What.FILLED),)
    if name in OTHER_SIDE and party in (_SENDER, _RECEIVER):
        other = _RECEIVER if party is _SENDER else _SENDER
        return tuple(Telling(other, telling.what) for telling in TELLS[name])
    return TELLS[name]


def is_emergency(what: What, urgency: Urgency | None) -> bool:
    """Whether a message goes at once on every channel, quiet hours or not."""
    weight = WEIGHTS[what]
    if weight is Weight.AS_REFERRAL:
        return urgency is Urgency.EMERGENCY
    return weight is Weight.ALWAYS


def may_answer(what: What, state: State) -> bool:
    """Whether the message's link leads to answering without an account."""
    return what in ASKS_FOR_ANSWER and state in UNANSWERED


@dataclass(frozen=True, slots=True)
class Hours:
    """When a channel wants to be left alone, and when it wants routine messages all at once."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time | None = None  # None: no digest


def due_at(
    moment: datetime, hours: Hours, zone: ZoneInfo, *, emergency: bool, routine: bool
) -> datetime:
    """When a message of that moment is to go out on a channel in that zone.

    An emergency goes at once. What is routine waits for the digest, anything else for quiet hours
    to end.
    """
    if emergency:
        return moment
    local = moment.astimezone(zone)
    if routine and hours.digest_at is not None:
        local = _next(local, hours.digest_at)
    if _is_quiet(local.timetz().replace(tzinfo=None), hours) and hours.quiet_to is not None:
        local = _next(local, hours.quiet_to)
    return local.astimezone(moment.tzinfo)


def _next(local: datetime, hour: time) -> datetime:
    """The next time that the clock shows that hour."""
    there = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return there if there > local else there + DAY


def _is_quiet(hour: time, hours: Hours) -> bool:
    begins, ends = hours.quiet_from, hours.quiet_to
    if begins is None or ends is None or begins == ends:
        return False
    if begins < ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends  # over midnight


def first_tried(failing: Sequence[bool], *, emergency: bool) -> list[int]:
    """Which of an agency's channels are tried at once, by their place in its order.

    In an emergency all of them; else the first one that does not fail, or all where all fail. The
    next one is tried when one fails.
    """
    everyone = list(range(len(failing)))
    if emergency:
        return everyone
    sound = [number for number in everyone if not failing[number]]
    return sound[:1] or everyone
