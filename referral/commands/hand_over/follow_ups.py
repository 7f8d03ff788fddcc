"""Follow-ups: planned by the moves, done by whoever keeps the case (domain.md §2.2, §6).

The task of one agency: after a transfer that of the new one. Who is asked and what was found is
sealed; that a task is due, and for which code, is all that a list shows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from accounts.walls import HANDING
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.events import subscribe
from core.i18n import _
from core.keystore import ErasedKeyError
from core.rows import add_row
from core.walls import cross
from referral.commands.case.sealing import seal_words
from referral.commands.moves.step import MOVED
from referral.commands.notices.telling import tell_about
from referral.commands.record.reading import seen_at
from referral.models import ClockMark, FollowUp, Reached, Referral, ReferralMove
from referral.queries.after import keeper_of, open_steps
from referral.rules.follow_ups import (
    AGAIN,
    LOSS_STEPS,
    Steps,
    Way,
    next_try,
    safe_way,
    steps_after_arrival,
    steps_after_end,
    steps_after_loss,
)
from referral.rules.moves import Name
from referral.rules.notices import What
from referral.rules.reasons import Outcome
from referral.rules.states import ARRIVED

LONGEST = 500  # letters
SAY_WHY = _("Say why it is left out")
TOO_LONG = _("At most %(most)s letters")
DONE_ALREADY = _("Somebody has done this already")
OVER = frozenset({Name.REOPEN, Name.MARK_ERROR, Name.CANCEL})


@dataclass(frozen=True, slots=True)
class Task:
    """A follow-up with the way to the person. `way` None: they were erased."""

    row: FollowUp
    referral: Referral
    way: Way | None


def listen() -> None:
    """Plan what is to be asked after every move from now on."""
    subscribe(MOVED, _plan_after)


def read_follow_up(actor: Actor, *, follow_up_id: uuid.UUID) -> Task:
    """Command: open the safe way to the person; that it was read is recorded.

    `HiddenError` for a task of others, and without a second factor.
    """
    row = _row(actor, follow_up_id)
    referral = db.session.get_one(Referral, row.referral_id)
    seen = seen_at(referral, None)
    way = None if seen.is_erased else safe_way(seen.fields)
    record(
        actor,
        "follow_up.read",
        agency_id=row.agency_id,
        subject=("case", row.case_id),
        step=row.step,
        means=way.means.value if way else "erased",
    )
    return Task(row, referral, way)


def do_follow_up(
    actor: Actor, *, follow_up_id: uuid.UUID, found: Reached, words: str = ""
) -> FollowUp:
    """Command: write what was found.

    Nobody reached: another try is planned. Lost: the protocol to find them begins and the agency
    that has them is told. Found: what was planned to find them falls away. `RefusedError` when
    somebody did it already.
    """
    row = _open_row(actor, follow_up_id)
    _close(row, actor, words, found)
    referral = db.session.get_one(Referral, row.referral_id)
    moment = now()
    if found is Reached.NOT_REACHED and row.step not in LOSS_STEPS:
        _plan(referral, row.agency_id, [(AGAIN, next_try(referral.urgency, moment))])
    elif found is Reached.LOST:
        _lose(actor, referral, row, moment)
    elif found in (Reached.SAFE, Reached.NEEDS_HELP):
        _drop(referral, LOSS_STEPS | {AGAIN}, moment)
    _note(actor, "follow_up.done", row, found=found.value)
    return row


def skip_follow_up(actor: Actor, *, follow_up_id: uuid.UUID, words: str) -> FollowUp:
    """Command: leave a task out, with the reason. `RefusedError` without one."""
    row = _open_row(actor, follow_up_id)
    if not words.strip():
        raise refused("words", SAY_WHY)
    _close(row, actor, words, None)
    _note(actor, "follow_up.skipped", row)
    return row


def tell_due_follow_ups() -> int:
    """Command of the worker: tell whose task is due now; once each."""
    moment = now()
    wanted = select(FollowUp).where(FollowUp.done_at.is_(None), FollowUp.due_at <= moment)
    told = 0
    for row in db.session.scalars(wanted.order_by(FollowUp.due_at)).all():
        what = f"follow_up/{row.id}"
        if db.session.get(ClockMark, (row.referral_id, 0, what)) is not None:
            continue
        db.session.add(ClockMark(referral_id=row.referral_id, round=0, what=what, at=moment))
        db.session.flush()
        referral = db.session.get_one(Referral, row.referral_id)
        tell_about(row.agency_id, referral=referral, what=What.FOLLOW_UP, cause=what)
        told += 1
    return told


def _plan_after(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    if move.name is Name.HAND_OVER:
        steps = steps_after_arrival(referral.urgency, move.at)
    elif move.name is Name.COMPLETE:
        steps = steps_after_end(move.at)
        if move.reason == Outcome.LOST:
            steps = steps_after_loss(move.at) + steps
    elif move.name in OVER:
        with cross(HANDING):
            _drop(referral, None, move.at)
        return
    else:
        return
    # The receiver's word makes tasks for the sender. Of case and tasks nothing waits to be written.
    with cross(HANDING), db.session.no_autoflush:
        _plan(referral, keeper_of(referral.case_id), steps)


def _plan(referral: Referral, agency_id: uuid.UUID, steps: Steps) -> None:
    """Tasks that are not open already: a referral that is reopened and comes back has them once."""
    known = open_steps(referral.id)
    for step, due_at in steps:
        if step in known:
            continue
        known.add(step)
        add_row(
            FollowUp,
            case_id=referral.case_id,
            referral_id=referral.id,
            agency_id=agency_id,
            step=step,
            due_at=due_at,
        )


def _drop(referral: Referral, steps: Iterable[str] | None, moment: datetime) -> None:
    """Tasks that have no sense any more; None for all of the referral."""
    wanted = select(FollowUp).where(FollowUp.referral_id == referral.id, FollowUp.done_at.is_(None))
    if steps is not None:
        wanted = wanted.where(FollowUp.step.in_(list(steps)))
    for row in db.session.scalars(wanted):
        row.done_at = moment
    db.session.flush()


def _lose(actor: Actor, referral: Referral, row: FollowUp, moment: datetime) -> None:
    if row.step not in LOSS_STEPS:
        _plan(referral, row.agency_id, steps_after_loss(moment))
    if referral.state in ARRIVED:
        tell_about(
            referral.receiver_agency_id,
            referral=referral,
            what=What.LOST,
            cause=f"lost/{row.id}",
        )


def move_follow_ups(referral: Referral, agency_id: uuid.UUID) -> None:
    """Part of commands: whoever keeps the case from now on asks after the person."""
    wanted = select(FollowUp).where(FollowUp.referral_id == referral.id, FollowUp.done_at.is_(None))
    for row in db.session.scalars(wanted):
        row.agency_id = agency_id
    db.session.flush()


def _row(actor: Actor, follow_up_id: uuid.UUID) -> FollowUp:
    row = db.session.get(FollowUp, follow_up_id)
    if row is None or not actor.strong:
        raise HiddenError
    if not holds_for(actor.grants, Right.REFER, agency_id=row.agency_id):
        raise HiddenError
    return row


def _open_row(actor: Actor, follow_up_id: uuid.UUID) -> FollowUp:
    row = _row(actor, follow_up_id)
    db.session.refresh(row, with_for_update=True)
    if row.done_at is not None:
        raise refused("found", DONE_ALREADY)
    return row


def _close(row: FollowUp, actor: Actor, words: str, found: Reached | None) -> None:
    if len(words) > LONGEST:
        raise refused("words", TOO_LONG, most=LONGEST)
    row.done_at, row.done_by, row.found = now(), actor.account_id, found
    try:
        row.words_sealed = seal_words(row.case_id, f"follow_up/{row.id}/words", words.strip())
    except ErasedKeyError:
        row.words_sealed = None  # there is nobody any more of whom it could speak
    db.session.flush()


def _note(actor: Actor, action: str, row: FollowUp, **facts: object) -> None:
    record(
        actor,
        action,
        agency_id=row.agency_id,
        subject=("case", row.case_id),
        step=row.step,
        **facts,
    )
