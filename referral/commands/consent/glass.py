"""Break the glass: open who somebody is before acceptance, because a life hangs on it.

By one person of the asked agency, with a second factor, for an hour, under the live basis of the
referral. Sender, manager and coordinator are told at once, it stands in the audit of both
agencies, and a coordinator who is not that person says afterwards whether it was right.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.ids import new_id
from core.keystore import ErasedKeyError
from referral.commands.case.sealing import open_words, seal_words
from referral.commands.duty.alarms import Alarm, raise_alarm
from referral.models import GlassBreak, Referral
from referral.queries.glass import may_review, unreviewed
from referral.queries.referrals import (
    any_referral_by_code,
    has_firm_consent,
    locked_referral,
    may_see,
)
from referral.rules.glass import OPEN_FOR, REASON_LETTERS, REVIEWED_WITHIN, is_reason
from referral.rules.masking import covered
from referral.rules.states import UNANSWERED

SAY_WHY = _("Say in a few words which danger to life makes it necessary")
SAY_MORE = _("Say in a few words why it was right, or was not")
TOO_LONG = _("At most %(most)s letters")
NOT_NOW = _("This can be done only while the referral waits for an answer")
NO_BASIS = _("Without a live consent or another legal basis nothing may be handed over.")
REVIEWED = _("This was reviewed already")


@dataclass(frozen=True, slots=True)
class OpenedGlass:
    """Broken glass as its reviewer reads it. None: the person was erased since."""

    glass: GlassBreak
    code: str
    reason: str | None
    review: str | None


def break_glass(actor: Actor, *, code: str, reason: str) -> uuid.UUID:
    """Command: open the identity of a referral that waits for an answer; returns the id.

    Each time is a row and an alarm of its own. `HiddenError` without the right
    in the asked agency or a second factor; `RefusedError` without a reason, or when the referral
    does not wait for an answer, or has no live basis.
    """
    found = any_referral_by_code(code)
    if found is None or not may_break(actor, found):
        raise HiddenError
    referral, moment = locked_referral(found.id), now()
    _check(referral, reason)
    if not has_firm_consent(referral, moment):
        raise refused("consent", NO_BASIS)
    assert actor.id is not None
    assert referral.receiver_agency_id is not None
    own_id = new_id()
    sealed = seal_words(referral.case_id, f"glass/{own_id}/reason", reason.strip())
    assert sealed is not None
    db.session.add(
        GlassBreak(
            id=own_id,
            referral_id=referral.id,
            agency_id=referral.receiver_agency_id,
            at=moment,
            until=moment + OPEN_FOR,
            by=actor.id,
            reason_sealed=sealed,
        )
    )
    db.session.flush()
    for agency_id in (referral.receiver_agency_id, referral.sender_agency_id):
        record(
            actor,
            "glass.broken",
            agency_id=agency_id,
            subject=("referral", referral.id),
            glass=str(own_id),
        )
    raise_alarm(referral, Alarm.GLASS_BROKEN, f"glass/{own_id}")
    return own_id


def read_glass(actor: Actor, *, glass_id: uuid.UUID) -> OpenedGlass:
    """Command: open the reason for whoever reviews it; that they read it is recorded."""
    glass, referral = _to_review(actor, glass_id)
    record(
        actor,
        "glass.read",
        agency_id=glass.agency_id,
        subject=("referral", referral.id),
        glass=str(glass.id),
    )
    return OpenedGlass(
        glass,
        referral.code,
        _open(referral, f"glass/{glass.id}/reason", glass.reason_sealed),
        _open(referral, f"glass/{glass.id}/review", glass.review_sealed),
    )


def review_glass(actor: Actor, *, glass_id: uuid.UUID, was_right: bool, words: str) -> None:
    """Command: a coordinator of the area says whether it was right.

    `HiddenError` outside their area and for their own; `RefusedError` without words, and for what
    was reviewed already.
    """
    glass, referral = _to_review(actor, glass_id)
    db.session.refresh(glass, with_for_update=True)
    if glass.reviewed_at is not None:
        raise refused("was_right", REVIEWED)
    if not words.strip():
        raise refused("words", SAY_MORE)
    if len(words.strip()) > REASON_LETTERS:
        raise refused("words", TOO_LONG, most=REASON_LETTERS)
    glass.reviewed_at, glass.reviewed_by, glass.was_right = now(), actor.id, was_right
    try:
        where = f"glass/{glass.id}/review"
        glass.review_sealed = seal_words(referral.case_id, where, words.strip())
    except ErasedKeyError:
        glass.review_sealed = None  # that it was reviewed stays; about whom is gone
    db.session.flush()
    for agency_id in (glass.agency_id, referral.sender_agency_id):
        record(
            actor,
            "glass.reviewed",
            agency_id=agency_id,
            subject=("referral", referral.id),
            glass=str(glass.id),
            right=was_right,
        )


def remind_of_glass(actor: Actor) -> int:
    """Duty of the worker: what nobody has reviewed within a day is brought up again."""
    waiting = unreviewed(now() - REVIEWED_WITHIN)
    for glass in waiting:
        referral = db.session.get_one(Referral, glass.referral_id)
        raise_alarm(referral, Alarm.GLASS_NOT_REVIEWED, f"glass/{glass.id}/{now():%Y%m%d}")
        record(
            actor,
            "glass.reminded",
            agency_id=glass.agency_id,
            subject=("referral", referral.id),
            glass=str(glass.id),
        )
    return len(waiting)


def may_break(actor: Actor, referral: Referral) -> bool:
    """Whether the actor may break the glass of a referral: of the asked agency, strongly."""
    receiver = referral.receiver_agency_id
    return (
        actor.kind is ActorKind.MEMBER
        and actor.strong
        and receiver is not None
        and may_see(actor, referral)
        and holds_for(actor.grants, Right.BREAK_GLASS, agency_id=receiver)
    )


def _check(referral: Referral, reason: str) -> None:
    if referral.state not in UNANSWERED:
        raise refused("state", NOT_NOW)
    if not is_reason(reason):
        raise refused("reason", SAY_WHY)
    if len(reason.strip()) > REASON_LETTERS:
        raise refused("reason", TOO_LONG, most=REASON_LETTERS)


def _to_review(actor: Actor, glass_id: uuid.UUID) -> tuple[GlassBreak, Referral]:
    glass = db.session.get(GlassBreak, glass_id)
    if glass is None or not may_review(actor, glass):
        raise HiddenError
    return glass, db.session.get_one(Referral, glass.referral_id)


def _open(referral: Referral, where: str, sealed: bytes | None) -> str | None:
    """For a coordinator, who is not to know who it is: numbers that were written are covered."""
    try:
        words = open_words(referral.case_id, where, sealed)
    except ErasedKeyError:
        return None
    return None if words is None else str(covered(words, ()))
