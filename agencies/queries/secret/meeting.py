"""Meeting points, and what of them may be said beside a secret place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Location, MeetingPoint, Offer, Service
from core.actors import Actor, Tier
from core.db import db
from core.geometry import published_cell, touch


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting point beside a secret place. Where it is stays None if that would say too much."""

    name: str | None
    address: str | None
    district: str | None
    escort_needed: bool | None
    times: str | None


def agency_with_points(actor: Actor, agency_id: uuid.UUID) -> Agency | None:
    """An agency whose meeting points the actor may change, in a strong session; else None."""
    allowed = actor.strong and holds_for(actor.grants, Right.EDIT_ENTRY, agency_id=agency_id)
    return db.session.get(Agency, agency_id) if allowed else None


def points_of(agency_id: uuid.UUID) -> list[MeetingPoint]:
    """The meeting points of an agency, the oldest first."""
    statement = select(MeetingPoint).where(MeetingPoint.agency_id == agency_id)
    return list(db.session.scalars(statement.order_by(MeetingPoint.made_at, MeetingPoint.id)))


def point_of_agency(agency_id: uuid.UUID, point_id: uuid.UUID) -> MeetingPoint | None:
    """One meeting point, if it is this agency's."""
    found = db.session.get(MeetingPoint, point_id)
    return found if found is not None and found.agency_id == agency_id else None


def secret_places_of(agency_id: uuid.UUID) -> list[Location]:
    """The secret places where an agency offers something."""
    statement = (
        select(Location)
        .join(Offer, Offer.location_id == Location.id)
        .join(Service, Service.id == Offer.service_id)
        .where(Service.agency_id == agency_id, Location.tier == Tier.SECRET.value)
        .order_by(Location.id)
    )
    return list(dict.fromkeys(db.session.scalars(statement)))


def offers_at_secret_places(agency_id: uuid.UUID) -> list[uuid.UUID]:
    """The offers of an agency that show its meeting points."""
    statement = (
        select(Offer.id)
        .join(Location, Location.id == Offer.location_id)
        .join(Service, Service.id == Offer.service_id)
        .where(Service.agency_id == agency_id, Location.tier == Tier.SECRET.value)
    )
    return list(db.session.scalars(statement))


def cell_of_secret(place: Location) -> int | None:
    """The published cell of a secret place; None when nothing is published of where it is."""
    if place.published_cell is not None:
        return place.published_cell
    if place.latitude is None or place.longitude is None:
        return None
    return published_cell((place.latitude, place.longitude))


def meetings_for(offer: Offer) -> tuple[Meeting, ...]:
    """What is said of the meeting points of an offer at a secret place; nothing of other offers."""
    if offer.location.tier != Tier.SECRET.value:
        return ()
    cell = cell_of_secret(offer.location)
    return tuple(_meeting(point, cell) for point in offer.service.agency.meeting_points)


def _meeting(point: MeetingPoint, cell: int | None) -> Meeting:
    """Where it is may be said only when a whole cell lies between it and the secret place's."""
    tells = cell is None or not touch(cell_of_point(point), cell)
    return Meeting(
        name=point.name if tells else None,
        address=point.address if tells else None,
        district=point.district if tells else None,
        escort_needed=point.escort_needed,
        times=point.times,
    )


def cell_of_point(point: MeetingPoint) -> int:
    """The cell around a meeting point, of the size of published cells."""
    return published_cell((point.latitude, point.longitude))
