"""The receiver's answers: acknowledge, ask, accept, put on the list, decline, redirect.

Each may be recorded by the sender with `by_phone_from`, the name of who gave it on the phone; it
is shown as such until the receiver confirms it (`confirm_phone_answer`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from accounts.commands.audit import record
from core.actors import Actor
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from referral.commands.beds.places import hold_for, hold_plan, needs_place
from referral.commands.case.sealing import seal_words
from referral.commands.moves.step import Step, begin, finish
from referral.models import ReferralMove
from referral.queries.referrals import any_referral_by_code, locked_referral, sides_of
from referral.rules.moves import Name, Party
from referral.rules.places import Plan
from referral.rules.reasons import Decline, Detail
from referral.rules.states import State

ASK_WHAT = _("Write what you need to know")
WHO = _("Name the person who takes them in")
WHICH_PLACE = _("Say which place is kept")
WHICH_CONDITIONS = _("Say under which conditions")
WHERE_ELSE = _("Say which service you suggest")
SAY_MORE = _("Say in a few words what stands against it")


@dataclass(frozen=True, slots=True)
class Promise:
    """What an acceptance promises: a person, a place, a time.

    `person` is who takes them in; `pool_id` and `places` what is held (None where the service has
    no places), or `plan` where a party is parted over several pools; `until` when the hold lapses,
    None for the usual time; `at`: an appointment.
    """

    person: str
    pool_id: uuid.UUID | None = None
    places: int | None = None
    until: datetime | None = None
    at: datetime | None = None
    plan: Plan = ()


def acknowledge(actor: Actor, *, code: str, by_phone_from: str | None = None) -> ReferralMove:
    """Command: the receiver has read it. That is no promise."""
    return finish(begin(actor, code, Name.ACKNOWLEDGE, by_phone_from=by_phone_from))


def ask(actor: Actor, *, code: str, words: str, by_phone_from: str | None = None) -> ReferralMove:
    """Command: the receiver needs to know more. `RefusedError` without a question."""
    step = begin(actor, code, Name.ASK, by_phone_from=by_phone_from)
    if not words.strip():
        raise refused("words", ASK_WHAT)
    return finish(step, words=words.strip())


def accept(
    actor: Actor,
    *,
    code: str,
    promise: Promise,
    by_phone_from: str | None = None,
    at_state: State | None = None,
) -> ReferralMove:
    """Command: a place is held and a person is named (design.md §6).

    `RefusedError` without a person, without a place where the service has places, or when no
    place is free; `AlreadyMovedError` when somebody was first.
    """
    step = begin(actor, code, Name.ACCEPT, by_phone_from=by_phone_from, at_state=at_state)
    _keep_promise(step, promise)
    step.referral.conditions_sealed = None
    return finish(step)


def accept_conditionally(
    actor: Actor,
    *,
    code: str,
    promise: Promise,
    conditions: str,
    by_phone_from: str | None = None,
    at_state: State | None = None,
) -> ReferralMove:
    """Command: as `accept`, once the conditions are met; the place is held already."""
    step = begin(
        actor, code, Name.ACCEPT_CONDITIONALLY, by_phone_from=by_phone_from, at_state=at_state
    )
    if not conditions.strip():
        raise refused("conditions", WHICH_CONDITIONS)
    _keep_promise(step, promise)
    referral = step.referral
    where = f"referral/{referral.id}/conditions"
    referral.conditions_sealed = seal_words(referral.case_id, where, conditions.strip())
    return finish(step, words=conditions.strip())


def meet_conditions(actor: Actor, *, code: str) -> ReferralMove:
    """Command: either side says that the conditions are met."""
    return finish(begin(actor, code, Name.MEET_CONDITIONS))


def put_on_list(actor: Actor, *, code: str, by_phone_from: str | None = None) -> ReferralMove:
    """Command: no place now; the person waits for one."""
    return finish(begin(actor, code, Name.PUT_ON_LIST, by_phone_from=by_phone_from))


def decline(
    actor: Actor,
    *,
    code: str,
    reason: Decline,
    detail: Detail | None = None,
    words: str = "",
    by_phone_from: str | None = None,
) -> ReferralMove:
    """Command: the agency does not take the person, for a coded reason.

    After an acceptance it is an emergency for the sender, who is told at once. `RefusedError`
    for another reason without words.
    """
    step = begin(actor, code, Name.DECLINE, by_phone_from=by_phone_from)
    if reason is Decline.OTHER and not words.strip():
        raise refused("words", SAY_MORE)
    return finish(
        step,
        reason=reason.value,
        detail=detail.value if detail else None,
        words=words.strip() or None,
    )


def redirect(
    actor: Actor,
    *,
    code: str,
    suggestion: str,
    agency_id: uuid.UUID | None = None,
    by_phone_from: str | None = None,
) -> ReferralMove:
    """Command: not we, but the agency suggested may. The sender decides (diarahkan ulang).

    `agency_id`: of the directory, where the suggestion is one of it.
    """
    step = begin(actor, code, Name.REDIRECT, by_phone_from=by_phone_from)
    if not suggestion.strip():
        raise refused("suggestion", WHERE_ELSE)
    return finish(step, detail=str(agency_id) if agency_id else None, words=suggestion.strip())


def confirm_phone_answer(actor: Actor, *, code: str) -> None:
    """Command: the receiver confirms what the sender recorded from the phone."""
    found = any_referral_by_code(code)
    if found is None:
        raise HiddenError
    referral = locked_referral(found.id)
    if Party.RECEIVER not in sides_of(actor, referral):
        raise HiddenError
    if not referral.is_by_phone:
        return
    referral.is_by_phone = False
    for move in _unconfirmed(referral.id):
        move.confirmed_at, move.confirmed_by = referral.moved_at, actor.account_id
    db.session.flush()
    record(
        actor,
        "referral.confirmed",
        agency_id=referral.receiver_agency_id,
        subject=("referral", referral.id),
    )


def _unconfirmed(referral_id: uuid.UUID) -> list[ReferralMove]:
    return [
        move
        for move in db.session.query(ReferralMove).filter_by(referral_id=referral_id)
        if move.by_phone_from_sealed is not None and move.confirmed_at is None
    ]


def _keep_promise(step: Step, promise: Promise) -> None:
    referral = step.referral
    if not promise.person.strip():
        raise refused("person", WHO)
    if promise.pool_id is None and not promise.plan and needs_place(referral):
        raise refused("pool", WHICH_PLACE)
    if promise.plan:
        hold_plan(step.actor, referral, plan=promise.plan, until=promise.until, moment=step.moment)
    elif promise.pool_id is not None:
        hold_for(
            step.actor,
            referral,
            pool_id=promise.pool_id,
            places=promise.places,
            until=promise.until,
            moment=step.moment,
        )
    # After the places: so the referral is written once, with the move.
    where = f"referral/{referral.id}/person_named"
    referral.person_named_sealed = seal_words(referral.case_id, where, promise.person.strip())
    referral.appointed_at = promise.at
