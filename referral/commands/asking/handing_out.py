"""From a draft to what is sent: opened, looked at as the receiver will see it, and sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from accounts.commands.audit import record
from core.actors import Actor
from core.db import db
from core.errors import refused
from core.i18n import _
from core.keystore import ErasedKeyError
from referral.commands.asking.drafts import own_draft, typed_in
from referral.commands.consent.consents import Given, record_consent
from referral.commands.moves.sending import send
from referral.commands.record.attachments import Listed, papers_at
from referral.commands.record.reading import Seen, seen_at
from referral.models import Attachment, CaseFile, Referral, ReferralMove
from referral.rules.consent import ALWAYS, Stage

MEANWHILE = _("Meanwhile the draft was changed. Look at it once more before you send it.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its agency sees it; `typed` by the names of the form, None when erased."""

    referral: Referral
    case_code: str
    typed: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the receiver will see now and after acceptance, and the mark of what was looked at."""

    before: Seen
    after: Seen
    papers_before: list[Listed]
    papers_after: list[Listed]
    mark: str


def open_draft(actor: Actor, *, code: str) -> Draft:
    """Command: open a draft of one's agency, and record who did. `HiddenError` for any other."""
    referral = own_draft(actor, code)
    case = db.session.get_one(CaseFile, referral.case_id)
    _record_reading(actor, referral)
    try:
        return Draft(referral, case.code, typed_in(referral))
    except ErasedKeyError:
        return Draft(referral, case.code, None)


def look_ahead(actor: Actor, *, code: str, given: Given) -> Preview:
    """Command: what the receiver would see under this basis, at both stages.

    By the same function that makes the receiver's page (`commands/record/reading.py`).
    """
    referral = own_draft(actor, code)
    released = released_under(referral, given)
    _record_reading(actor, referral)
    return Preview(
        before=seen_at(referral, Stage.BEFORE, released=released),
        after=seen_at(referral, Stage.AFTER, released=released),
        papers_before=papers_at(referral, Stage.BEFORE, released),
        papers_after=papers_at(referral, Stage.AFTER, released),
        mark=mark_of(referral),
    )


def send_draft(actor: Actor, *, code: str, given: Given, mark: str) -> ReferralMove:
    """Command: record the basis and send the draft, if it is still what was looked at.

    `RefusedError` on `draft` when it was changed meanwhile; else as `record_consent` and `send`.
    """
    referral = own_draft(actor, code)
    if mark != mark_of(referral):
        raise refused("draft", MEANWHILE)
    case = db.session.get_one(CaseFile, referral.case_id)
    consent_id = record_consent(actor, case_code=case.code, given=with_papers(referral, given))
    return send(actor, code=code, consent_id=consent_id)


def released_under(referral: Referral, given: Given) -> frozenset[str]:
    """The fields that a basis releases once it is recorded."""
    return ALWAYS.union(with_papers(referral, given).fields)


def with_papers(referral: Referral, given: Given) -> Given:
    """The papers' own flags say whether papers are released at all."""
    wanted = select(Attachment.id).where(
        Attachment.referral_id == referral.id, Attachment.is_released.is_(True)
    )
    fields = set(given.fields) - {"attachments"}
    if db.session.scalars(wanted.limit(1)).first() is not None:
        fields.add("attachments")
    return replace(given, fields=sorted(fields))


def mark_of(referral: Referral) -> str:
    """Changes whenever the draft, its person or its papers change; tells nothing about them."""
    papers = db.session.execute(
        select(Attachment.id, Attachment.is_released)
        .where(Attachment.referral_id == referral.id)
        .order_by(Attachment.id)
    )
    case = db.session.get_one(CaseFile, referral.case_id)
    parts = [referral.typed_sealed or b"", referral.facts_sealed or b""]
    parts += [case.name_sealed or b"", case.birth_year_sealed or b""]
    parts += [case.phone_sealed or b"", case.address_sealed or b""]
    parts += [f"{own_id} {flag}".encode() for own_id, flag in papers]
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(8) + part)
    return hashed.hexdigest()


def _record_reading(actor: Actor, referral: Referral) -> None:
    record(
        actor,
        "referral.read",
        agency_id=referral.sender_agency_id,
        subject=("case", referral.case_id),
        stage="draft",
    )
