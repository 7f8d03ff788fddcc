"""What the clocks of one referral have to do, and when (domain.md §1.5, §6A 3; design.md §6).

A pure table over what is known of the referral: every duty has an instant and a mark. The mark is
written down when the duty is done, in the same transaction; so it is done once, whatever becomes
of the worker. What was never due while somebody could have answered is not made up for later: who
answers, late or not, ends what waits for an answer. *Late* is not expired.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agencies.rules.needs import Urgency
from referral.rules.due import LAPSES_SOON
from referral.rules.states import OPEN, PROMISED, UNANSWERED, State

LATE = "referral.late"  # event: referral; nobody decided in time, the next may be asked

# [P]: how long after the expected time the receiver is asked whether the person came.
GRACE = timedelta(hours=1)
# [P]: how long an answer that the sender wrote down from the phone may wait to be confirmed.
PHONE_WAITS: dict[Urgency, timedelta] = {
    Urgency.EMERGENCY: timedelta(hours=1),
    Urgency.URGENT: timedelta(hours=6),
    Urgency.ROUTINE: timedelta(days=1),
}
# [P]: when the sender is reminded of a return referral that nobody read.
UNREAD_AFTER = (timedelta(days=3), timedelta(days=14))
# However little is due, an open referral is looked at once a day: nothing depends on one hint.
LOOK_AGAIN = timedelta(days=1)

UNDECIDED = UNANSWERED - {State.WAITLISTED}
AWAITED = PROMISED | {State.WAITLISTED, State.NO_SHOW}


class Act(StrEnum):
    """What a clock does. In the order in which things due at one instant are done."""

    REMIND = "remind"  # not acknowledged in time: whoever is on duty there
    SILENT = "silent"  # an emergency: their deputy and the coordinator on duty too
    LATE = "late"  # not decided in time: deputy and sender; the next may be asked
    ESCALATE = "escalate"  # still not decided: the coordinator on duty
    START = "start"  # nobody is there although it should have begun: both, and the coordinator
    COME = "come"  # the expected time is over: did they come?
    LAPSES_SOON = "lapses_soon"  # a place is about to be given up: both sides
    LAPSE = "lapse"  # it is: to be decided again
    FREE = "free"  # the person did not come: the place is given back
    EXPIRE = "expire"
    PHONE = "phone"  # an answer by phone was not confirmed
    UNREAD = "unread"  # a return referral was not read


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the clocks ask of a referral. Instants are aware; None where there is none."""

    state: State
    urgency: Urgency
    acknowledge_by: datetime | None = None
    decide_by: datetime | None = None
    escalate_at: datetime | None = None
    start_by: datetime | None = None
    expires_at: datetime | None = None
    kept_until: datetime | None = None  # the first of its places to lapse
    expected_at: datetime | None = None
    phone_at: datetime | None = None  # of the answer by phone that waits to be confirmed
    returned_at: datetime | None = None  # of the return referral that waits to be read


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is to be done at an instant; `mark` says which it is within a round."""

    act: Act
    at: datetime
    mark: str


_ORDER = {act: number for number, act in enumerate(Act)}


def duties(facts: Facts) -> tuple[Duty, ...]:
    """All duties of a referral as it stands, done or not, in the order in which they fall due."""
    found = [*_answering(facts), *_coming(facts), *_reading(facts)]
    return tuple(sorted(found, key=lambda duty: (duty.at, _ORDER[duty.act], duty.mark)))


def first_due(facts: Facts, done: Collection[str], moment: datetime) -> Duty | None:
    """What is to be done first of what is due and was not done; never anything early."""
    for duty in duties(facts):
        if duty.at <= moment and duty.mark not in done:
            return duty
    return None


def look_at(facts: Facts, done: Collection[str], moment: datetime) -> datetime | None:
    """When the referral is to be looked at next: at its next duty, at the latest in a day.

    None once it has ended.
    """
    if facts.state not in OPEN:
        return None
    waiting = (duty.at for duty in duties(facts) if duty.mark not in done)
    return min(next(waiting, moment + LOOK_AGAIN), moment + LOOK_AGAIN)


def _answering(facts: Facts) -> list[Duty]:
    found: list[Duty | None] = []
    if facts.state is State.SENT:
        emergency = facts.urgency is Urgency.EMERGENCY
        found.append(_once(Act.SILENT if emergency else Act.REMIND, facts.acknowledge_by))
    if facts.state in UNDECIDED:
        found += [_once(Act.LATE, facts.decide_by), _once(Act.ESCALATE, _escalates(facts))]
    if facts.state in UNANSWERED:
        found.append(_once(Act.EXPIRE, facts.expires_at))
    return [duty for duty in found if duty is not None]


def _escalates(facts: Facts) -> datetime | None:
    """Not before it is late: an emergency's silence has an alarm of its own."""
    if facts.escalate_at is None or facts.decide_by is None:
        return None
    return max(facts.escalate_at, facts.decide_by)


def _coming(facts: Facts) -> list[Duty]:
    found: list[Duty | None] = []
    if facts.state in AWAITED:
        found.append(_once(Act.START, facts.start_by))
    if facts.state in PROMISED:
        expected = facts.expected_at
        found.append(_each(Act.COME, expected, expected and expected + GRACE))
        until = facts.kept_until
        found.append(_each(Act.LAPSES_SOON, until, until and until - LAPSES_SOON))
        found.append(_each(Act.LAPSE, until, until))
    if facts.state is State.NO_SHOW:
        found.append(_each(Act.FREE, facts.kept_until, facts.kept_until))
    return [duty for duty in found if duty is not None]


def _reading(facts: Facts) -> list[Duty]:
    found: list[Duty | None] = []
    if facts.phone_at is not None:
        due = facts.phone_at + PHONE_WAITS[facts.urgency]
        found.append(_each(Act.PHONE, facts.phone_at, due))
    if facts.state is State.COMPLETED and facts.returned_at is not None:
        for number, after in enumerate(UNREAD_AFTER, 1):
            mark = f"{Act.UNREAD.value}/{number}@{_spelt(facts.returned_at)}"
            found.append(Duty(Act.UNREAD, facts.returned_at + after, mark))
    return [duty for duty in found if duty is not None]


def _once(act: Act, at: datetime | None) -> Duty | None:
    return None if at is None else Duty(act, at, act.value)


def _each(act: Act, of: datetime | None, at: datetime | None) -> Duty | None:
    """Once for each value: a hold that is extended is warned of again."""
    if of is None or at is None:
        return None
    return Duty(act, at, f"{act.value}@{_spelt(of)}")


def _spelt(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"
