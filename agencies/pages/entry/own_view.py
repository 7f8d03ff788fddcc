"""What the pages of an own entry show, prepared."""

from __future__ import annotations

from typing import Any

from flask import url_for

from agencies.doors import settings
from agencies.forms.entry import editable_parts
from agencies.models import Agency, Cause, FactReport, Offer, Service
from agencies.queries.entries.history import Changed, History
from agencies.queries.entries.overview import KeptFact, kept_facts, place_of
from agencies.queries.hours import zone_of
from agencies.rules.entries import Kind
from agencies.rules.freshness import Fact
from agencies.wording.changes import STATUS_WORDS, change_lines
from agencies.wording.checks import say_confirmed
from agencies.wording.fields import FACT_WORDS, FIELD_WORDS, PART_WORDS, REPORT_WORDS
from agencies.wording.times import say_date
from core.actors import ActorKind, Tier
from core.clock import now
from core.i18n import Say, _, say

Plain = dict[str, Any]
MOST_NUDGES = 30


def overview(agency: Agency, language: str) -> Plain:
    """An agency's entry: what is getting old, then every part with its date and its form."""
    tell = say(language)
    facts = kept_facts(agency, now())
    dated = {(f.kind, f.id, f.fact): f for f in facts}
    ageing = [f for f in facts if f.is_ageing]
    return {
        "name": agency.name,
        "href": url_for("directory.agency", agency_id=agency.id),
        "nudges": [_nudge(f, language, tell) for f in ageing[:MOST_NUDGES]],
        "more_nudges": max(0, len(ageing) - MOST_NUDGES),
        "parts": [
            *_parts(Kind.AGENCY, agency.id, dated, language, tell),
            _undated(
                tell(_("Meeting points")), url_for("meeting_points.index", agency_id=agency.id)
            ),
        ],
        "services": [_service(s, dated, language, tell) for s in agency.services],
    }


def _service(service: Service, dated: Any, language: str, tell: Say) -> Plain:
    return {
        "name": service.name,
        "status": tell(STATUS_WORDS[service.status]),
        "closed": service.status.value != "active",
        "href": url_for("directory.service", service_id=service.id),
        "parts": _parts(Kind.SERVICE, service.id, dated, language, tell),
        "places": [_place(offer, dated, language, tell) for offer in service.offers],
    }


def _place(offer: Offer, dated: Any, language: str, tell: Say) -> Plain:
    secret = offer.location.tier >= Tier.SECRET.value
    unnamed = _("A place that is kept secret") if secret else _("Place not known")
    return {
        "name": place_of(offer) or tell(unnamed),
        "parts": [
            *_parts(Kind.OFFER, offer.id, dated, language, tell),
            _undated(
                tell(_("Where this place is, and who may know")),
                url_for("secret_places.edit", location_id=offer.location_id),
            ),
        ],
    }


def _undated(label: str, href: str) -> Plain:
    """A form of the entry that is no fact with a date of its own."""
    return {"label": label, "href": href, "said": "", "late": False}


def _parts(kind: Kind, subject_id: Any, dated: Any, language: str, tell: Say) -> list[Plain]:
    found = []
    for fact in editable_parts(kind):
        known: KeptFact | None = dated.get((kind, subject_id, fact))
        found.append(
            {
                "label": tell(PART_WORDS[kind, fact]),
                "href": url_for(
                    "entry.edit", kind=kind.value, subject_id=subject_id, fact=fact.value
                ),
                "said": _said(known, language, tell),
                "late": known is not None and known.is_old,
            }
        )
    return found


def _form(kind: Kind, subject_id: Any, fact: Fact) -> str:
    if fact is Fact.BEDS:
        return url_for("entry.beds")
    return url_for("entry.edit", kind=kind.value, subject_id=subject_id, fact=fact.value)


def _said(known: KeptFact | None, language: str, tell: Say) -> str:
    if known is None:
        return tell(_("nothing is stated here"))
    return say_confirmed(known.day, known.is_old, now().date(), language, tell)


def _nudge(fact: KeptFact, language: str, tell: Say) -> Plain:
    about = " · ".join(part for part in (fact.service, fact.place) if part)
    return {
        "label": tell(FACT_WORDS[fact.fact]),
        "about": about,
        "said": _said(fact, language, tell),
        "late": fact.is_old,
        "href": _form(fact.kind, fact.id, fact.fact),
        "is_beds": fact.fact is Fact.BEDS,
        "kind": fact.kind.value,
        "id": str(fact.id),
        "fact": fact.fact.value,
    }


def reports_view(reports: list[tuple[FactReport, str | None]], language: str) -> list[Plain]:
    """Reports that wait to be settled. Who reported stays with the audit."""
    tell = say(language)
    return [
        {
            "id": str(report.id),
            "what": tell(REPORT_WORDS[report.kind] if not report.proposal else DECLINED_FOR_IT),
            "says": _proposed(report, tell),
            "look_at": [tell(FIELD_WORDS[n]) for n in (report.proposal or {}).get("look_at", ())],
            "service": service,
            "words": report.words,
            "day": say_date(report.at.date(), language),
        }
        for report, service in reports
    ]


DECLINED_FOR_IT = _("A referral was declined for what the entry does not say")


def _proposed(report: FactReport, tell: Say) -> list[str]:
    """What the entry should say, such as "Men: no"."""
    says = (report.proposal or {}).get("says", {})
    return [
        f"{tell(FIELD_WORDS[n])}: {tell(_('Yes') if says[n] else _('No')).lower()}" for n in says
    ]


def history_view(history: History, language: str) -> list[Plain]:
    """Changes in readable words."""
    return [_change(one, language, say(language)) for one in history.changes]


_CAUSES = {
    Cause.EDIT: _("Changed"),
    Cause.BEDS: _("Beds said"),
    Cause.IMPORT: _("Imported from a file"),
    Cause.UNDO: _("Undone"),
}


def _change(one: Changed, language: str, tell: Say) -> Plain:
    change = one.change
    local = change.at.astimezone(zone_of(settings().timezone))
    time = f"{local:%H.%M}" if language == "id" else f"{local:%H:%M}"
    return {
        "id": str(change.id),
        "when": f"{say_date(local.date(), language)} {time}",
        "what": change.subject_name,
        "cause": tell(_CAUSES[change.cause]),
        "by": one.by or _unnamed(change.actor_kind, tell),
        "lines": change_lines(change.subject_kind, change.before, change.after, language),
        "undoable": one.is_last,
    }


def _unnamed(kind: str, tell: Say) -> str:
    if kind == ActorKind.MEMBER:
        return tell(_("somebody who has left"))
    return tell(_("the operator of this Rujukan"))
