"""Whose a place is, and who may change it or open its address."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.models import AuditEntry
from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Location, Offer, SealedPlace, Service
from agencies.models.records import LocationRecord
from agencies.queries.export import locations_where
from agencies.rules.secret import OPENINGS_PER
from core.actors import Actor
from core.clock import now
from core.db import db

OPENED = "address.opened"


@dataclass(frozen=True, slots=True)
class Owned:
    """A place of an agency, with what everybody who sees it may know."""

    place: LocationRecord
    location_id: uuid.UUID
    agency_id: uuid.UUID
    agency_name: str
    sealed_at: datetime | None  # when an address was last sealed; None: none is


def owned_place(actor: Actor, location_id: uuid.UUID, right: Right) -> Owned | None:
    """A place, for somebody who holds the right for its agency in a strong session.

    None alike for a place that is not there, is another agency's, or for a weak session.
    """
    if not actor.strong:
        return None
    owner = next(
        (
            agency
            for agency in agencies_at(location_id)
            if holds_for(actor.grants, right, agency_id=agency.id)
        ),
        None,
    )
    if owner is None:
        return None
    (place,) = locations_where(Location.id == location_id)
    sealed_at = db.session.scalar(
        select(SealedPlace.sealed_at).where(SealedPlace.location_id == location_id)
    )
    return Owned(place, location_id, owner.id, owner.name, sealed_at)


def agencies_at(location_id: uuid.UUID) -> list[Agency]:
    """The agencies that offer something at a place."""
    statement = (
        select(Agency)
        .join(Service, Service.agency_id == Agency.id)
        .join(Offer, Offer.service_id == Service.id)
        .where(Offer.location_id == location_id)
        .order_by(Agency.id)
    )
    return list(dict.fromkeys(db.session.scalars(statement)))


def openings_lately(actor: Actor) -> int:
    """How many addresses this person opened within the last hour, by the audit."""
    since = now() - OPENINGS_PER
    statement = select(func.count()).where(
        AuditEntry.at > since, AuditEntry.action == OPENED, AuditEntry.actor_id == actor.id
    )
    return db.session.scalar(statement) or 0
