"""Keep what find and the directory read in step with the registry.

Every command that changes an agency, service, location, offer, schedule or pool ends here, in
the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Update, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.dml import ReturningUpdate

from agencies.commands.generation import note_changed
from agencies.models import Agency, FindEntry, Location, LocationType, Offer, Service, Status
from agencies.models.offer import BY_PHONE, SOMEWHERE
from agencies.queries.entries.dates import notes_for
from agencies.queries.export import chunks
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.asking import change_rows, changed_rows, spelt_once
from core.db import db
from core.fulltext import Said, forget_words, replace_words
from core.geometry import cell_of

IN_SERVICE = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)


def refresh_offers(offer_ids: Iterable[uuid.UUID]) -> None:
    """Command: write again what find and the directory know of these offers and their agencies."""
    wanted = list(offer_ids)
    db.session.flush()
    agencies: set[uuid.UUID] = set()
    for batch in chunks(wanted):
        offers = db.session.scalars(
            select(Offer)
            .where(Offer.id.in_(batch))
            .options(
                selectinload(Offer.location),
                selectinload(Offer.service).selectinload(Service.needs),
                selectinload(Offer.service).selectinload(Service.agency).selectinload(Agency.names),
            )
        ).all()
        _rewrite(list(offers))
        agencies.update(offer.service.agency_id for offer in offers)
    _settle_tiers(agencies)


def refresh_figures(offer_ids: Iterable[uuid.UUID]) -> None:
    """Command: only figures of pools changed; what is kept in memory of these offers is old.

    Nothing else that find and the directory know hangs on them, so nothing else is written: this is
    on the way of every place that is held or given back. The offers in one order, so that two who
    refresh the same never wait for each other.
    """
    wanted = sorted(offer_ids)
    note_changed(wanted)
    for offer_id in wanted:
        revision = changed_rows(_raised(), offer=offer_id).scalar()
        change_rows(_told(), offer=offer_id, raised=revision)
        known = db.session.identity_map.get(db.session.identity_key(Offer, offer_id))
        if known is not None:
            db.session.expire(known, ["revision", "changed_at"])


@lru_cache(maxsize=1)
def _raised() -> ReturningUpdate[int]:
    wanted = update(Offer).where(Offer.id == bindparam("offer")).values(revision=Offer.revision + 1)
    return spelt_once(wanted.returning(Offer.revision))


@lru_cache(maxsize=1)
def _told() -> Update:
    wanted = update(FindEntry).where(FindEntry.offer_id == bindparam("offer"))
    wanted = wanted.values(revision=bindparam("raised"))
    return spelt_once(wanted)


def _rewrite(offers: list[Offer]) -> None:
    db.session.execute(delete(FindEntry).where(FindEntry.offer_id.in_([o.id for o in offers])))
    notes = notes_for(offers)
    rows = []
    for offer in offers:
        offer.revision += 1
        offer.facts = notes[offer.id]
        rows += _entries(offer)
    replace_words([_said(offer) for offer in offers])
    note_changed(offer.id for offer in offers)
    db.session.flush()
    if rows:
        db.session.execute(insert(FindEntry), rows)


def _entries(offer: Offer) -> list[dict[str, object]]:
    service, location = offer.service, offer.location
    if service.status not in IN_SERVICE or service.agency.status not in IN_SERVICE:
        return []
    # Who answers the phone is near everywhere, whatever point was written down.
    by_phone = location.type is LocationType.VIRTUAL
    shared = {
        "cell": _cell(location),
        "offer_id": offer.id,
        "tier": location.tier,
        "latitude": None if by_phone else location.latitude,
        "longitude": None if by_phone else location.longitude,
        "revision": offer.revision,
    }
    return [{"need": link.need, **shared} for link in service.needs]


def _cell(location: Location) -> int:
    if location.type is LocationType.VIRTUAL:
        return BY_PHONE
    if location.latitude is None or location.longitude is None:
        return SOMEWHERE
    return cell_of((location.latitude, location.longitude))


def _said(offer: Offer) -> Said:
    service, agency, location = offer.service, offer.service.agency, offer.location
    needs = all_needs()
    labels = [
        label
        for link in service.needs
        if link.need in needs
        for label in (needs[link.need].label_id, needs[link.need].label_en)
    ]
    texts = (
        agency.name,
        agency.short_name,
        *(dated.name for dated in agency.names),
        AGENCY_TYPES.get(agency.type),
        agency.type,
        service.name,
        service.alternate_name,
        *labels,
        location.district,
        location.city,
    )
    return Said(offer.id, agency.id, location.tier, texts)


def forget_offer(offer_id: uuid.UUID) -> None:
    """Command: what find and the directory knew of an offer is gone with it."""
    db.session.execute(delete(FindEntry).where(FindEntry.offer_id == offer_id))
    forget_words([offer_id])
    note_changed([offer_id])


def note_agency(agency: Agency) -> None:
    """Command: an agency that offers nothing yet is found by its name too."""
    db.session.flush()
    kind = AGENCY_TYPES.get(agency.type)
    replace_words([Said(agency.id, agency.id, agency.tier, (agency.name, agency.short_name, kind))])


def _settle_tiers(agencies: set[uuid.UUID]) -> None:
    """An agency is as open as the most open of its places."""
    for batch in chunks(list(agencies)):
        lowest = dict(
            db.session.execute(
                select(Service.agency_id, func.min(Location.tier))
                .join(Offer, Offer.service_id == Service.id)
                .join(Location, Offer.location_id == Location.id)
                .where(Service.agency_id.in_(batch))
                .group_by(Service.agency_id)
            ).all()
        )
        for agency in db.session.scalars(select(Agency).where(Agency.id.in_(batch))):
            # Without any offer it stays as guarded as it was: nothing becomes public by removal.
            agency.tier = lowest.get(agency.id, agency.tier)
