"""All moves by all actors, in any order, against a model written from design.md §6.

After every step, made or refused: the states are the model's, the log has a row for every move and
no other, numbers have no gap, the clocks are those of the original start, what identifies is open
exactly when it should be, holds and pools agree, and the audit tells of every move.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.commands.beds import say_free
from agencies.models import Pool
from agencies.rules.needs import Urgency
from core.actors import SYSTEM, Actor
from core.clock import now
from core.db import db, write
from core.errors import HiddenError, RefusedError
from referral.commands.moves.answering import confirm_phone_answer
from referral.commands.moves.step import AlreadyMovedError
from referral.models import Hold, Holding, Referral, ReferralMove
from referral.queries.places import pools_out_of_step
from referral.queries.referrals import any_referral_by_code
from referral.rules.moves import MOVES, Name, Party, may_make
from referral.rules.states import State
from tests.support.handing import Two, make_consent, make_draft, make_two
from tests.support.moving import BY_PHONE, CALLS, CELLS, TARGETS, is_legal, promise_of
from tests.support.people import make_account

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
CAPACITY, TAKEN = 4, 1
PROMISED = {"accepted", "accepted_with_conditions"}
# What the receiver may open: from the acceptance on, until it is over (design.md §6).
OPEN = PROMISED | {"no_show", "handed_over", "in_service", "completed"}
# Nothing is given to the receiver without a live basis.
WANTS_BASIS = PROMISED | {"sent", "waitlisted", "handed_over"}
# domain.md §1.5: acknowledge, decide, start
CLOCKS = {
    Urgency.EMERGENCY: (timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=6)),
    Urgency.URGENT: (timedelta(hours=2), timedelta(hours=6), timedelta(hours=72)),
}
DECISIONS = {Name.ACCEPT, Name.ACCEPT_CONDITIONALLY, Name.PUT_ON_LIST, Name.DECLINE, Name.REDIRECT}

ONWARDS = {
    *(Name.SEND, Name.ACCEPT, Name.ACCEPT_CONDITIONALLY, Name.MISS, Name.HAND_OVER),
    *(Name.BEGIN, Name.COMPLETE, Name.CLOSE, Name.REOPEN),
}


def test_the_table_is_that_of_the_design() -> None:
    """Cell by cell: from every state, to every state, by everybody."""
    ours = {
        (state.value, MOVES[name].target.value, party.value)
        for name in Name
        for state in State
        for party in Party
        if may_make(name, state, party)
    }
    assert ours == CELLS
    assert {name: move.target.value for name, move in MOVES.items()} == dict(TARGETS)
    for name in Name:
        for state in State:
            for party in Party:
                assert may_make(name, state, party) is is_legal(name, state.value, party.value)


@dataclass
class Modelled:
    """A referral as the design says that it is now."""

    code: str
    urgency: Urgency
    consent_until: datetime | None
    state: str = "draft"
    started: datetime | None = None
    asked: datetime | None = None
    held: int = 0
    is_open: bool = False
    by_phone: bool = False
    log: list[tuple[str, str, str, bool | None]] = field(default_factory=list)

    def has_basis(self) -> bool:
        """Whether the consent still holds now."""
        return self.consent_until is None or now() < self.consent_until


class Moving(RuleBasedStateMachine):
    """Some referrals that want the same few places."""

    def __init__(self) -> None:
        super().__init__()
        self.time = time_machine.travel(datetime(2026, 11, 20, 20, 30, tzinfo=UTC), tick=False)
        self.clock = self.time.start()
        self.referrals: list[Modelled] = []
        self.occupied = TAKEN

    @initialize()
    def begin(self) -> None:
        """Two agencies, and somebody of a third one and of the network who look on."""
        self.two: Two = make_two(beds=(CAPACITY, TAKEN))
        self.pool_id = self.two.pool_id
        other = make_two()
        coordinator = make_account(Role.COORDINATOR)
        self.actors: dict[str, Actor] = {
            "sender": self.two.sending,
            "receiver": self.two.answering,
            "clock": SYSTEM,
            "other sender": other.sending,
            "other receiver": other.answering,
            "coordinator": actor_of(coordinator, strong=True),
        }
        self.draft_one(Urgency.EMERGENCY, None)
        self.draft_one(Urgency.URGENT, 40)

    @rule(urgency=st.sampled_from(sorted(CLOCKS)), hours=st.sampled_from([None, 2, 40]))
    def draft_one(self, urgency: Urgency, hours: int | None) -> None:
        """A new referral under a consent that may come to its end."""
        if len(self.referrals) == 4:
            over = (o for o in self.referrals if o.state == "entered_in_error" or not o.held)
            gone = next(over, None)
            if gone is None:
                return
            self.referrals.remove(gone)
        code = make_draft(self.two, urgency=urgency)
        one = Modelled(code, urgency, now() + timedelta(hours=hours) if hours else None)
        self.referrals.append(one)

    @rule(minutes=st.sampled_from([1, 10, 50, 300, 3000]))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.clock.shift(timedelta(minutes=minutes))

    @rule(
        which=st.integers(0, 3),
        steps=st.lists(
            st.tuples(
                st.integers(0, 99),
                st.integers(1, 3),
                st.sampled_from([None, 1, 2, 4]),
                st.booleans(),
            ),
            min_size=2,
            max_size=8,
        ),
    )
    def go_on(self, which: int, steps: list[tuple[int, int, int | None, bool]]) -> None:
        """Moves that the design has from here, one after the other; mostly onwards."""
        one = self.referrals[which % len(self.referrals)]
        for choice, places, came, phone in steps:
            legal = [
                (name, party)
                for name in Name
                for party in ("sender", "receiver", "clock")
                if is_legal(name, one.state, party) and name is not Name.MARK_ERROR
                for _ in range(3 if name in ONWARDS else 1)
            ]
            if not legal:
                return
            name, party = legal[choice % len(legal)]
            by_phone = phone and party == "receiver" and name in BY_PHONE
            self.make(one, name, party, places=places, came=came, by_phone=by_phone)
            self.referrals_are_as_modelled()
            self.places_are_as_modelled()

    @rule(which=st.integers(0, 3), name=st.sampled_from(sorted(Name)),
          who=st.sampled_from(["sender", "receiver", "clock", "other sender", "other receiver",
                               "coordinator"]), phone=st.booleans())  # fmt: skip
    def try_anything(self, which: int, name: Name, who: str, phone: bool) -> None:
        """Any move by anybody, whether it may be or not."""
        one = self.referrals[which % len(self.referrals)]
        by_phone = phone and name in BY_PHONE
        self.make(one, name, who, places=1, came=None, by_phone=by_phone)

    @rule(which=st.integers(0, 3))
    def two_answer_at_once(self, which: int) -> None:
        """Both saw the same; one was first, and the other is told."""
        one = self.referrals[which % len(self.referrals)]
        seen = State(one.state)
        name = Name.ACCEPT
        self.make(one, name, "receiver", places=1, came=None, by_phone=False)
        if one.state == seen.value:
            return
        promise = promise_of(self.pool_id, 1)
        with pytest.raises(AlreadyMovedError) as told:
            write(CALLS[name], self.two.answering, one.code,
                  {"promise": promise, "at_state": seen})  # fmt: skip
        assert told.value.state == one.state

    @rule(which=st.integers(0, 3), who=st.sampled_from(["sender", "receiver", "other receiver"]))
    def confirm(self, which: int, who: str) -> None:
        """The receiver confirms what was said on the phone."""
        one = self.referrals[which % len(self.referrals)]
        if who == "receiver" and one.state != "draft":
            write(confirm_phone_answer, self.actors[who], code=one.code)
            one.by_phone = False
        else:
            with pytest.raises(HiddenError):
                write(confirm_phone_answer, self.actors[who], code=one.code)

    @rule(free=st.integers(0, CAPACITY))
    def say(self, free: int) -> None:
        """The clerk says how many are free; what is held stays."""
        most = CAPACITY - self.held
        if free > most:
            with pytest.raises(RefusedError):
                write(say_free, self.two.answering, pool_id=self.pool_id, free=free)
            return
        write(say_free, self.two.answering, pool_id=self.pool_id, free=free)
        self.occupied = most - free

    @property
    def held(self) -> int:
        """What all of them hold."""
        return sum(one.held for one in self.referrals)

    def make(
        self, one: Modelled, name: Name, who: str, *, places: int, came: int | None, by_phone: bool
    ) -> None:
        """Try a move; the model says what has to come of it."""
        party = "receiver" if by_phone and who == "sender" else who
        legal = is_legal(name, one.state, party) and (who == party or by_phone)
        if by_phone and who != "sender":
            legal = False
        said = self._said(one, name, places, came)
        if by_phone:
            said["by_phone_from"] = "Ibu Rini"
        refused = legal and self._is_refused(one, name, places)
        if legal and not refused:
            write(CALLS[name], self.actors[who], one.code, said)
            self._note(one, name, party, places, came, by_phone)
            return
        wanted: tuple[type[Exception], ...] = (
            (RefusedError,) if refused else (RefusedError, HiddenError)
        )
        if who not in ("sender", "receiver", "clock"):
            wanted = (HiddenError,)
        with pytest.raises(wanted):
            write(CALLS[name], self.actors[who], one.code, said)

    def _said(self, one: Modelled, name: Name, places: int, came: int | None) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if name is Name.SEND:
            said["consent_id"] = self._consent(one)
        if name in (Name.ACCEPT, Name.ACCEPT_CONDITIONALLY):
            said["promise"] = promise_of(self.pool_id, places)
        if name is Name.HAND_OVER:
            said["came"] = came
        return said

    def _consent(self, one: Modelled) -> uuid.UUID:
        if one.consent_until is not None and one.consent_until <= now():
            one.consent_until = now() + timedelta(hours=2)
        return make_consent(self.two, ends_at=one.consent_until)

    def _is_refused(self, one: Modelled, name: Name, places: int) -> bool:
        target = TARGETS[name]
        if name is Name.REOPEN and one.asked is None:
            return True  # never sent: it stands under no basis
        if target in WANTS_BASIS and not one.has_basis():
            return True
        wants_places = name in (Name.ACCEPT, Name.ACCEPT_CONDITIONALLY)
        return wants_places and places > CAPACITY - self.occupied - self.held

    def _note(
        self, one: Modelled, name: Name, party: str, places: int, came: int | None, phone: bool
    ) -> None:
        before, one.state = one.state, TARGETS[name]
        in_time = None
        if one.asked is not None and one.started is not None:
            acknowledge, decide, start = CLOCKS[one.urgency]
            if name is Name.ACKNOWLEDGE:
                in_time = now() <= one.asked + acknowledge
            elif name in DECISIONS:
                in_time = now() <= one.asked + decide
            elif name is Name.HAND_OVER:
                in_time = now() <= one.started + start
        one.log.append((before, one.state, party, in_time))
        if name in (Name.SEND, Name.REOPEN):
            one.asked, one.started = now(), one.started or now()
        if party == "receiver":
            one.by_phone = phone
        one.is_open = one.state in OPEN and one.has_basis()
        self._note_places(one, name, places, came)

    def _note_places(self, one: Modelled, name: Name, places: int, came: int | None) -> None:
        if name in (Name.ACCEPT, Name.ACCEPT_CONDITIONALLY):
            one.held = places
        elif name is Name.HAND_OVER:
            free = CAPACITY - self.occupied - self.held
            taken = one.held if came is None else min(came, one.held + free)
            one.held = 0
            self.occupied += taken
        elif one.state not in PROMISED | {"no_show"}:
            one.held = 0

    @invariant()
    def referrals_are_as_modelled(self) -> None:
        """State, log, clocks, openness."""
        db.session.rollback()
        db.session.expire_all()
        for one in self.referrals:
            found = any_referral_by_code(one.code)
            assert found is not None
            assert found.state == one.state
            assert found.identity_open is one.is_open
            assert found.is_by_phone is one.by_phone
            self._check_log(found, one)
            self._check_clocks(found, one)
            self._check_audit(found, one)

    def _check_log(self, found: Referral, one: Modelled) -> None:
        log = list(
            db.session.scalars(
                select(ReferralMove)
                .where(ReferralMove.referral_id == found.id)
                .order_by(ReferralMove.number)
            )
        )
        assert [move.number for move in log] == list(range(1, len(one.log) + 1))
        assert found.moves_made == len(one.log)
        assert [(m.from_state, m.to_state, m.party, m.in_time) for m in log] == one.log
        unconfirmed = [m for m in log if m.by_phone_from_sealed and m.confirmed_at is None]
        assert bool(unconfirmed) or not found.is_by_phone

    def _check_clocks(self, found: Referral, one: Modelled) -> None:
        assert (found.started_at, found.asked_at) == (one.started, one.asked)
        if one.asked is None or one.started is None:
            assert found.expires_at is None
            return
        acknowledge, decide, start = CLOCKS[one.urgency]
        assert found.acknowledge_by == one.asked + acknowledge
        assert found.decide_by == one.asked + decide
        assert found.expires_at == one.asked + 4 * decide
        assert found.start_by == one.started + start
        assert found.escalate_at is not None
        assert one.asked < found.escalate_at <= found.decide_by

    def _check_audit(self, found: Referral, one: Modelled) -> None:
        rows = db.session.scalars(
            select(AuditEntry).where(
                AuditEntry.subject_kind == "referral", AuditEntry.subject_id == str(found.id)
            )
        )
        told = sorted((row.facts["number"], row.facts["to"]) for row in rows if "to" in row.facts)
        assert told == [(n, to) for n, (_, to, _, _) in enumerate(one.log, start=1)]

    @invariant()
    def places_are_as_modelled(self) -> None:
        """Held by whom the model says, and nowhere else."""
        pool = db.session.get_one(Pool, self.pool_id, populate_existing=True)
        assert (pool.held, pool.occupied) == (self.held, self.occupied)
        assert pool.free == CAPACITY - self.held - self.occupied >= 0
        rows = db.session.execute(
            select(Referral.code, Hold.places)
            .join(Hold, Hold.referral_id == Referral.id)
            .where(Hold.state == Holding.HELD, Hold.pool_id == self.pool_id)
        )
        assert sorted(tuple(row) for row in rows) == sorted(
            (one.code, one.held) for one in self.referrals if one.held
        )
        assert not pools_out_of_step()

    def teardown(self) -> None:
        """The clock goes on as before."""
        self.time.stop()


def test_no_order_of_moves_breaks_it(app: Flask) -> None:
    """Some 500 moves in `make test`, 25,000 in `make soak`."""
    kept = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Moving,
        settings=settings(
            max_examples=300 if SOAK else 8,
            stateful_step_count=50 if SOAK else 30,
            report_multiple_bugs=False,
            # To shrink what failed takes minutes; `make soak` takes them.
            phases=list(Phase) if SOAK else [Phase.explicit, Phase.reuse, Phase.generate],
            deadline=None,
            suppress_health_check=kept,
        ),
    )
