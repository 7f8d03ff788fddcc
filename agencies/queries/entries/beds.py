"""The pools that somebody may speak for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from agencies.models import Agency, Location, Offer, Pool, Service, Status
from core.actors import Tier
from core.db import db


@dataclass(frozen=True, slots=True)
class SaidPool:
    """A pool as its clerk sees it. `most` is how many can be free while the held stay held."""

    id: uuid.UUID
    label: str
    agency: str
    service: str
    place: str | None  # nothing of a secret place
    capacity: int
    free: int
    held: int
    closed: int
    said_at: datetime

    @property
    def most(self) -> int:
        """How many places can be free."""
        return self.capacity - self.held - self.closed


def pools_of(agency_ids: Sequence[uuid.UUID]) -> list[SaidPool]:
    """The pools of agencies, in the order of their services. The caller sees to the right."""
    rows = db.session.execute(
        select(Pool, Service.name, Agency.name, Location)
        .join(Offer, Offer.id == Pool.offer_id)
        .join(Service, Service.id == Offer.service_id)
        .join(Agency, Agency.id == Service.agency_id)
        .join(Location, Location.id == Offer.location_id)
        .where(Agency.id.in_(agency_ids))
        .where(Service.status.in_((Status.ACTIVE, Status.TEMPORARILY_CLOSED)))
        .order_by(Agency.name, Service.name, Offer.id, Pool.position, Pool.id)
    )
    return [
        SaidPool(
            id=pool.id,
            label=pool.label,
            agency=agency,
            service=service,
            place=None if location.tier >= Tier.SECRET.value else location.name,
            capacity=pool.capacity,
            free=pool.free,
            held=pool.held,
            closed=pool.closed,
            said_at=pool.said_at,
        )
        for pool, service, agency, location in rows
    ]
