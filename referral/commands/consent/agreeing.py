"""A consent asked again, of the person and for the same agency: after they have come into the
country (domain.md §6B 1), before its time is over, or when they agree once more."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError
from core.keystore import ErasedKeyError
from referral.commands.case.sealing import open_facts
from referral.commands.consent.consents import Given, own_case, renew_consent
from referral.models import Consent
from referral.rules.consent import Assent, Basis, Giver, Mode


@dataclass(frozen=True, slots=True)
class Again:
    """How somebody was asked again. `fields`: those of the old consent that are still released,
    None for all of them; never more than was agreed to before. `days`: how long it holds."""

    mode: Mode
    days: int
    language: str = "id"
    witness: str = ""
    fields: Collection[str] | None = None
    assent: Assent | None = None


def agree_again(actor: Actor, *, case_code: str, consent_id: uuid.UUID, said: Again) -> uuid.UUID:
    """Command: record that the person (of a child the caregiver) agreed again; returns the id of
    the new row, under which the open referrals go on.

    What stood on another basis may go on by consent, never the other way round. `HiddenError` for
    a consent of another case; `RefusedError` as `record_consent`.
    """
    case = own_case(actor, case_code)
    old = db.session.get(Consent, consent_id)
    if old is None or old.case_id != case.id:
        raise HiddenError
    asked = old.giver if old.giver in (Giver.SURVIVOR, Giver.CAREGIVER) else Giver.SURVIVOR
    released = set(old.fields) if said.fields is None else set(old.fields) & set(said.fields)
    notes = {"purpose": _purpose(old), "witness": said.witness.strip()}
    given = Given(
        receiver_agency_id=old.receiver_agency_id,
        basis=Basis.CONSENT,
        giver=asked,
        mode=said.mode,
        language=said.language,
        fields=tuple(sorted(released)),
        ends_at=now() + timedelta(days=said.days),
        assent=said.assent,
        caregiver_informed=old.caregiver_informed,
        notes={name: text for name, text in notes.items() if text},
    )
    return renew_consent(actor, case_code=case_code, consent_id=consent_id, given=given)


def _purpose(old: Consent) -> str:
    try:
        known = open_facts(old.case_id, f"consent/{old.id}/notes", old.notes_sealed)
    except ErasedKeyError:
        return ""
    return str(known.get("purpose", ""))
