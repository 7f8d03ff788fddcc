"""What the registry tells accounts of agencies and areas."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, exists, select

from accounts.queries.registry import AgencyColumn, KnownAgency
from agencies.models import Agency, AgencyApplication, Location, Offer, Service, Status
from agencies.queries.places import place, resolve
from agencies.rules.place_codes import DISTRICT, PROVINCE, REGENCY
from core.db import db

AREAS = (PROVINCE, REGENCY, DISTRICT)


def areas_of(agency_id: uuid.UUID) -> tuple[str, ...]:
    """The codes of the areas in which an agency works: where its offers are, and from where it
    applied. Of a secret place that is the area of its published cell.
    """
    offered = (
        select(Location.area_code)
        .join(Offer, Offer.location_id == Location.id)
        .join(Service, Service.id == Offer.service_id)
        .where(Service.agency_id == agency_id, Location.area_code.is_not(None))
    )
    applied = select(AgencyApplication.area_code).where(AgencyApplication.agency_id == agency_id)
    return tuple(sorted(set(db.session.scalars(offered.union(applied)))))


def agency_of_registry(agency_id: uuid.UUID) -> KnownAgency | None:
    """An agency, as accounts know it."""
    name = db.session.scalar(select(Agency.name).where(Agency.id == agency_id))
    return KnownAgency(agency_id, name, areas_of(agency_id)) if name is not None else None


# Closed for some time is a house without guests: its people still answer for their cases.
STOPPED = (Status.INACTIVE, Status.DEFUNCT)


def stopped_agency(agency_id: AgencyColumn) -> ColumnElement[bool]:
    """That the agency which a column holds is suspended or does not exist any more."""
    return exists().where(Agency.id == agency_id, Agency.status.in_(STOPPED))


def area_of_registry(code: str) -> str:
    """An area's name, or its code."""
    found = place(code)
    return found.name if found else code


def areas_meant_in_registry(typed: str) -> list[tuple[str, str]]:
    """The districts, regencies and provinces that a typed name may mean."""
    found = resolve(typed)
    fitting = [choice for choice in found if choice.level in AREAS]
    return [(choice.code, choice.full_name) for choice in fitting]
