"""Run a simulation: draw the truth, let people come, and let everybody do their part."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from agencies.commands.nights import keep_night
from agencies.queries.find import ask
from agencies.queries.nights import free_now
from agencies.rules.needs import Urgency
from agencies.rules.nights import FROM_HOUR
from core import clock
from core.actors import OPERATOR, SYSTEM
from referral.commands.hand_over.follow_ups import tell_due_follow_ups
from referral.commands.hand_over.hand_overs import remind_unconfirmed
from referral.commands.notices.telling import see_notices
from referral.queries.simulated import PlayedAgency, agencies_with_news, played_agencies
from referral.simulator import deciding, seeking
from referral.simulator.agreeing import expect_agreements
from referral.simulator.chance import chance_of
from referral.simulator.evening import expect_evening
from referral.simulator.loop import DAY, Action, Loop
from referral.simulator.people import GAP_NEEDS, PROFILES
from referral.simulator.play import WIB, Play
from referral.simulator.publishing import House, expect_publications
from referral.simulator.seasons import demand_on, seasons_between
from referral.simulator.staff import Staff
from referral.simulator.world import HUB_SENDS, Gap, Truth, answerers_of, hub_of

MOST_GAPS = 4
# How often somebody comes to each kind of agency first.
SENDS: dict[str, float] = {
    "POL": 3, "UPTD": 4, "HOT": 1.5, "SAPA": 0.5, "BP3MI": 1.5, "NGO": 1.5, "DSOS": 1.5,
    "PPT": 1.2, "SHL": 0.4, "OBH": 0.4, "RPTC": 0.5, "KBRI": 0.4, "SNT-A": 0.3, "SNT-W": 0.3,
}  # fmt: skip
NIGHTS = (time(2, 30), time(22, 30))
# How many of a day's people come in each of its 24 hours.
HOURS = (2, 2, 1, 1, 1, 1, 2, 3, 6, 8, 8, 7, 5, 6, 7, 6, 5, 4, 4, 5, 5, 5, 4, 3)


class NothingToPlayError(Exception):
    """There are not two sample agencies that offer something."""


def simulate(
    *,
    seed: int,
    first: datetime,
    last: datetime,
    cases_a_day: float,
    password_hash: str,
    house: House,
    each_day: Callable[[], None],
    leave_open: bool = False,
    within: str = "",
) -> tuple[Truth, Play]:
    """Write the past between two instants; the truth, and what was under way at the end.

    What closes within it is published when it does (`publishing.py`).
    `within`: only agencies with a place in this area (a gazetteer code) are played. `leave_open`:
    its last hours hold referrals between the demo's own people (`evening.py`).

    `NothingToPlayError` without sample agencies; `ValueError` for a time to come.
    """
    with clock.at(first):
        nights = tuple(_at(first.date() + DAY * n, NIGHTS[n % 2]) for n in range(7))
        agencies = tuple(one for one in played_agencies(nights) if _is_in(one, within))
        if len(agencies) < 2:
            raise NothingToPlayError
        staff = Staff(agencies, password_hash)
        truth = _truth(seed, agencies, first, last, cases_a_day)
    play = Play(
        truth=truth,
        loop=Loop(first, last),
        staff=staff,
        agencies={agency.id: agency for agency in agencies},
        offers={offer.id: offer for agency in agencies for offer in agency.offers},
        after_clock=deciding.after_clock,
        ask_next=seeking.ask_next,
        freed=seeking.FREED,
    )
    _expect_people(play, agencies)
    _expect_chores(play)
    expect_agreements(play)
    expect_publications(play, house)
    if leave_open:
        expect_evening(play)
    play.loop.run(each_day)
    return truth, play


def _is_in(agency: PlayedAgency, within: str) -> bool:
    return not within or any(f"{area}.".startswith(f"{within}.") for area in agency.areas)


def _truth(
    seed: int,
    agencies: Sequence[PlayedAgency],
    first: datetime,
    last: datetime,
    cases_a_day: float,
) -> Truth:
    hub = hub_of(agencies)
    return Truth(
        seed=seed,
        first=first,
        last=last,
        cases_a_day=cases_a_day,
        hub=hub,
        answerers=answerers_of(seed, agencies, hub),
        seasons=seasons_between(first.date(), last.date()),
        gaps=tuple(_gaps(seed, agencies, cases_a_day)),
    )


def _gaps(seed: int, agencies: Sequence[PlayedAgency], cases_a_day: float) -> list[Gap]:
    """Needs of persons whom, by the entries, nobody takes: each is looked for in one district."""
    chance = chance_of(seed, "gaps")
    areas = sorted({area for agency in agencies for area in agency.areas}) or [""]
    wanted = [(need, profile) for need in GAP_NEEDS for profile in PROFILES]
    chance.shuffle(wanted)
    found: list[Gap] = []
    for need, profile in wanted:
        area = chance.choice(areas)
        if len(found) == MOST_GAPS:
            break
        if need in {gap.need for gap in found}:
            continue
        person = PROFILES[profile]
        asked = seeking.understood(24, (need,), person, area or None, Urgency.ROUTINE)
        if not ask(OPERATOR, asked.question, asked.origin, limit=1, wider=False).results:
            a_month = round(cases_a_day * chance.uniform(2, 4), 1)
            found.append(Gap(need, profile, area, a_month))
    return found


def _expect_people(play: Play, agencies: Sequence[PlayedAgency]) -> None:
    """Who comes when and where, drawn before anything happens."""
    truth, number = play.truth, 0
    weights = [_sends(agency, truth.hub) for agency in agencies]
    hub_weight = (sum(weights) or 1.0) * HUB_SENDS / (1 - HUB_SENDS)
    weights = [
        hub_weight if agency.key == truth.hub else weight
        for agency, weight in zip(agencies, weights, strict=True)
    ]
    for day in _days(truth.first.date(), truth.last.date()):
        chance = play.chance("day", day)
        demand = demand_on(day, truth.seasons)
        for _ in range(_poisson(chance, truth.cases_a_day * demand)):
            number += 1
            agency = chance.choices(agencies, weights)[0]
            moment = play.when_there(agency, _moment(chance, day), chance)
            _expect(play, moment, _case(play, number, agency))
        for gap in truth.gaps:
            for _ in range(_poisson(chance, gap.a_month / 30 * demand)):
                _expect(play, _moment(chance, day), _search(play, gap))


def _expect(play: Play, moment: datetime, action: Action) -> None:
    if moment >= play.truth.first:  # not of the first day's morning, if it began later
        play.loop.at(moment, action)


def _case(play: Play, number: int, agency: PlayedAgency) -> Action:
    return lambda: seeking.begin_case(play, number, agency)


def _search(play: Play, gap: Gap) -> Action:
    return lambda: seeking.seek_in_vain(play, gap)


def _sends(agency: PlayedAgency, hub: str) -> float:
    return 0.0 if agency.key == hub else SENDS.get(agency.type, 0.05)


def _expect_chores(play: Play) -> None:
    """What the worker does daily and people do weekly: reminders, who has a place in the night,
    and notices that were seen.
    """
    for number, day in enumerate(_days(play.truth.first.date(), play.truth.last.date())):
        play.loop.at(_at(day, time(FROM_HOUR)), partial(_look_at_night, play, day))
        play.loop.at(_at(day, time(1)), remind_unconfirmed)
        play.loop.at(_at(day, time(1, 1)), tell_due_follow_ups)
        if number % 7 == 6:
            play.loop.at(_at(day, time(2)), lambda: _see_all(play))


def _look_at_night(play: Play, night: date) -> None:
    keep_night(SYSTEM, night=night, free=free_now(beds_fresh_hours=play.beds_fresh_hours))


def _see_all(play: Play) -> None:
    for agency_id in filter(play.staff.knows, agencies_with_news()):
        see_notices(play.staff.worker(agency_id))
    if play.staff.watcher is not None:
        see_notices(play.staff.watcher)


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * number for number in range((last - first).days + 1)]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, WIB).astimezone(UTC)


def _moment(chance: random.Random, day: date) -> datetime:
    hour = chance.choices(range(24), HOURS)[0]
    return _at(day, time(hour)) + timedelta(seconds=chance.randint(0, 3599))


def _poisson(chance: random.Random, mean: float) -> int:
    """Knuth's way, for small means."""
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number
