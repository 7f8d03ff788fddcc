"""Several agencies accept at the same instant: exactly one has it, and no place stays held.

`make test` runs some rounds, `make soak` two hundred of each kind on each database. Whoever answers
stands behind the walls, as in a request: they see nothing of the asking, nor of each other.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from accounts.walls import bearing_of
from core.actors import Actor
from core.bearing import take
from core.db import db, write
from core.errors import RefusedError
from referral.commands.asking.askings import choose
from referral.commands.asking.cascading import close_choice
from referral.commands.consent.withdrawing import withdraw_all
from referral.commands.moves.answering import accept, decline
from referral.commands.moves.handing import hand_over
from referral.commands.moves.sending import cancel
from referral.commands.moves.step import AlreadyMovedError
from referral.models import How
from referral.queries.referrals import any_referral_by_code
from referral.rules.reasons import Cancel, Decline
from referral.rules.states import PROMISED, State
from tests.support.asking import Asked, ask_all, first_of, held_now, make_asked, states_of
from tests.support.handing import Two, make_two

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
ROUNDS = 200 if SOAK else 5
MANY = 5 if SOAK else 3

pytestmark = pytest.mark.both_databases
Deed = tuple[Actor, Callable[[], object]]


def _together(app: Flask, deeds: list[Deed]) -> list[RefusedError | None]:
    """Do these at the same time, each by an actor of its own; what each of them was told."""
    start = threading.Barrier(len(deeds))
    told: list[RefusedError | None] = [None] * len(deeds)
    wrong: list[BaseException] = []

    def run(number: int, actor: Actor, deed: Callable[[], object]) -> None:
        with app.app_context():
            take(bearing_of(actor))
            start.wait()
            try:
                deed()
            except RefusedError as refusal:
                told[number] = refusal
            except BaseException as error:
                traceback.print_exc()
                wrong.append(error)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=run, args=(number, *deed)) for number, deed in enumerate(deeds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    assert wrong == []
    return told


def _crowd() -> tuple[Two, list[Asked]]:
    two = make_two(beds=(ROUNDS + 5, 0))
    return two, make_asked(MANY - 1, beds=(ROUNDS + 5, 0))


def _accepting(one: Asked) -> Deed:
    return one.clerk, partial(write, accept, one.clerk, code=one.code, promise=one.promise())


def test_the_first_acceptance_wins_and_no_place_stays_held(app: Flask) -> None:
    two, others = _crowd()
    for number in range(ROUNDS):
        first = first_of(two)
        first.code = ask_all(two, others, how=How.AT_ONCE)
        asked = [first, *others]
        told = _together(app, [_accepting(one) for one in asked])
        assert told.count(None) == 1
        lost = [one.state for one in told if isinstance(one, AlreadyMovedError)]
        assert lost == [State.CANCELLED] * (MANY - 1)
        states = states_of([one.code for one in asked])
        assert sorted(states) == ["accepted"] + ["cancelled"] * (MANY - 1), states
        winner = asked[told.index(None)]
        assert states[told.index(None)] == "accepted"
        assert held_now() == 1
        # The next round begins with everything free again, by whatever the sender says.
        write(cancel, two.sending, code=winner.code, reason=Cancel.NEED_GONE)
        assert held_now() == 0, number


def test_whatever_happens_at_once_the_person_has_one_place_at_the_most(app: Flask) -> None:
    """Accepting, declining what was promised, choosing, the clock, arriving and withdrawing."""
    two, others = _crowd()
    for number in range(ROUNDS):
        first = first_of(two)
        first.code = ask_all(two, others, how=How.CHOOSE, choose_minutes=5)
        write(accept, first.clerk, code=first.code, promise=first.promise())
        last = others[-1]
        write(accept, last.clerk, code=last.code, promise=last.promise())
        assert held_now() == 2
        row = any_referral_by_code(first.code)
        assert row is not None
        assert row.asking_id is not None
        case_code, sending = two.case_code, two.sending
        deeds: list[Deed] = [
            (sending, partial(write, choose, sending, code=first.code, alternative=last.code)),
            (sending, partial(write, close_choice, row.asking_id)),
            _accepting(others[0]),
        ]
        kinds: list[Deed] = [
            (
                first.clerk,
                partial(write, decline, first.clerk, code=first.code, reason=Decline.FULL),
            ),
            (
                first.clerk,
                partial(write, hand_over, first.clerk, code=first.code, received_by="Rini"),
            ),
            (sending, partial(write, withdraw_all, sending, case_code=case_code)),
        ]
        _together(app, [*deeds, kinds[number % len(kinds)]])
        states = states_of([first.code, *(one.code for one in others)])
        promised = [one for one in states if State(one) in PROMISED]
        if number % len(kinds) == 2:
            assert promised == [], states
            assert held_now() == 0
            continue
        settled = [one for one in states if one in ("accepted", "handed_over")]
        assert held_now() == len(promised)
        assert len(settled) == 1 or "declined" in states, states
        _end(two, [first, *others])


def _end(two: Two, asked: list[Asked]) -> None:
    for one in asked:
        if State(states_of([one.code])[0]) in PROMISED | {State.SENT}:
            write(cancel, two.sending, code=one.code, reason=Cancel.NEED_GONE)
    assert held_now() == 0
