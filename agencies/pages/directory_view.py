"""What the directory pages show, prepared: templates only lay it out."""

from __future__ import annotations

from typing import Any

from flask import url_for

from agencies.doors import settings
from agencies.models import Agency, Offer, PhoneKind, Place, Service, Status
from agencies.pages.facts_view import service_facts
from agencies.pages.offer_view import offer_view, phones_view, point_of, reach, verified
from agencies.queries.card import spell_place
from agencies.queries.directory import Wanted, booklet_offers, visible_offers
from agencies.queries.entries.dates import dates_of
from agencies.queries.hours import zone_of
from agencies.queries.weekly import first_stated
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.freshness import Fact
from agencies.rules.needs import all_needs
from agencies.wording.checks import confirmed
from agencies.wording.hours import hours_table
from agencies.wording.times import say_date
from core.actors import Actor, Tier
from core.clock import now
from core.i18n import Say, _, say
from core.phones import spell

Plain = dict[str, Any]


def filters_view(areas: list[Place], language: str) -> Plain:
    """The choices of the directory's filters."""
    tell = say(language)
    return {
        "types": sorted(((c, tell(label)) for c, label in AGENCY_TYPES.items()), key=_second),
        "areas": [(place.code, place.name) for place in areas],
        "needs": need_groups(language),
    }


def need_groups(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The needs of the list as choices, in their groups."""
    tell = say(language)
    groups: dict[str, list[tuple[str, str]]] = {}
    for need in all_needs().values():
        groups.setdefault(need.group, []).append((need.code, need.label(language)))
    return [(_group(name, tell), members) for name, members in groups.items()]


def _second(pair: tuple[str, str]) -> str:
    return pair[1]


_GROUPS = {
    "1 Pengaduan": _("Complaints and first help"),
    "2 Kesehatan": _("Health"),
    "3 Rehab sosial": _("Shelter and social rehabilitation"),
    "4 Hukum": _("Law"),
    "5a Pemulangan": _("Return"),
    "5b Reintegrasi": _("Reintegration"),
}


def _group(name: str, tell: Say) -> str:
    return tell(_GROUPS[name])


def agency_rows(actor: Actor, agencies: list[Agency], wanted: Wanted, language: str) -> list[Plain]:
    """The rows of the directory's list."""
    return [_agency_row(actor, agency, wanted, say(language)) for agency in agencies]


def _agency_row(actor: Actor, agency: Agency, wanted: Wanted, tell: Say) -> Plain:
    offers = [o for s in agency.services for o in visible_offers(actor, s)]
    places = dict.fromkeys(filter(None, (o.location.city for o in offers)))
    return {
        **_face(agency, tell),
        "href": url_for("directory.agency", agency_id=agency.id),
        "services": [s.name for s in agency.services if visible_offers(actor, s)],
        "places": ", ".join(places),
        "found_by": _former_name_found(agency, wanted.words),
        **reach(agency.phones or [p for o in offers for p in o.phones]),
    }


def _face(agency: Agency, tell: Say) -> Plain:
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "type": tell(AGENCY_TYPES.get(agency.type, agency.type)),
        "sample": agency.is_sample,
        "tier": Tier(agency.tier).word,
        "closed": agency.status is Status.TEMPORARILY_CLOSED,
    }


def _former_name_found(agency: Agency, words: str) -> str | None:
    """The former name that the words speak of, when the present one does not."""
    typed = words.casefold().split()
    if not typed or all(word in agency.name.casefold() for word in typed):
        return None
    names = [n.name for n in agency.names]
    return next((n for n in names if any(w in n.casefold() for w in typed)), None)


def agency_view(actor: Actor, agency: Agency, language: str) -> Plain:
    """Everything that an agency's page shows."""
    tell = say(language)
    services = [s for s in agency.services if visible_offers(actor, s)]
    offers = [o for s in services for o in visible_offers(actor, s)]
    return {
        **_face(agency, tell),
        "id": str(agency.id),
        "description": agency.description,
        "former_names": [
            _former(n.name, n.valid_from, n.valid_to, language, tell) for n in agency.names
        ],
        "facts": _agency_facts(agency, language, tell),
        "phones": phones_view(agency.phones, tell),
        **reach(agency.phones or [p for o in offers for p in o.phones]),
        "services": [_service_row(actor, s, language, tell) for s in services],
        "points": [point for o in offers if (point := point_of(o))],
        "source": agency.source,
    }


