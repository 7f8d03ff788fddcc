"""Bases, givers and modes in words, and the statement of domain.md §2.3."""

from __future__ import annotations

from collections.abc import Iterable

from core.i18n import Say, _
from referral.rules.careful import Care
from referral.rules.consent import Assent, Basis, Giver, Mode
from referral.wording.facts import LABELS

BASES = {
    Basis.CONSENT: _("The person agrees"),
    Basis.MANDATORY_REPORT: _("Reporting is mandatory (UU 12/2022)"),
    Basis.VITAL_INTEREST: _("To save life; the person cannot be asked now"),
    Basis.BEST_INTEREST: _("Best interest of the child, decided by an official"),
    Basis.COURT_ORDER: _("A court's order"),
}
GIVERS = {Giver.SURVIVOR: _("The person"), Giver.CAREGIVER: _("The caregiver")}
MODES = {
    Mode.VERBAL: _("By word, with a witness"),
    Mode.WRITTEN: _("In writing"),
    Mode.THUMBPRINT: _("By thumbprint"),
    Mode.PHONE: _("By phone"),
}
ASSENTS = {
    Assent.YES: _("The child was asked and agrees"),
    Assent.NO: _("The child was asked and does not agree"),
    Assent.NOT_ABLE: _("The child cannot say yet"),
}
CARES = {
    Care.NIK: _("This looks like a NIK (16 digits). Better leave it out."),
    Care.PHONE: _("This looks like a phone number. A safe one belongs under “Safe contact”."),
    Care.HEALTH: _(
        "This seems to speak of health. It goes to whoever treats alone, by the field for it."
    ),
    Care.ADDRESS: _("This looks like an address. Leave out where somebody is hidden."),
    Care.NAME: _("This seems to name somebody. Leave out names of others."),
}
STATEMENT = _(
    "I was told in a language that I understand. I agree that %(sender)s passes on the following: "
    "%(fields)s; to %(receiver)s, only for: %(purpose)s. I know that I may refuse, may agree to a "
    "part, and may take my consent back at any time without losing any service. This consent holds "
    "until %(until)s."
)
NOT_TOLD = _("Not to be told: %(fields)s.")
STATEMENT_LANGUAGES = ("id", "en")  # others are said by an interpreter, from the Indonesian text


def statement(
    tell: Say,
    *,
    sender: str,
    receiver: str,
    purpose: str,
    until: str,
    released: Iterable[str],
    withheld: Iterable[str],
) -> str:
    """What the person agrees to, in the language of `tell`; fields by their names."""

    def said(names: Iterable[str]) -> str:
        return ", ".join(tell(LABELS[name]).rstrip("?").lower() for name in names)

    text = tell(
        STATEMENT,
        sender=sender,
        receiver=receiver,
        purpose=purpose,
        until=until,
        fields=said(released),
    )
    kept = said(withheld)
    return f"{text} {tell(NOT_TOLD, fields=kept)}" if kept else text
