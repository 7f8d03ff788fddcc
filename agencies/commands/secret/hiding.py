"""A place becomes secret or open: what must go then, and what is noted."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select, update

from accounts.commands.audit import record
from agencies.models import GeocodedAddress, Offer, SealedPlace
from agencies.models.records import LocationRecord
from agencies.queries.secret.guarded import agencies_at
from core.actors import Actor, Tier
from core.db import db
from core.events import publish
from core.geometry import is_in_published
from core.rekeying import erase_on_commit

# Rooms and shelves that keep what a place was before (histories, undo) forget it on this event.
PLACE_HIDDEN = "agencies.place_hidden"


def note_tier(
    actor: Actor, *, location_id: uuid.UUID, before: LocationRecord, after: LocationRecord
) -> None:
    """Command: a place changed how guarded it is; the row itself is written already.

    On becoming secret, whatever else may tell the former point goes: what offers kept beside
    their columns, answers of the geocoder inside the cell, and with `PLACE_HIDDEN` all histories.
    On becoming open the sealed address goes: what is known is then what the row says. Both are
    audited without the place.
    """
    if before.tier is after.tier:
        return
    if after.tier is Tier.SECRET:
        _forget_where(location_id, after.published_cell)
    else:
        db.session.execute(delete(SealedPlace).where(SealedPlace.location_id == location_id))
        erase_on_commit(f"place/{location_id}")
    for agency in agencies_at(location_id):
        record(
            actor,
            "place.tier_changed",
            agency_id=agency.id,
            subject=("location", location_id),
            before=before.tier.word,
            after=after.tier.word,
        )


def _forget_where(location_id: uuid.UUID, cell: int | None) -> None:
    offers = list(db.session.scalars(select(Offer.id).where(Offer.location_id == location_id)))
    db.session.execute(update(Offer).where(Offer.id.in_(offers)).values(extra={}))
    _forget_geocoded(cell)
    publish(PLACE_HIDDEN, location_id=location_id, offer_ids=offers)


def _forget_geocoded(cell: int | None) -> None:
    """Every answer in the cell, so that what is missing does not point at the place."""
    for row in db.session.scalars(select(GeocodedAddress)):
        points = ((found["lat"], found["lon"]) for found in row.answer)
        if cell is None or any(is_in_published(point, cell) for point in points):
            db.session.delete(row)
    db.session.flush()
