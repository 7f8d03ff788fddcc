"""What the fields of an entry are called, on forms and in the history alike."""

from __future__ import annotations

from agencies.rules.entries import Kind, ReportKind
from agencies.rules.freshness import Fact
from core.i18n import _

FIELD_WORDS: dict[str, str] = {
    "name": _("Name"),
    "short_name": _("Short name"),
    "names": _("Former names"),
    "type": _("Kind of agency"),
    "status": _("Open or closed"),
    "description": _("Description"),
    "email": _("E-mail"),
    "website": _("Website"),
    "url": _("Website"),
    "legal_status": _("Legal form"),
    "year_incorporated": _("Founded in"),
    "mou": _("Agreement (MoU)"),
    "mou_until": _("Agreement ends"),
    "promised_response_minutes": _("Promises an answer within"),
    "source": _("Source"),
    "phones": _("Phone"),
    "contacts": _("Whom to ask for"),
    "alternate_name": _("Another name"),
    "needs": _("Needs it meets"),
    "application_process": _("Way in"),
    "fees": _("Cost"),
    "costs": _("Cost"),
    "documents": _("Papers"),
    "eligibility_description": _("Whom it takes"),
    "interpretation_services": _("Interpreters"),
    "alert": _("What everybody must know first"),
    "takes_female": _("Women"),
    "takes_male": _("Men"),
    "takes_boys": _("Boys under 18 on their own"),
    "takes_other": _("People of every gender"),
    "minimum_age": _("Lowest age"),
    "maximum_age": _("Highest age"),
    "takes_children": _("Children with a parent"),
    "oldest_boy": _("Oldest boy with his mother"),
    "takes_foreigners": _("Foreign nationals"),
    "takes_without_id": _("Without identity papers"),
    "night_intake": _("Admits at night"),
    "night_decider": _("Decides at night"),
    "needs_letter": _("Referral letter needed"),
    "needs_medical_clearance": _("Medical clearance needed"),
    "longest_stay_days": _("Longest stay"),
    "languages": _("Languages"),
    "areas": _("Serves"),
    "schedules": _("Opening hours"),
    "access_mobility": _("wheelchair"),
    "access_hearing": _("deaf or hard of hearing"),
    "access_sight": _("blind or low vision"),
    "access_intellectual": _("intellectual disability"),
    "access_psychosocial": _("psychosocial disability"),
    "access_notes": _("Access in words"),
    "verified_at": _("Verified on"),
    "verified_by": _("Verified by"),
    "pools": _("Pools of places"),
    "free": _("Free places"),
}

PART_WORDS: dict[tuple[Kind, Fact], str] = {
    (Kind.AGENCY, Fact.ABOUT): _("About the agency"),
    (Kind.AGENCY, Fact.PHONE): _("Phone numbers"),
    (Kind.SERVICE, Fact.ABOUT): _("About the service"),
    (Kind.SERVICE, Fact.ELIGIBILITY): _("Whom it takes"),
    (Kind.SERVICE, Fact.PHONE): _("Phone numbers of this service"),
    (Kind.SERVICE, Fact.HOURS): _("Opening hours wherever a place says nothing"),
    (Kind.OFFER, Fact.HOURS): _("Opening hours here"),
    (Kind.OFFER, Fact.ACCESS): _("Access"),
    (Kind.OFFER, Fact.PHONE): _("Phone numbers here"),
    (Kind.OFFER, Fact.BEDS): _("Pools of places"),
}

FACT_WORDS: dict[Fact, str] = {
    Fact.BEDS: _("Free places"),
    Fact.PHONE: _("Phone number"),
    Fact.HOURS: _("Hours"),
    Fact.ELIGIBILITY: _("Whom it takes"),
    Fact.ACCESS: _("Access"),
    Fact.ABOUT: _("Description"),
}

REPORT_WORDS: dict[ReportKind, str] = {
    ReportKind.CLOSED: _("It is closed"),
    ReportKind.PHONE: _("The phone number is wrong"),
    ReportKind.FULL: _("It is full"),
    ReportKind.MOVED: _("It has moved"),
    ReportKind.OTHER: _("Something else"),
}
