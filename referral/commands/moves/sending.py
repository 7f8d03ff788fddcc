"""The sender's moves: send, answer a question, call off, divert, reopen, close."""

from __future__ import annotations

import uuid

from core.actors import Actor
from core.errors import HiddenError, refused
from core.i18n import _
from referral.commands.moves.step import Step, begin, finish
from referral.commands.moves.winding import wind_clocks
from referral.models import ReferralMove
from referral.queries.after import return_of
from referral.queries.consents import case_of_consent
from referral.queries.exclusions import is_agency_excluded
from referral.queries.referrals import needs_anything
from referral.rules.moves import Name
from referral.rules.reasons import Cancel

NO_RECEIVER = _("Choose the agency that is asked")
EXCLUDED = _("This agency is excluded for this case")
NO_NEED = _("Choose at least one need")
SAY_WHY = _("Say why in a few words")
SAY_ANSWER = _("Write the answer")
NOT_READ = _("There is no return referral to read yet")


def send(actor: Actor, *, code: str, consent_id: uuid.UUID) -> ReferralMove:
    """Command: send a draft under a consent; its clocks begin.

    `RefusedError` without a receiver or a need, or when the consent is not live or not for this
    case and receiver.
    """
    step = begin(actor, code, Name.SEND)
    referral = step.referral
    if referral.receiver_agency_id is None:
        raise refused("receiver", NO_RECEIVER)
    if is_agency_excluded(referral.case_id, referral.receiver_agency_id):
        raise refused("receiver", EXCLUDED)
    if not needs_anything(referral.id):
        raise refused("needs", NO_NEED)
    _put_under(step, consent_id)
    wind_clocks(step)
    referral.typed_sealed = None
    return finish(step)


def answer_question(actor: Actor, *, code: str, words: str) -> ReferralMove:
    """Command: the sender answers what the receiver asked. `RefusedError` without words."""
    step = begin(actor, code, Name.GIVE_ANSWER)
    if not words.strip():
        raise refused("words", SAY_ANSWER)
    return finish(step, words=words.strip())


def cancel(actor: Actor, *, code: str, reason: Cancel, words: str = "") -> ReferralMove:
    """Command: call a referral off, by the survivor's wish or because the need is gone."""
    step = begin(actor, code, Name.CANCEL)
    return finish(step, reason=reason.value, words=words.strip() or None)


def divert(actor: Actor, *, code: str, words: str) -> ReferralMove:
    """Command: the person is taken elsewhere on the way; a child referral goes on from here."""
    step = begin(actor, code, Name.DIVERT)
    if not words.strip():
        raise refused("words", SAY_WHY)
    return finish(step, words=words.strip())


def reopen(
    actor: Actor, *, code: str, words: str, consent_id: uuid.UUID | None = None
) -> ReferralMove:
    """Command: send again what had ended, with a reason; under a new consent where one is given.

    The original start stays: the person has waited since then (design.md §6).
    """
    step = begin(actor, code, Name.REOPEN)
    if not words.strip():
        raise refused("words", SAY_WHY)
    if consent_id is not None:
        _put_under(step, consent_id)
    step.referral.requested_by = None
    wind_clocks(step)
    return finish(step, words=words.strip())


def close(actor: Actor, *, code: str) -> ReferralMove:
    """Command: the sender has read the return referral; the loop is closed."""
    step = begin(actor, code, Name.CLOSE)
    came_back = return_of(step.referral.id)
    if came_back is None:
        raise refused("return", NOT_READ)
    if came_back.read_at is None:
        came_back.read_at, came_back.read_by = step.moment, actor.account_id
    return finish(step)


def mark_error(actor: Actor, *, code: str, words: str) -> ReferralMove:
    """Command: it was never meant; it counts nowhere any more. `RefusedError` without a reason."""
    step = begin(actor, code, Name.MARK_ERROR)
    if not words.strip():
        raise refused("words", SAY_WHY)
    return finish(step, words=words.strip())


def _put_under(step: Step, consent_id: uuid.UUID) -> None:
    if case_of_consent(consent_id) != step.referral.case_id:
        raise HiddenError
    step.referral.consent_id = consent_id