def _former(name: str, first: Any, last: Any, language: str, tell: Say) -> str:
    if first and last:
        return tell(
            _("%(name)s (%(first)s to %(last)s)"), name=name, first=first.year, last=last.year
        )
    if last:
        return tell(_("%(name)s (until %(last)s)"), name=name, last=last.year)
    return name


def _agency_facts(agency: Agency, language: str, tell: Say) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = []
    if agency.email:
        facts.append((tell(_("E-mail")), agency.email))
    if agency.website:
        facts.append((tell(_("Website")), agency.website))
    if agency.promised_response_minutes is not None:
        minutes = agency.promised_response_minutes
        facts.append((tell(_("Promises an answer within")), tell(_("%(n)s minutes"), n=minutes)))
    if agency.mou:
        facts.append((tell(_("Agreement (MoU)")), _mou(agency, language, tell)))
    return facts


def _mou(agency: Agency, language: str, tell: Say) -> str:
    if agency.mou_until is None:
        return agency.mou or ""
    day = say_date(agency.mou_until, language)
    words = (
        _("%(mou)s, expired %(day)s")
        if agency.mou_until < now().date()
        else _("%(mou)s, until %(day)s")
    )
    return tell(words, mou=agency.mou, day=day)


def _service_row(actor: Actor, service: Service, language: str, tell: Say) -> Plain:
    needs = all_needs()
    return {
        "name": service.name,
        "href": url_for("directory.service", service_id=service.id),
        "needs": [needs[n.need].label(language) for n in service.needs if n.need in needs],
        "closed": service.status is Status.TEMPORARILY_CLOSED,
        "places": [offer_view(o, language, tell) for o in visible_offers(actor, service)],
    }


def service_view(offers: list[Offer], language: str) -> Plain:
    """Everything that a service's page shows."""
    tell = say(language)
    service, needs = offers[0].service, all_needs()
    return {
        "name": service.name,
        "alternate_name": service.alternate_name,
        "agency": _face(service.agency, tell),
        "agency_href": url_for("directory.agency", agency_id=service.agency_id),
        "closed": Status.TEMPORARILY_CLOSED in (service.status, service.agency.status),
        "alert": service.alert,
        "description": service.description,
        "needs": [needs[n.need].label(language) for n in service.needs if n.need in needs],
        "facts": service_facts(service, language, tell),
        "whom_said": confirmed(Fact.ELIGIBILITY, dates_of(offers[0]), now().date(), language, tell),
        "documents": [d.document for d in service.documents],
        "application_process": service.application_process,
        "fees": service.fees,
        "places": [offer_view(o, language, tell) for o in offers],
        "points": [point for o in offers if (point := point_of(o))],
        "source": service.agency.source,
        **reach(offers[0].phones or service.phones or service.agency.phones),
    }


def booklet_view(actor: Actor, area: str, language: str) -> list[Plain]:
    """Districts in order, each with the offers in it, for paper; paper says its day."""
    tell = say(language)
    day = say_date(now().astimezone(zone_of(settings().timezone)).date(), language)
    return [
        {
            "day": day,
            "name": name or tell(_("By phone or without a known place")),
            "offers": [_line(o, language, tell) for o in offers],
        }
        for name, offers in booklet_offers(actor, area)
    ]


def _line(offer: Offer, language: str, tell: Say) -> Plain:
    location = offer.location
    rows = first_stated(offer.schedules, location.schedules, offer.service.schedules)
    needs = all_needs()
    phones = offer.phones or offer.service.phones or offer.service.agency.phones
    return {
        "service": offer.service.name,
        "agency": offer.service.agency.name,
        "type": tell(AGENCY_TYPES.get(offer.service.agency.type, offer.service.agency.type)),
        "needs": ", ".join(
            needs[n.need].label(language) for n in offer.service.needs if n.need in needs
        ),
        "place": spell_place(location),
        "hours": hours_table(rows, location.timezone, language),
        "phones": ", ".join(spell(p.number) for p in phones if p.kind is not PhoneKind.FAX),
        "facts": service_facts(offer.service, language, tell, known_only=True),
        "verified": verified(offer, language, tell),
        "tier": Tier(location.tier).word,
        "sample": offer.service.agency.is_sample,
    }
