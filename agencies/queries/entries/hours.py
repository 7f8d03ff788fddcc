"""The hours that hold for a place which says none itself."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from agencies.models import Location, Offer, Service
from agencies.models.records import ScheduleRecord
from agencies.queries.export import locations_where, services_where
from core.db import db


def hours_until_now(offer_id: uuid.UUID) -> tuple[ScheduleRecord, ...]:
    """The schedules of an offer's location, else of its service."""
    row = db.session.execute(
        select(Offer.location_id, Offer.service_id).where(Offer.id == offer_id)
    ).one()
    here = locations_where(Location.id == row[0])[0].schedules
    return here or services_where(Service.id == row[1])[0].schedules
