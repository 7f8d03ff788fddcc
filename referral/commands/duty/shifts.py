"""A shift hands its open clocks to the next one, which takes them over in so many words.

Until then they are whose they were: an open clock is never nobody's. Who does not take over is
reminded of it by the worker.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from accounts.commands.audit import record
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from referral.commands.notices.telling import tell
from referral.models import ShiftHandOver
from referral.queries.duty import Roster
from referral.queries.shifts import latest_hand_over, may_serve, open_clocks, unconfirmed_before
from referral.rules.notices import What

REMINDED_AFTER = timedelta(minutes=30)  # [P]
IS_OPEN = _("The last hand-over has not been taken over yet")
IS_YOURS = _("Somebody else takes over what you handed over")
LONGEST = 1000
TOO_LONG = _("At most %(most)s characters")


def give_shift(actor: Actor, *, roster: Roster, words: str = "") -> ShiftHandOver:
    """Command: the leaving shift hands over; which clocks are open is written down by code.

    `HiddenError` for whoever does not serve there; `RefusedError` while the last hand-over waits.
    """
    if not may_serve(actor, roster):
        raise HiddenError
    last = latest_hand_over(roster, lock=True)
    if last is not None and last.taken_at is None:
        raise refused("words", IS_OPEN)
    if len(words) > LONGEST:
        raise refused("words", TOO_LONG, most=LONGEST)
    row = ShiftHandOver(
        agency_id=roster.agency_id,
        area=roster.area,
        at=now(),
        given_by=actor.id,
        codes=[one.code for one in open_clocks(roster)],
        words=words.strip() or None,
    )
    db.session.add(row)
    db.session.flush()
    _note(actor, "shift.given", row)
    return row


def take_shift(actor: Actor, *, hand_over_id: uuid.UUID) -> ShiftHandOver:
    """Command: the next shift takes over. Twice is the same as once; `RefusedError` for whoever
    handed it over themselves."""
    row = db.session.get(ShiftHandOver, hand_over_id, with_for_update=True)
    if row is None or not may_serve(actor, Roster(row.agency_id, row.area)):
        raise HiddenError
    if row.taken_at is not None:
        return row
    if row.given_by == actor.id:
        raise refused("take", IS_YOURS)
    row.taken_at, row.taken_by = now(), actor.id
    db.session.flush()
    _note(actor, "shift.taken", row)
    return row


def remind_of_shifts() -> None:
    """Command of the worker: hand-overs of agencies that nobody took over; once each."""
    for row in unconfirmed_before(now() - REMINDED_AFTER):
        if row.agency_id is not None:
            tell(
                agency_id=row.agency_id,
                what=What.SHIFT_OPEN,
                cause=f"shift/{row.id}",
                urgency=None,
            )


def _note(actor: Actor, action: str, row: ShiftHandOver) -> None:
    record(
        actor,
        action,
        agency_id=row.agency_id,
        subject=("shift_hand_over", row.id),
        clocks=len(row.codes),
    )
