"""Bases of handing over, and the fields that they open, in words."""

from __future__ import annotations

from core.i18n import _
from referral.rules.consent import SHARED, Assent, Basis, Giver, Mode
from referral.wording.facts import LABELS

# What may be released, in the words of the facts themselves.
FIELDS: dict[str, str] = {
    **{field.name: LABELS[field.name] for field in SHARED},
    "id_document": _("Identity papers"),  # no question here
}
BASES: dict[Basis, str] = {
    Basis.CONSENT: _("The person agrees"),
    Basis.MANDATORY_REPORT: _("Reporting is mandatory (UU 12/2022)"),
    Basis.VITAL_INTEREST: _("To save life; the person cannot be asked now"),
    Basis.BEST_INTEREST: _("Best interest of the child, decided by an official"),
    Basis.COURT_ORDER: _("A court's order"),
}
GIVERS: dict[Giver, str] = {
    Giver.SURVIVOR: _("The person"),
    Giver.CAREGIVER: _("The caregiver"),
    Giver.OFFICIAL: _("An official"),
    Giver.COURT: _("The court"),
}
MODES: dict[Mode, str] = {
    Mode.VERBAL: _("By word, with a witness"),
    Mode.WRITTEN: _("In writing"),
    Mode.THUMBPRINT: _("By thumbprint"),
    Mode.PHONE: _("By phone"),
    Mode.NONE: _("Nobody had to be asked"),
}
ASSENTS: dict[Assent, str] = {
    Assent.YES: _("The child was asked and agrees"),
    Assent.NO: _("The child was asked and does not agree"),
    Assent.NOT_ABLE: _("The child cannot say yet"),
}
NOTES: dict[str, str] = {
    "purpose": _("Purpose"),
    "witness": _("Witness"),
    "official": _("Decided by"),
    "caregiver_why": _("Why the caregiver was not told"),
}
# What the survivor reads about who sees what; said in both languages on one page.
TOLD: dict[str, str] = {
    "title": _("Who can see what about you"),
    "nobody": _("Nobody outside our agency can see anything about you."),
    "known": _("They know who you are. They can see:"),
    "unknown": _("They do not know who you are. They can see:"),
    "until": _("This holds until %(day)s."),
    "open_end": _("This holds until you take it back."),
    "may": _("You may take this back at any time. You will not lose any service for it."),
}
