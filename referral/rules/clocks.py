"""The clocks of a referral: when it must be acknowledged, decided and begun (domain.md §1.5).

Emergencies and urgent referrals run by the wall clock, nights and holidays included; routine ones
by working days in the receiver's time zone. The clocks of an agency begin when it is asked; the
start of the service counts from the *original* start, over every re-referral (design.md §6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.rules.needs import Urgency

WORK_BEGINS, WORK_ENDS = time(8), time(16)
DAY = timedelta(days=1)
EXPIRES_AFTER = 4  # times the deciding limit, unless a requested-by time was said (design.md §6)

IsWorkingDay = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits: minutes of the wall clock, or working days where `working` is set."""

    acknowledge: int
    decide: int
    working: bool
    start: timedelta  # always of the wall clock
    escalate: int  # when the coordinator is told: minutes, or working days


# [P] of domain.md §1.5, aligned with the law; the 7 days are of UU 21/2007 art 52.
LIMITS: dict[Urgency, Limits] = {
    Urgency.EMERGENCY: Limits(15, 60, working=False, start=timedelta(hours=6), escalate=15),
    Urgency.URGENT: Limits(120, 360, working=False, start=timedelta(hours=72), escalate=360),
    Urgency.ROUTINE: Limits(1, 3, working=True, start=timedelta(days=7), escalate=5),
}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The instants by which things must have happened."""

    acknowledge: datetime
    decide: datetime
    escalate: datetime  # the coordinator on duty is told of silence
    start: datetime
    expires: datetime


def deadlines(
    urgency: Urgency,
    *,
    asked_at: datetime,
    started_at: datetime,
    zone: ZoneInfo,
    is_working_day: IsWorkingDay,
    requested_by: datetime | None = None,
) -> Deadlines:
    """The deadlines of one asked agency. `requested_by` ends the asking earlier or later."""
    limits = LIMITS[urgency]

    def after(amount: int) -> datetime:
        if not limits.working:
            return asked_at + timedelta(minutes=amount)
        return after_working_days(asked_at, amount, zone, is_working_day)

    return Deadlines(
        acknowledge=after(limits.acknowledge),
        decide=after(limits.decide),
        escalate=after(limits.escalate),
        start=started_at + limits.start,
        expires=requested_by or after(limits.decide * EXPIRES_AFTER),
    )


def after_working_days(
    moment: datetime, days: int, zone: ZoneInfo, is_working_day: IsWorkingDay
) -> datetime:
    """The same hour so many working days later; what comes after hours counts from next morning."""
    local = _next_working_moment(moment.astimezone(zone), is_working_day)
    for _ in range(days):
        local = _next_working_day(local, is_working_day)
    return local.astimezone(moment.tzinfo)


def _next_working_moment(local: datetime, is_working_day: IsWorkingDay) -> datetime:
    if is_working_day(local.date()) and local.timetz().replace(tzinfo=None) < WORK_ENDS:
        return max(local, _at(local, WORK_BEGINS))
    return _at(_next_working_day(local, is_working_day), WORK_BEGINS)


def _next_working_day(local: datetime, is_working_day: IsWorkingDay) -> datetime:
    local += DAY
    while not is_working_day(local.date()):
        local += DAY
    return local


def _at(local: datetime, hour: time) -> datetime:
    return local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
