"""What comes after an answer, in words."""

from __future__ import annotations

from core.i18n import _
from referral.models import Reached

STEP_WORDS: dict[str, str] = {
    "24h": _("24 hours after arrival"),
    "72h": _("72 hours after arrival"),
    "7d": _("7 days after arrival"),
    "14d": _("14 days after arrival"),
    "1m": _("1 month after the service"),
    "3m": _("3 months after the service"),
    "6m": _("6 months after the service"),
    "again": _("Try again"),
    "lost1": _("Contact lost: first try"),
    "lost2": _("Contact lost: second try"),
    "lost3": _("Contact lost: third try"),
}
FOUND_WORDS: dict[Reached, str] = {
    Reached.SAFE: _("They are safe"),
    Reached.NEEDS_HELP: _("They need help"),
    Reached.NOT_REACHED: _("Not reached"),
    Reached.LOST: _("Contact is lost"),
}
FOUND_HINTS: dict[Reached, str] = {
    Reached.SAFE: _("Also when they do not want to be asked again: say so below"),
    Reached.NEEDS_HELP: _("A new referral can be made right after this"),
    Reached.NOT_REACHED: _("Another try is planned"),
    Reached.LOST: _("Three more tries are planned, and the agency that has them is told"),
}
