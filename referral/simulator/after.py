"""After the door: the service, its end, the return referral read, and how the person is later."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from agencies.commands.beds import say_beds
from agencies.rules.needs import ROOF
from referral.commands.case.cases import close_case
from referral.commands.hand_over.follow_ups import do_follow_up, skip_follow_up
from referral.commands.moves.handing import begin_service, complete
from referral.commands.moves.sending import close
from referral.models import FollowUp, Reached, Referral
from referral.queries.simulated import follow_ups_of, pools_of_holds
from referral.rules.reasons import Outcome
from referral.rules.states import ARRIVED, State
from referral.simulator.play import Hand, Play

# Days that a service lasts, by the group of the need (first letter), least and most.
LASTS: dict[str, tuple[float, float]] = {
    "P": (0.05, 2),
    "K": (0.05, 3),
    "S": (2, 20),
    "H": (0.1, 12),
    "R": (0.5, 14),
}
ROOF_LASTS = (2, 21)
OUTCOMES: dict[Outcome, int] = {
    Outcome.MET: 70,
    Outcome.PARTLY: 17,
    Outcome.NOT_MET: 7,
    Outcome.LOST: 6,
}
REACHED: dict[Reached, int] = {
    Reached.SAFE: 86,
    Reached.NEEDS_HELP: 5,
    Reached.NOT_REACHED: 7,
    Reached.LOST: 2,
}
BEGINS, READ, SKIPPED, CASE_CLOSED = 0.85, 0.93, 0.06, 0.4
COMPLETED = frozenset({State.COMPLETED})


def begin(play: Play, hand: Hand) -> None:
    """The person is there: the service begins, and ends after its time."""
    chance = hand.chance
    span = ROOF_LASTS if hand.want.need in ROOF else LASTS[hand.want.need[0]]
    days = chance.uniform(*span)
    if chance.random() < BEGINS:
        wait = timedelta(days=days) * 0.1
        play.then(hand, wait, _begin, while_in=frozenset({State.HANDED_OVER}))
    play.then(hand, timedelta(days=days), _complete, while_in=ARRIVED)
    expect_follow_ups(play, hand)


def _begin(play: Play, hand: Hand, _referral: Referral) -> None:
    begin_service(play.clerk_of(hand), code=hand.code)


def _complete(play: Play, hand: Hand, _referral: Referral) -> None:
    """The service ended; the clerk says that the bed is free again."""
    chance, clerk = hand.chance, play.clerk_of(hand)
    outcome = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    soon = play.loop.moment.date() + timedelta(days=30)
    complete(
        clerk,
        code=hand.code,
        outcome=outcome,
        service_given="Layanan diberikan (contoh)",
        recommendation="Pemantauan lanjut (contoh)" if outcome is Outcome.PARTLY else "",
        next_date=soon if chance.random() < 0.3 else None,
    )
    for pool, places in pools_of_holds(hand.id):
        left = max(0, pool.occupied - places)
        say_beds(clerk, pool.id, occupied=left, said_by=pool.said_by)
    if chance.random() < READ:
        wait = timedelta(hours=chance.uniform(1, 80))
        play.then(hand, wait, _close, while_in=COMPLETED)
    expect_follow_ups(play, hand)


def _close(play: Play, hand: Hand, _referral: Referral) -> None:
    """The return referral is read; some cases end with it."""
    close(play.worker_of(hand), code=hand.code)
    if hand.want is hand.case.who.wants[-1] and hand.chance.random() < CASE_CLOSED:
        play.then(hand, timedelta(days=3), _close_case, while_in=frozenset({State.CLOSED}))


def _close_case(play: Play, hand: Hand, _referral: Referral) -> None:
    holder = play.holder(hand.case)
    if holder is not None:
        close_case(play.staff.worker(holder.id), code=hand.case.code)


def expect_follow_ups(play: Play, hand: Hand) -> None:
    """Somebody asks after the person about when it is due."""
    for task in follow_ups_of(hand.id):
        if task.id not in hand.asked_follow_ups:
            hand.asked_follow_ups.add(task.id)
            late = timedelta(hours=hand.chance.uniform(-5, 20))
            _later(play, hand, task, late)


def _later(play: Play, hand: Hand, task: FollowUp, late: timedelta) -> None:
    task_id, due = task.id, task.due_at
    play.loop.at(due + late, lambda: _follow_up(play, hand, task_id))


def _follow_up(play: Play, hand: Hand, task_id: UUID) -> None:
    task = next((one for one in follow_ups_of(hand.id) if one.id == task_id), None)
    if task is None or not play.staff.knows(task.agency_id):
        return
    worker = play.staff.worker(task.agency_id)
    if hand.chance.random() < SKIPPED:
        skip_follow_up(worker, follow_up_id=task_id, words="Sudah bertemu langsung (contoh)")
        return
    found = hand.chance.choices(list(REACHED), list(REACHED.values()))[0]
    do_follow_up(worker, follow_up_id=task_id, found=found)
    expect_follow_ups(play, hand)
