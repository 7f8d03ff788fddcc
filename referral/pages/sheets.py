"""A paper as it is printed: everything that its template says."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import segno
from flask import render_template, url_for

from agencies.rules.needs import all_needs
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.times import say_date
from core.clock import now
from core.hosts import address_of
from core.i18n import Say, _
from referral.commands.record.papers import Sheet
from referral.models import Kind
from referral.pages.referrals.view import Telling
from referral.rules.consent import SHARED_BY_NAME, Assent, Basis, Giver, Mode
from referral.rules.moves import Party
from referral.rules.papers import Copy, Paper
from referral.wording.facts import LABELS
from referral.wording.states import URGENCY_WORDS

Plain = dict[str, Any]
TEMPLATES = {
    Paper.LETTER: "papers/letter.html",
    Paper.RECORD: "papers/record.html",
    Paper.CONSENT: "papers/consent.html",
}
PAPER_WORDS = {
    Paper.LETTER: _("Referral letter"),
    Paper.RECORD: _("Record of the hand-over"),
    Paper.CONSENT: _("Statement of consent"),
}
BASIS_WORDS = {
    Basis.CONSENT: _("Consent"),
    Basis.MANDATORY_REPORT: _("Report that the law demands"),
    Basis.VITAL_INTEREST: _("A life is in danger"),
    Basis.BEST_INTEREST: _("Best interests of the child"),
    Basis.COURT_ORDER: _("Order of a court"),
}
GIVER_WORDS = {
    Giver.SURVIVOR: _("the survivor"),
    Giver.CAREGIVER: _("the guardian"),
    Giver.OFFICIAL: _("an official"),
    Giver.COURT: _("the court"),
}
MODE_WORDS = {
    Mode.WRITTEN: _("in writing"),
    Mode.VERBAL: _("by word, before a witness"),
    Mode.THUMBPRINT: _("by thumbprint"),
    Mode.PHONE: _("by phone"),
    Mode.NONE: _("nobody was asked"),
}
ASSENT_WORDS = {
    Assent.YES: _("The child was asked and agrees."),
    Assent.NO: _("The child was asked and does not agree."),
    Assent.NOT_ABLE: _("The child was asked and cannot say yet."),
}


def rendered(sheet: Sheet, *, pdf: bool) -> str:
    """A paper as HTML; for the PDF without what only a screen needs."""
    said = Telling(sheet.referral)
    tell, lang = said.tell, said.language
    head = sheet.head
    local = (sheet.issued_at or now()).astimezone(said.zone)
    # It opens the sign-in page and nothing else: whoever finds the paper learns no more by it.
    address = address_of(url_for("sign_in.form"))
    qr = segno.make(address, error="m").svg_data_uri(scale=4, border=1)
    needs = all_needs()
    known = {
        "pdf": pdf,
        "lines": head.lines.splitlines() if head else [sheet.sender],
        "city": head.city if head else "",
        "signer": (head.signer or "") if head else "",
        "signer_title": (head.signer_title or "") if head else "",
        "signer_nip": (head.signer_nip or "") if head else "",
        "copies_to": (head.copies_to or "").splitlines() if head else [],
        "number": sheet.number or "",
        "date": say_date(local.date(), lang),
        "code": sheet.referral.code,
        "paper": sheet.paper.value,
        "title": tell(PAPER_WORDS[sheet.paper]),
        "is_notice": sheet.copy is Copy.NOTICE,
        "is_transfer": sheet.referral.kind is Kind.TRANSFER,
        "sender": sheet.sender,
        "receiver": sheet.receiver or "",
        "urgency": tell(URGENCY_WORDS[sheet.referral.urgency]),
        "needs": [needs[n.need].label(lang) for n in sheet.referral.needs if n.need in needs],
        "facts": said.facts(sheet.fields),
        "record": sheet.record,
        "handed": _local(sheet, said),
        "meeting": (sheet.meeting.name or "") if sheet.meeting else "",
        "consent": _consent(sheet, tell, lang) if sheet.consent is not None else None,
        "by_sender": sheet.side is Party.SENDER,
        "address": address,
        "qr": qr,
    }
    return render_template(TEMPLATES[sheet.paper], **known)


def _local(sheet: Sheet, said: Telling) -> Plain | None:
    if sheet.handed_at is None:
        return None
    local = sheet.handed_at.astimezone(said.zone)
    hour = f"{local:%H.%M}" if said.language == "id" else f"{local:%H:%M}"
    return {"day": say_date(local.date(), said.language), "hour": hour}


def _consent(sheet: Sheet, tell: Say, lang: str) -> Plain:
    consent, notes = sheet.consent, sheet.consent_notes
    if consent is None:
        return {}
    return {
        "basis": tell(BASIS_WORDS[consent.basis]),
        "is_consent": consent.basis is Basis.CONSENT,
        "giver": tell(GIVER_WORDS[consent.giver]),
        "mode": tell(MODE_WORDS[consent.mode]),
        "language": LANGUAGE_WORDS.get(consent.language, consent.language),
        "fields": _field_words(tell, set(consent.fields)),
        "kept": _field_words(tell, SHARED_BY_NAME.keys() - set(consent.fields)),
        "purpose": str(notes.get("purpose") or ""),
        "witness": str(notes.get("witness") or ""),
        "official": str(notes.get("official") or ""),
        "given": say_date(consent.given_at.date(), lang),
        "ends": say_date(consent.ends_at.date(), lang) if consent.ends_at else "",
        "assent": tell(ASSENT_WORDS[consent.assent]) if consent.assent else "",
        "is_caregiver": consent.giver is Giver.CAREGIVER,
        "copy_given": consent.copy_given,
    }


def _field_words(tell: Say, names: Set[str]) -> list[str]:
    return [tell(LABELS[name]) for name in SHARED_BY_NAME if name in names]
