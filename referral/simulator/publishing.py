"""What the worker does when a quarter or a year has closed: it publishes its counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from core.actors import SYSTEM
from referral.commands.publishing import keep_publication
from referral.queries.published import is_out
from referral.queries.publishing import make_body, pack, quarters_out
from referral.rules.periods import Period, closed_periods
from referral.simulator.loop import Action
from referral.simulator.play import Play

LATER = timedelta(hours=1)  # the worker looks each hour


@dataclass(frozen=True, slots=True)
class House:
    """How the house publishes: its time zone, and how long after a period's end."""

    zone: ZoneInfo
    grace: timedelta


def expect_publications(play: Play, house: House) -> None:
    """Have every period that closes within the simulated time published when it does.

    What has closed an hour before its end or later is left to the worker.
    """
    truth = play.truth
    closed = closed_periods(truth.first, truth.last, zone=house.zone, grace=house.grace)
    for period in closed:
        play.loop.at(period.closes(house.zone, house.grace) + LATER, _publishes(period, house))


def _publishes(period: Period, house: House) -> Action:
    return lambda: _publish(period, house)


def _publish(period: Period, house: House) -> None:
    if is_out(str(period)) or is_out(str(period.year)):
        return
    body = make_body(period, zone=house.zone, grace=house.grace, quarters=quarters_out(period))
    if body is not None:
        keep_publication(SYSTEM, period=period, rules=body["rules"], packed=pack(body))
