"""Whose entry it is, and one part of the registry as a record."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Offer, Pool, Service
from agencies.models.records import AgencyRecord, OfferRecord, PoolRecord, ServiceRecord
from agencies.queries.export import agencies_where, offers_where, services_where
from agencies.rules.entries import Kind
from core.actors import Actor, ActorKind
from core.db import db


@dataclass(frozen=True, slots=True)
class Item:
    """An agency, a service or an offer: what it says now, and what people call it."""

    kind: Kind
    id: uuid.UUID
    agency_id: uuid.UUID
    name: str  # of an offer its service's: a secret place has no name to show
    record: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """The table and the record of a kind, and how one is read as the other."""

    model: type[Any]
    record: type[Any]
    read: Callable[[Any], Any]


SHAPES: dict[Kind, Shape] = {
    Kind.AGENCY: Shape(Agency, AgencyRecord, agencies_where),
    Kind.SERVICE: Shape(Service, ServiceRecord, services_where),
    Kind.OFFER: Shape(Offer, OfferRecord, offers_where),
}


def may(actor: Actor, right: Right, agency_id: uuid.UUID) -> bool:
    """Whether the actor holds a right for an agency; whoever has a shell on the server may."""
    if actor.kind in (ActorKind.OPERATOR, ActorKind.SYSTEM):
        return True
    return holds_for(actor.grants, right, agency_id=agency_id)


def agencies_of(actor: Actor, right: Right) -> list[uuid.UUID]:
    """The agencies for which somebody holds a right, in one order."""
    return sorted(agency for agency in actor.agencies if may(actor, right, agency))


def item_of(
    actor: Actor, right: Right, kind: Kind, subject_id: uuid.UUID, *, lock: bool = False
) -> Item | None:
    """A part of an entry for which the actor holds the right; None is the same for one that is
    not there and one that is another agency's. `lock` keeps it for the open transaction."""
    if kind not in SHAPES:
        return None
    found = _owner(kind, subject_id, lock=lock)
    if found is None or not may(actor, right, found[0]):
        return None
    shape = SHAPES[kind]
    record = shape.read(shape.model.id == subject_id)[0]
    if kind is Kind.OFFER:
        record = replace(record, pools=_with_ids(subject_id, record.pools))
    return Item(kind, subject_id, found[0], found[1], record)


def _with_ids(offer_id: uuid.UUID, pools: tuple[PoolRecord, ...]) -> tuple[PoolRecord, ...]:
    """Pools with their ids, so that a renamed one stays itself; labels of an offer differ."""
    rows = db.session.execute(select(Pool.label, Pool.id).where(Pool.offer_id == offer_id))
    ids = {row.label: row.id for row in rows}
    return tuple(replace(pool, id=ids.get(pool.label)) for pool in pools)


def _owner(kind: Kind, subject_id: uuid.UUID, *, lock: bool) -> tuple[uuid.UUID, str] | None:
    wanted = {
        Kind.AGENCY: select(Agency.id, Agency.name).where(Agency.id == subject_id),
        Kind.SERVICE: select(Service.agency_id, Service.name).where(Service.id == subject_id),
        Kind.OFFER: (
            select(Service.agency_id, Service.name)
            .join(Offer, Offer.service_id == Service.id)
            .where(Offer.id == subject_id)
        ),
    }[kind]
    if lock:
        wanted = wanted.with_for_update(of=SHAPES[kind].model)
    row = db.session.execute(wanted).one_or_none()
    return (row[0], row[1]) if row else None


def offers_showing(kind: Kind, subject_id: uuid.UUID) -> list[uuid.UUID]:
    """The offers that show something of an agency, a service or an offer."""
    if kind is Kind.OFFER:
        return [subject_id]
    column = Service.agency_id if kind is Kind.AGENCY else Service.id
    wanted = select(Offer.id).join(Service, Service.id == Offer.service_id)
    return list(db.session.scalars(wanted.where(column == subject_id)))
