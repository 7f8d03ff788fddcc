"""HSDS organizations as agencies."""

from __future__ import annotations

from dataclasses import replace

from agencies.exchange import messages as says
from agencies.exchange.hsds import parts
from agencies.exchange.hsds.said import said_by
from agencies.exchange.hsds.source import Owner, Source
from agencies.exchange.hsds.task import Task
from agencies.models.records import AgencyRecord
from core.actors import Tier


def read_agency(task: Task, service: Source) -> AgencyRecord | None:
    """The agency of a service; None when it names none, which refuses it."""
    source = service.inner("organization")
    if source is None:
        task.notes.refuse("organization", says.NO_AGENCY)
        return None
    source.drop("organization_id")
    owner = Owner(source, source.key())
    agency = AgencyRecord(
        key=owner.key,
        id=owner.id,
        name=task.name(source),
        type=task.rules.agency_type,
        short_name=source.text("alternate_name"),
        description=source.text("description"),
        email=source.text("email"),
        website=source.text("website"),
        legal_status=source.text("legal_status"),
        year_incorporated=source.whole("year_incorporated"),
        phones=parts.phones(owner, source),
        contacts=parts.contacts(owner, source),
        said=said_by(AgencyRecord, source),
    )
    _keep_other_places(task, owner, service, source)
    return replace(agency, extra=owner.extra())


def _keep_other_places(task: Task, owner: Owner, service: Source, source: Source) -> None:
    """Places of the agency where this service is not: kept, unless places are guarded."""
    offers = service.given.get("service_at_locations")
    offered = [_id_of_place(part) for part in offers] if isinstance(offers, list) else []
    others = [part for part in source.each("locations") if part.given.get("id") not in offered]
    for part in others:
        own_id = str(part.given.get("id"))
        if task.tier is Tier.PUBLIC and own_id not in task.context.secret_places:
            owner.keep_whole("locations", part)
        else:
            task.notes.warn("organization.locations", says.PLACES_DROPPED)


def _id_of_place(offer: object) -> object:
    place = offer.get("location") if isinstance(offer, dict) else None
    return place.get("id") if isinstance(place, dict) else None
