"""Eligibility facts in words: yes, no, or not known."""

from __future__ import annotations

from typing import Any

from agencies.models import Offer, Service
from agencies.rules.person import OLDEST, Disability
from agencies.wording.verdicts import KINDS
from core.i18n import Say, _

Row = tuple[str, str]

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
    """What is known of whom a service takes: label and words; empty words are not known."""
    rows = [(tell(label), _yes_no(getattr(service, name), tell)) for name, label in FACTS]
    rows.insert(4, (tell(_("Age")), _ages(service, tell)))
    rows.insert(6, (tell(_("Boys with their mother")), _boys(service, tell)))
    if service.night_decider:
        rows.append((tell(_("Decides at night")), service.night_decider))
    rows.append((tell(_("Longest stay")), _stay(service, tell)))
    rows.append((tell(_("Languages")), _languages(service, tell, by_interpreter=False)))
    rows.append((tell(_("Interpreters")), _languages(service, tell, by_interpreter=True)))
    if service.areas:
        names = [area.name or area.code or "" for area in service.areas]
        rows.append((tell(_("Serves")), ", ".join(names)))
    return [row for row in rows if row[1]] if known_only else rows


def place_facts(offer: Offer, tell: Say) -> list[Row]:
    """What is known of the access to one place."""
    rows = [
        (tell(KINDS[kind]), _yes_no(getattr(offer, f"access_{kind.value}"), tell))
        for kind in Disability
    ]
    if offer.access_notes:
        rows.append((tell(_("Access in words")), offer.access_notes))
    return rows


def _yes_no(fact: bool | None, tell: Say) -> str:
    if fact is None:
        return ""
    return tell(_("Yes")) if fact else tell(_("No"))


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


def _boys(service: Service, tell: Say) -> str:
    if service.oldest_boy is None:
        return ""
    if service.oldest_boy == 0:
        return tell(_("not admitted"))
    return tell(_("up to %(high)s years"), high=service.oldest_boy)


def _stay(service: Service, tell: Say) -> str:
    days = service.longest_stay_days
    return tell(_("%(n)s days"), n=days) if days is not None else ""


def _languages(service: Service, tell: Say, *, by_interpreter: bool) -> str:
    found: list[Any] = [x for x in service.languages if x.by_interpreter is by_interpreter]
    return ", ".join(LANGUAGE_WORDS.get(x.code or "", x.name or x.code or "") for x in found)


LANGUAGE_WORDS = {
    "id": "Bahasa Indonesia",
    "su": "Basa Sunda",
    "jv": "Basa Jawa",
    "mad": "Madura",
    "bug": "Bugis",
    "ban": "Bali",
    "tet": "Tetun",
    "en": "English",
    "ar": "العربية",
    "zh": "中文",
    "inl": "BISINDO",
}
