"""What a coordinator does about a late referral: calls, and asks the sender to ask the next."""

from __future__ import annotations

from enum import StrEnum

from accounts.commands.audit import record
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError
from referral.commands.notices.telling import tell
from referral.models import ClockMark, Referral
from referral.queries.clocks import clocks_of
from referral.queries.late import may_watch
from referral.queries.referrals import any_referral_by_code
from referral.rules.notices import What


class Did(StrEnum):
    """What was done, as the list says it."""

    CALLED = "called"
    NOT_REACHED = "not_reached"
    ASKED_NEXT = "ask_next"


def note_call(actor: Actor, *, code: str, reached: bool) -> None:
    """Command: the coordinator called, and somebody answered or not. `HiddenError` for a referral
    outside their areas."""
    _note(actor, _watched(actor, code), Did.CALLED if reached else Did.NOT_REACHED)


def ask_for_next(actor: Actor, *, code: str) -> None:
    """Command: ask the sender to ask the next agency. The sender decides; told once an hour."""
    referral = _watched(actor, code)
    _note(actor, referral, Did.ASKED_NEXT)
    tell(
        agency_id=referral.sender_agency_id,
        what=What.ASK_NEXT,
        cause=f"ask_next/{referral.id}/{now():%Y%m%d%H}",
        urgency=referral.urgency,
        referral_id=referral.id,
    )


def _watched(actor: Actor, code: str) -> Referral:
    referral = any_referral_by_code(code)
    if referral is None or not may_watch(actor, referral):
        raise HiddenError
    return referral


def _note(actor: Actor, referral: Referral, did: Did) -> None:
    moment = now()
    db.session.add(
        ClockMark(
            referral_id=referral.id,
            round=clocks_of(referral).round,
            what=f"{did.value}@{moment:%Y%m%dT%H%M%S.%f}",
            at=moment,
            by=actor.account_id,
        )
    )
    db.session.flush()
    record(
        actor,
        f"clock.{did.value}",
        agency_id=referral.receiver_agency_id,
        subject=("referral", referral.id),
    )
