"""The directory: agencies by name, type, district and need, and everything known of one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import selectinload

from agencies.models import Agency, Location, Offer, Place, PlaceLevel, Service, ServiceNeed, Status
from core.actors import Actor, Tier
from core.db import db
from core.fulltext import about_matching

PAGE = 20
LISTED = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the directory; empty is everything. `area` is a gazetteer code."""

    words: str = ""
    type: str = ""
    area: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of agencies."""

    agencies: list[Agency]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def agencies_matching(actor: Actor, wanted: Wanted, number: int = 1) -> Page:
    """Agencies that the actor may see, best match first, else by name; 20 a page."""
    chosen = select(Agency.id).where(*_conditions(actor, wanted))
    if wanted.words.strip():
        allowed = set(db.session.scalars(chosen))
        ids = [i for i in about_matching(wanted.words, actor.sees.value) if i in allowed]
        return Page(_in_order(ids[(number - 1) * PAGE : number * PAGE]), len(ids), number)
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    ordered = chosen.order_by(func.lower(Agency.name), Agency.id)
    ids = list(db.session.scalars(ordered.offset((number - 1) * PAGE).limit(PAGE)))
    return Page(_in_order(ids), total, number)


def _conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Agency.tier <= actor.sees.value,
        Agency.status.in_(LISTED),
    ]
    if wanted.type:
        conditions.append(Agency.type == wanted.type)
    if wanted.area or wanted.need:
        conditions.append(_has_offer(actor, wanted))
    return conditions


def _has_offer(actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """Need and district must meet in one offer, and in one that the actor may see."""
    offer = (
        select(Offer.id)
        .join(Service, Service.id == Offer.service_id)
        .join(Location, Location.id == Offer.location_id)
        .where(Service.agency_id == Agency.id, Location.tier <= actor.sees.value)
    )
    if wanted.area:
        offer = offer.where(_inside(wanted.area))
    if wanted.need:
        offer = offer.join(ServiceNeed, ServiceNeed.service_id == Service.id).where(
            ServiceNeed.need == wanted.need
        )
    return exists(offer.correlate(Agency))


def _inside(area: str) -> ColumnElement[bool]:
    return (Location.area_code == area) | Location.area_code.startswith(f"{area}.", autoescape=True)


def _in_order(ids: list[uuid.UUID]) -> list[Agency]:
    rows = db.session.scalars(select(Agency).where(Agency.id.in_(ids)).options(*_FACE))
    found = {agency.id: agency for agency in rows}
    return [found[i] for i in ids if i in found]


_FACE = (
    selectinload(Agency.names),
    selectinload(Agency.phones),
    selectinload(Agency.services).options(
        selectinload(Service.needs),
        selectinload(Service.phones),
        selectinload(Service.offers).options(
            selectinload(Offer.location), selectinload(Offer.phones)
        ),
    ),
)


def agency_by_id(actor: Actor, agency_id: uuid.UUID) -> Agency | None:
    """An agency that the actor may see; None is the same for a hidden and an absent one."""
    return db.session.scalar(
        select(Agency)
        .where(Agency.id == agency_id, Agency.tier <= actor.sees.value)
        .options(*_FACE)
    )


def visible_offers(actor: Actor, service: Service) -> list[Offer]:
    """The offers of a service that the actor may see."""
    return [offer for offer in service.offers if offer.location.tier <= actor.sees.value]


def offers_of_service(actor: Actor, service_id: uuid.UUID) -> list[Offer]:
    """Where a service is given, as far as the actor may see; empty: there is no such service."""
    statement = (
        select(Offer)
        .join(Location, Location.id == Offer.location_id)
        .where(Offer.service_id == service_id, Location.tier <= actor.sees.value)
        .order_by(Location.city, Location.name, Offer.id)
    )
    return list(db.session.scalars(statement))


def areas_with_agencies(actor: Actor) -> list[Place]:
    """The cities and regencies where some visible offer is."""
    codes = db.session.scalars(
        select(Location.area_code)
        .where(Location.tier <= actor.sees.value, Location.area_code.is_not(None))
        .distinct()
    )
    regencies = {".".join((code or "").split(".")[:2]) for code in codes}
    return list(
        db.session.scalars(
            select(Place)
            .where(Place.code.in_(regencies), Place.level == PlaceLevel.REGENCY)
            .order_by(Place.code)
        )
    )


def booklet_offers(actor: Actor, area: str) -> list[tuple[str, list[Offer]]]:
    """Visible offers grouped by district, in the order of codes; the placeless come last.

    A network or secret offer never goes on paper: a booklet lies on a desk.
    """
    statement = (
        select(Offer)
        .join(Location, Location.id == Offer.location_id)
        .join(Service, Service.id == Offer.service_id)
        .join(Agency, Agency.id == Service.agency_id)
        .where(Location.tier == Tier.PUBLIC.value, Agency.tier <= actor.sees.value)
        .where(Agency.status.in_(LISTED), Service.status.in_(LISTED))
        .order_by(
            Location.area_code.is_(None), Location.area_code, func.lower(Agency.name), Service.name
        )
        .options(*_ON_PAPER)
    )
    if area:
        statement = statement.where(_inside(area))
    groups: dict[str, list[Offer]] = {}
    for offer in db.session.scalars(statement):
        groups.setdefault(_district(offer.location), []).append(offer)
    return list(groups.items())


def _district(location: Location) -> str:
    return ", ".join(part for part in (location.district, location.city) if part)


_ON_PAPER = (
    selectinload(Offer.location).selectinload(Location.schedules),
    selectinload(Offer.phones),
    selectinload(Offer.schedules),
    selectinload(Offer.service).options(
        selectinload(Service.agency).selectinload(Agency.phones),
        selectinload(Service.needs),
        selectinload(Service.phones),
        selectinload(Service.schedules),
        selectinload(Service.languages),
        selectinload(Service.areas),
    ),
)
