"""What is under way: the cases, the referrals, and whoever waits for something."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.actors import Actor
from referral.commands.duty.clocks import attend
from referral.models import Referral
from referral.queries.referrals import is_working_day
from referral.queries.simulated import (
    PlayedAgency,
    PlayedOffer,
    holder_of,
    next_duty_at,
    referral_with,
)
from referral.rules.clocks import WORK_BEGINS, WORK_ENDS
from referral.rules.duties import LOOK_AGAIN
from referral.rules.states import ARRIVED, State
from referral.simulator.chance import chance_of
from referral.simulator.loop import DAY, Loop
from referral.simulator.people import Somebody, Want
from referral.simulator.staff import Staff
from referral.simulator.world import Manner, Truth

WIB = ZoneInfo("Asia/Jakarta")


@dataclass(slots=True)
class Case:
    """A case under way; `area` is where the person is."""

    code: str
    number: int
    agency: PlayedAgency
    who: Somebody
    area: str | None
    hands: int = 0  # how many referrals it has had


@dataclass(slots=True)
class Hand:
    """A referral under way. `tried`: keys of the agencies that were asked for this need."""

    id: uuid.UUID
    code: str
    case: Case
    want: Want
    sender: PlayedAgency
    receiver: PlayedAgency
    offer: PlayedOffer
    chance: random.Random
    tried: tuple[str, ...]
    consent_id: uuid.UUID
    asked_follow_ups: set[uuid.UUID] = field(default_factory=set)


Act = Callable[["Play", Hand, Referral], None]
AfterClock = Callable[["Play", Hand, State, State], None]


@dataclass(slots=True)
class Play:
    """One simulation."""

    truth: Truth
    loop: Loop
    staff: Staff
    agencies: dict[uuid.UUID, PlayedAgency]
    offers: dict[uuid.UUID, PlayedOffer]
    after_clock: AfterClock
    ask_next: Act
    freed: frozenset[State]  # where the sender looks for another agency
    beds_fresh_hours: int = 24
    unmet: list[uuid.UUID] = field(default_factory=list)
    _watched: dict[uuid.UUID, datetime] = field(default_factory=dict)

    def chance(self, *parts: object) -> random.Random:
        """Chances of their own for each thing, so that nothing depends on what else happened."""
        return chance_of(self.truth.seed, *parts)

    def holder(self, case: Case) -> PlayedAgency | None:
        """The agency that keeps a case now; None for one that is closed or was taken away."""
        agency_id = holder_of(case.code)
        return self.agencies.get(agency_id) if agency_id else None

    def then(self, hand: Hand, span: timedelta, act: Act, *, while_in: frozenset[State]) -> None:
        """Have somebody do something with a referral so long from now, if it stands there then."""
        self.loop.after(span, lambda: self._do(hand, act, while_in))

    def _do(self, hand: Hand, act: Act, while_in: frozenset[State]) -> None:
        referral = referral_with(hand.id)
        if referral is not None and referral.state in while_in:
            act(self, hand, referral)
            self.watch(hand)

    def watch(self, hand: Hand) -> None:
        """Have the clocks of a referral do what is due next, when it is due."""
        referral = referral_with(hand.id)
        due = referral.attend_at if referral is not None else None
        if referral is None or due is None:
            return
        if not self.loop.moment < due < self.loop.moment + LOOK_AGAIN:
            # A look at once, or within a day, that would find nothing can be left out.
            quiet = referral.state in ARRIVED and not referral.is_by_phone
            due = None if quiet else next_duty_at(referral)
        if due is not None and self._watched.get(hand.id) != due:
            self._watched[hand.id] = due
            self.loop.at(due, lambda: self._attend(hand, due))

    def _attend(self, hand: Hand, due: datetime) -> None:
        referral = referral_with(hand.id)
        if referral is None or self._watched.get(hand.id) != due:
            return
        del self._watched[hand.id]
        before = referral.state
        attend(hand.id)
        if referral.state is not before:
            self.after_clock(self, hand, before, referral.state)
        self.watch(hand)

    def worker_of(self, hand: Hand) -> Actor:
        """Who sent it."""
        return self.staff.worker(hand.sender.id)

    def clerk_of(self, hand: Hand) -> Actor:
        """Who answers it."""
        return self.staff.clerk(hand.receiver.id)

    def manner(self, hand: Hand) -> Manner:
        """How the receiver answers this."""
        by_need = self.truth.answerers[hand.receiver.key].manners
        need = hand.want.need if hand.want.need in by_need else hand.offer.needs[0]
        return by_need[need][hand.want.urgency]

    def when_there(self, agency: PlayedAgency, moment: datetime, chance: random.Random) -> datetime:
        """The same instant, or when somebody is there again."""
        if agency.on_call:
            return moment
        local = moment.astimezone(WIB)
        if is_working_day(local.date()) and WORK_BEGINS <= local.time() < WORK_ENDS:
            return moment
        if not (is_working_day(local.date()) and local.time() < WORK_BEGINS):
            local += DAY
            while not is_working_day(local.date()):
                local += DAY
        opens = local.replace(hour=WORK_BEGINS.hour, minute=0, second=0, microsecond=0)
        return opens + timedelta(minutes=chance.uniform(2, 90))
