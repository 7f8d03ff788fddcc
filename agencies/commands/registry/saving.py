"""Save records: the one way in which files become rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from agencies.commands.entries.imports import ImportedChanges
from agencies.commands.index import refresh_offers
from agencies.commands.registry.parts import Rows, change, change_needs
from agencies.commands.secret.hiding import note_tier
from agencies.models import Agency, Location, Offer, Service
from agencies.models.records import (
    AgencyRecord,
    Entry,
    LocationRecord,
    OfferRecord,
    PoolRecord,
    ServiceRecord,
    merged,
)
from agencies.queries.export import chunks
from agencies.queries.known import Known, id_of, known_of
from agencies.rules.entries import Kind
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import _
from core.ids import stable_id

OVERFULL = _("Pool “%(label)s”: more places are taken than there are")
HELD = _("Places are held in pool “%(label)s”, so it cannot be left out")


def save_records(actor: Actor, entries: Sequence[Entry]) -> int:
    """Command: make the registry say what these entries say; returns how many offers that touched.

    Records are known by their keys, else by their ids; what is known already is not written, so
    the same entries again change nothing. Of records with one key in one call the first counts.
    `RefusedError` for pools that are overfull, or left out while places in them are held.
    """
    touched, history = _Touched(), ImportedChanges()
    for batch in chunks(entries):
        db.session.flush()
        _Batch(actor, known_of(batch), touched, history).save(batch)
    history.write(actor)
    offers = touched.offers()
    db.session.expire_all()  # rows were written beside the session
    with db.session.no_autoflush:  # one flush for all, not one for each
        refresh_offers(offers)
    return len(offers)


@dataclass(slots=True)
class _Touched:
    """The ids of what was added or changed, and of what was looked at already."""

    agencies: dict[str, uuid.UUID] = field(default_factory=dict)
    services: dict[str, uuid.UUID] = field(default_factory=dict)
    locations: dict[str, uuid.UUID] = field(default_factory=dict)
    changed: set[uuid.UUID] = field(default_factory=set)
    own: dict[uuid.UUID, None] = field(default_factory=dict)

    def offers(self) -> list[uuid.UUID]:
        """Every offer that shows something of what changed, those of the entries first."""
        found = dict(self.own)
        for batch in chunks(list(self.changed)):
            for column in (Service.agency_id, Offer.service_id, Offer.location_id):
                shown = select(Offer.id).join(Offer.service).where(column.in_(batch))
                found.update(dict.fromkeys(db.session.scalars(shown)))
        return list(found)


class _Batch:
    """Some entries: what of them is known, and the rows that are new."""

    def __init__(
        self, actor: Actor, known: Known, touched: _Touched, history: ImportedChanges
    ) -> None:
        self._actor, self._known = actor, known
        self._touched, self._history = touched, history
        self._rows = Rows()

    def save(self, entries: Sequence[Entry]) -> None:
        """Write what is news."""
        changes = []
        for entry in entries:
            agency = self._agency(entry.agency)
            service = self._service(entry.service, agency)
            if entry.location and entry.offer:
                place = self._location(entry.location)
                changes.append((entry, service, place))
        for entry, service, place in changes:
            self._offer(entry, service, place)
        self._rows.write()

    def _agency(self, given: AgencyRecord) -> uuid.UUID:
        done = self._touched.agencies.get(given.key)
        if done:
            return done
        known = self._known.agencies.find(given)
        own_id = (known and known.id) or id_of(given)
        self._touched.agencies[given.key] = own_id
        if known is None:
            self._rows.add(Agency, given, id=own_id)
            return own_id
        wanted = merged(known, given)
        if wanted != known:
            self._history.add(own_id, (Kind.AGENCY, own_id), wanted.name, known, wanted)
            change(Agency, own_id, known, wanted, changed_at=now())
            self._touched.changed.add(own_id)
        return own_id

    def _service(self, given: ServiceRecord, agency: uuid.UUID) -> uuid.UUID:
        done = self._touched.services.get(given.key)
        if done:
            return done
        known = self._known.services.find(given)
        own_id = (known and known.id) or id_of(given)
        self._touched.services[given.key] = own_id
        if known is None:
            self._rows.add(Service, given, id=own_id, agency_id=agency)
            self._rows.add_needs(own_id, given.needs)
            return own_id
        wanted = merged(known, given)
        if wanted != known:
            self._rows.write()  # its agency may be new
            self._history.add(agency, (Kind.SERVICE, own_id), wanted.name, known, wanted)
            self._move(own_id, agency)
            change(Service, own_id, known, wanted, agency_id=agency, changed_at=now())
            if wanted.needs != known.needs:
                change_needs(own_id, wanted.needs)
            self._touched.changed.add(own_id)
        return own_id

    def _move(self, service: uuid.UUID, agency: uuid.UUID) -> None:
        """The agency that loses a service is shown otherwise too."""
        before = db.session.scalar(select(Service.agency_id).where(Service.id == service))
        if before and before != agency:
            self._touched.changed.add(before)

    def _location(self, given: LocationRecord) -> uuid.UUID:
        done = self._touched.locations.get(given.key)
        if done:
            return done
        known = self._known.locations.find(given)
        own_id = (known and known.id) or id_of(given)
        self._touched.locations[given.key] = own_id
        if known is None:
            self._rows.add(Location, given, id=own_id, tier=given.tier.value)
            return own_id
        wanted = merged(known, given)
        if wanted != known:
            self._history.add_place(own_id, known, wanted)
            change(Location, own_id, known, wanted, tier=wanted.tier.value, changed_at=now())
            note_tier(self._actor, location_id=own_id, before=known, after=wanted)
            self._touched.changed.add(own_id)
        return own_id

    def _offer(self, entry: Entry, service: uuid.UUID, place: uuid.UUID) -> None:
        given, known = entry.offer, self._known.offer(entry)
        assert given is not None
        if known is None:
            own_id = self._new_offer_id(given, service, place)
            if own_id in self._touched.own:
                return
            refuse_overfull_offer(given.pools)
            self._rows.add(Offer, given, id=own_id, service_id=service, location_id=place)
            self._touched.own[own_id] = None
            return
        wanted = merged(known, given)
        assert known.id is not None
        if wanted == known or known.id in self._touched.own:
            return
        refuse_lost_holds(known.pools, wanted.pools)
        refuse_overfull_offer(wanted.pools)
        agency = self._touched.agencies[entry.agency.key]
        subject = (Kind.OFFER, known.id)
        self._history.add(agency, subject, entry.service.name, known, wanted)
        change(Offer, known.id, known, wanted, changed_at=now())
        self._touched.own[known.id] = None

    def _new_offer_id(self, given: OfferRecord, service: uuid.UUID, place: uuid.UUID) -> uuid.UUID:
        """Its own id, unless that is the id of an offer elsewhere."""
        if given.id and not db.session.scalar(select(Offer.id).where(Offer.id == given.id)):
            return given.id
        return stable_id("OfferRecord", str(service), str(place))


def refuse_overfull_offer(pools: Sequence[PoolRecord], field: str = "places") -> None:
    """`RefusedError` for a pool in which more places are taken than there are."""
    for pool in pools:
        if pool.is_overfull:
            raise refused(field, OVERFULL, label=pool.label)


def refuse_lost_holds(
    known: Sequence[PoolRecord], wanted: Sequence[PoolRecord], field: str = "places"
) -> None:
    """`RefusedError` when a pool would be left out in which places are held."""
    labels = {pool.label for pool in wanted}
    for pool in known:
        if pool.held and pool.label not in labels:
            raise refused(field, HELD, label=pool.label)
