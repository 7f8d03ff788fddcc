"""Eligibility facts in words: yes, no, or not known.

A row is its label, its words and its state: `yes`, `no`, `known` (other words), or `` for what is
not known, which has no words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale

from agencies.models import Offer, Service
from agencies.rules.person import OLDEST, Disability
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.verdicts import KINDS
from core.i18n import Say, _

Row = tuple[str, str, str]

FACTS: tuple[tuple[str, str], ...] = (
    ("takes_female", _("Women")),
    ("takes_male", _("Men")),
    ("takes_boys", _("Boys under 18 on their own")),
    ("takes_other", _("People of every gender")),
    ("takes_children", _("Children with a parent")),
    ("takes_foreigners", _("Foreign nationals")),
    ("takes_without_id", _("Without identity papers")),
    ("night_intake", _("Admits at night")),
    ("needs_letter", _("Referral letter needed")),
    ("needs_medical_clearance", _("Medical clearance needed")),
)


def service_facts(
    service: Service, language: str, tell: Say, *, known_only: bool = False
) -> list[Row]:
    """What is known of whom a service takes, and how."""
    rows = [_yes_no(tell(label), getattr(service, name), tell) for name, label in FACTS]
    rows.insert(4, _words(tell(_("Age")), _ages(service, tell)))
    rows.insert(6, _boys(tell(_("Boys with their mother")), service, tell))
    if service.night_decider:
        rows.append(_words(tell(_("Decides at night")), service.night_decider))
    rows.append(_words(tell(_("Longest stay")), _stay(service, tell)))
    rows.append(_words(tell(_("Languages")), _languages(service, language, by_interpreter=False)))
    rows.append(_words(tell(_("Interpreters")), _languages(service, language, by_interpreter=True)))
    if service.areas:
        names = [area.name or area.code or "" for area in service.areas]
        rows.append(_words(tell(_("Serves")), ", ".join(names)))
    return [row for row in rows if row[2]] if known_only else rows


def place_facts(offer: Offer, tell: Say) -> list[Row]:
    """What is known of the access to one place."""
    rows = [
        _yes_no(tell(KINDS[kind]), getattr(offer, f"access_{kind.value}"), tell)
        for kind in Disability
    ]
    if offer.access_notes:
        rows.append(_words(tell(_("Access in words")), offer.access_notes))
    return rows


def _yes_no(label: str, fact: bool | None, tell: Say) -> Row:
    if fact is None:
        return label, "", ""
    return (label, tell(_("Yes")), "yes") if fact else (label, tell(_("No")), "no")


def _words(label: str, words: str) -> Row:
    return label, words, "known" if words else ""


def _ages(service: Service, tell: Say) -> str:
    low, high = service.minimum_age, service.maximum_age
    if low is None and high is None:
        return ""
    if not low and (high or OLDEST) >= OLDEST:
        return tell(_("every age"))
    if high is None or high >= OLDEST:
        return tell(_("from %(low)s years"), low=low)
    if not low:
        return tell(_("up to %(high)s years"), high=high)
    return tell(_("%(low)s to %(high)s years"), low=low, high=high)


def _boys(label: str, service: Service, tell: Say) -> Row:
    if service.oldest_boy is None:
        return label, "", ""
    if service.oldest_boy == 0:
        return label, tell(_("not admitted")), "no"
    return label, tell(_("up to %(high)s years"), high=service.oldest_boy), "yes"


def _stay(service: Service, tell: Say) -> str:
    days = service.longest_stay_days
    return tell(_("%(n)s days"), n=days) if days is not None else ""


def _languages(service: Service, language: str, *, by_interpreter: bool) -> str:
    found: list[Any] = [x for x in service.languages if x.by_interpreter is by_interpreter]
    return ", ".join(_language(x.code or "", x.name, language) for x in found)


def _language(code: str, name: str | None, language: str) -> str:
    """The language's own name where that is a choice of the form, else its name for the reader."""
    return LANGUAGE_WORDS.get(code) or name or _names(language).get(code, code)


@lru_cache(maxsize=2)
def _names(language: str) -> dict[str, str]:
    return dict(Locale.parse(language).languages)
