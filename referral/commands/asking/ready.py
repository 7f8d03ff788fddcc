"""Send a draft that no preview was shown of: what the form demands is demanded here."""

from __future__ import annotations

import uuid
from typing import Any

from agencies.rules.person import may_be_child
from core.actors import Actor
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from core.keystore import ErasedKeyError
from referral.commands.case.sealing import open_facts
from referral.commands.moves.sending import send
from referral.models import Consent, Referral, ReferralMove
from referral.queries.referrals import any_referral_by_code, sides_of
from referral.rules.consent import Basis
from referral.rules.facts import Facts, person_in
from referral.rules.moves import Party
from referral.rules.needed import needed
from referral.rules.states import State

NEEDED = _("This is needed before it can be sent")
NO_SUCH_CONSENT = _("There is no such consent for this referral")
OF_CONSENT = ("basis", "mode", "assent")  # a recorded one has these: `rules.consent.flaws`
NOTES = ("purpose", "official")


def send_ready(actor: Actor, *, code: str, consent_id: uuid.UUID) -> ReferralMove:
    """Command: as `send`, once everything is said that must be (`rules/needed.py`).

    `HiddenError` for what is not the actor's to send; `RefusedError` for what is missing, for a
    consent of another case or receiver, and as `send`.
    """
    referral = any_referral_by_code(code)
    if referral is None or Party.SENDER not in sides_of(actor, referral):
        raise HiddenError
    if referral.state is State.DRAFT:
        _must_be_whole(referral, _consent(referral, consent_id))
    return send(actor, code=code, consent_id=consent_id)


def _consent(referral: Referral, consent_id: uuid.UUID) -> Consent:
    found = db.session.get(Consent, consent_id)
    if found is None or found.case_id != referral.case_id:
        raise refused("consent_id", NO_SUCH_CONSENT)
    asked = referral.receiver_agency_id
    if asked is not None and found.receiver_agency_id != asked:
        raise refused("consent_id", NO_SUCH_CONSENT)
    return found


def _must_be_whole(referral: Referral, consent: Consent) -> None:
    """`RefusedError` for every field that is still missing."""
    try:
        facts = open_facts(referral.case_id, f"referral/{referral.id}/facts", referral.facts_sealed)
        notes = open_facts(referral.case_id, f"consent/{consent.id}/notes", consent.notes_sealed)
    except ErasedKeyError:
        raise HiddenError from None  # there is nobody any more to be referred
    child = may_be_child(person_in(facts))
    names = needed(referral.urgency, by_consent=consent.basis is Basis.CONSENT, may_be_child=child)
    missing = [name for name in names if not _is_said(referral, facts, notes, name)]
    if missing:
        raise RefusedError(*(Trouble(_FIELDS.get(name, name), NEEDED) for name in missing))


_FIELDS = {"need": "needs"}


def _is_said(referral: Referral, facts: Facts, notes: dict[str, Any], name: str) -> bool:
    if name == "receiver":
        return referral.receiver_agency_id is not None
    if name == "need":
        return bool(referral.needs)
    if name in OF_CONSENT:
        return True
    if name == "contact":  # "no message, and no way" is an answer too
        return "contact" in facts or facts.get("may_leave_message") is not None
    return name in facts or (name in NOTES and bool(notes.get(name)))
