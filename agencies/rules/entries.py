"""What an agency may change of its own entry, part by part, and what cannot be right.

A part is a fact (`rules.freshness`) of an agency, a service or an offer: what is asked on one
page, confirmed in one tap and dated by itself. Positions are kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from agencies.rules.freshness import Fact
from agencies.rules.needs import all_needs


def _(message: str) -> str:
    return message


class Kind(StrEnum):
    """What a change is about."""

    AGENCY = "agency"
    SERVICE = "service"
    OFFER = "offer"
    POOL = "pool"


PARTS: dict[tuple[Kind, Fact], tuple[str, ...]] = {
    (Kind.AGENCY, Fact.ABOUT): (
        "name",
        "short_name",
        "names",
        "description",
        "email",
        "website",
        "promised_response_minutes",
    ),
    (Kind.AGENCY, Fact.PHONE): ("phones",),
    (Kind.SERVICE, Fact.ABOUT): (
        "name",
        "alternate_name",
        "status",
        "needs",
        "description",
        "alert",
        "application_process",
        "documents",
        "fees",
    ),
    (Kind.SERVICE, Fact.ELIGIBILITY): (
        "takes_female",
        "takes_male",
        "takes_boys",
        "takes_other",
        "minimum_age",
        "maximum_age",
        "takes_children",
        "oldest_boy",
        "takes_foreigners",
        "takes_without_id",
        "night_intake",
        "night_decider",
        "needs_letter",
        "needs_medical_clearance",
        "longest_stay_days",
        "languages",
    ),
    (Kind.SERVICE, Fact.PHONE): ("phones",),
    (Kind.SERVICE, Fact.HOURS): ("schedules",),
    (Kind.OFFER, Fact.ACCESS): (
        "access_mobility",
        "access_hearing",
        "access_sight",
        "access_intellectual",
        "access_psychosocial",
        "access_notes",
    ),
    (Kind.OFFER, Fact.PHONE): ("phones",),
    (Kind.OFFER, Fact.HOURS): ("schedules",),
    (Kind.OFFER, Fact.BEDS): ("pools",),
}

NAME_NEEDED = _("A name is needed")
NEED_NEEDED = _("Choose at least one need")
NOT_A_NEED = _("This is not a need of the list")
AGES_CROSSED = _("The lowest age is above the highest")
BELOW_ZERO = _("The figure cannot be below 0")


def fact_of(kind: Kind, field: str) -> Fact:
    """The fact that a field belongs to; what has no part of its own is about the whole."""
    for (of, fact), fields in PARTS.items():
        if of is kind and field in fields:
            return fact
    return Fact.ABOUT


def facts_of(kind: Kind, fields: Iterable[str]) -> set[Fact]:
    """The facts that some fields belong to."""
    return {fact_of(kind, field) for field in fields}


def faults(kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
    """What cannot be right: by field a message id. `values` is the whole record's fields."""
    found: dict[str, str] = {}
    if kind in (Kind.AGENCY, Kind.SERVICE) and not str(values.get("name") or "").strip():
        found["name"] = NAME_NEEDED
    if kind is Kind.SERVICE:
        found |= _service_faults(values)
    return found


def _service_faults(values: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    needs = values.get("needs") or ()
    if not needs:
        found["needs"] = NEED_NEEDED
    elif any(code not in all_needs() for code in needs):
        found["needs"] = NOT_A_NEED
    low, high = values.get("minimum_age"), values.get("maximum_age")
    if low is not None and high is not None and low > high:
        found["minimum_age"] = AGES_CROSSED
    for name in ("minimum_age", "maximum_age", "oldest_boy", "longest_stay_days"):
        if (values.get(name) or 0) < 0:
            found[name] = BELOW_ZERO
    return found


class ReportKind(StrEnum):
    """What somebody says is wrong with an entry."""

    CLOSED = "closed"
    PHONE = "phone"
    FULL = "full"
    MOVED = "moved"
    OTHER = "other"


ENOUGH_REPORTS = 3


def reported_on(reports: Iterable[tuple[str, datetime]]) -> datetime | None:
    """Since when an entry is to be shown as reported wrong, or None.

    `reports` are the kind and instant of those that nobody has settled: three of any kind or
    one wrong phone are enough (a wrong number sends a survivor to a stranger).
    """
    known = list(reports)
    phones = [at for kind, at in known if kind == ReportKind.PHONE]
    if phones:
        return max(phones)
    return max(at for _, at in known) if len(known) >= ENOUGH_REPORTS else None
