"""From the promise to the end of the service: arrived or not, begun, completed."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from core.actors import Actor
from core.db import db
from core.errors import refused
from core.i18n import _
from core.rows import add_object, add_row
from referral.commands.asking.cascading import lock_places_of
from referral.commands.beds.arriving import take_places
from referral.commands.case.sealing import seal_facts
from referral.commands.hand_over.hand_overs import pass_on_case, taken_over_at
from referral.commands.moves.step import begin, finish
from referral.models import HandOver, ReferralMove, ReturnReferral
from referral.queries.after import arrived_of, return_of
from referral.rules.moves import Name, Party
from referral.rules.reasons import Outcome

WHO_RECEIVED = _("Say who received the person")
WHAT_WAS_DONE = _("Say what was done for the person")


def hand_over(
    actor: Actor,
    *,
    code: str,
    received_by: str,
    brought_by: str = "",
    belongings: str = "",
    documents: str = "",
    came: int | None = None,
    met_at: datetime | None = None,
) -> ReferralMove:
    """Command: the person is there. Held places become occupied; the other side confirms later.

    `came`: how many people, None for as many as expected. `met_at`: when they were taken over, None
    for now. A secret place needs it (or the time that was expected): the move happens at the
    meeting point and then, so that no answer to anybody holds the hour at which they were at its
    door (design.md §4). `RefusedError` for a time to come or before the last move.
    """
    step = begin(actor, code, Name.HAND_OVER)
    if not received_by.strip():
        raise refused("received_by", WHO_RECEIVED)
    referral = step.referral
    step.moment = taken_over_at(referral, met_at, step.moment)
    said = {
        "received_by": received_by.strip(),
        "brought_by": brought_by.strip(),
        "belongings": belongings.strip(),
        "documents": documents.strip(),
    }
    side = "receiver" if step.party is Party.RECEIVER else "sender"
    row = _arrival_written(
        referral.id,
        arrived_at=step.moment,
        words_sealed=seal_facts(referral.case_id, f"referral/{referral.id}/hand_over", said),
        **{f"{side}_confirmed_at": step.moment, f"{side}_confirmed_by": actor.account_id},
    )
    lock_places_of(referral.asking_id)  # what others hold for them is freed with this move
    take_places(actor, referral, moment=step.moment, came=came)
    move = finish(step)
    pass_on_case(actor, referral, row, moment=step.moment)
    return move


def _arrival_written(referral_id: uuid.UUID, **values: object) -> HandOver:
    known = arrived_of(referral_id)
    if known is None:
        return add_object(HandOver, referral_id=referral_id, **values)
    for name, value in values.items():
        setattr(known, name, value)
    return known


def miss(actor: Actor, *, code: str) -> ReferralMove:
    """Command: the person did not come. The place stays held until either side says more."""
    return finish(begin(actor, code, Name.MISS))


def begin_service(actor: Actor, *, code: str) -> ReferralMove:
    """Command: the service has begun."""
    return finish(begin(actor, code, Name.BEGIN))


def complete(
    actor: Actor,
    *,
    code: str,
    outcome: Outcome,
    service_given: str,
    recommendation: str = "",
    next_date: date | None = None,
) -> ReferralMove:
    """Command: the service has ended; carries the return referral (rujukan balik)."""
    step = begin(actor, code, Name.COMPLETE)
    if not service_given.strip():
        raise refused("service_given", WHAT_WAS_DONE)
    referral = step.referral
    said = {"service_given": service_given.strip(), "recommendation": recommendation.strip()}
    written: dict[str, Any] = {
        "outcome": outcome,
        "next_date": next_date,
        "words_sealed": seal_facts(referral.case_id, f"referral/{referral.id}/return", said),
        "written_at": step.moment,
        "written_by": actor.account_id,
    }
    known = return_of(referral.id)
    if known is None:
        add_row(ReturnReferral, referral_id=referral.id, **written)
    else:
        for name, value in {**written, "read_at": None, "read_by": None}.items():
            setattr(known, name, value)
        db.session.flush()
    return finish(step, reason=outcome.value)
