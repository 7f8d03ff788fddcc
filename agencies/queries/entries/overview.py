"""An agency's own entry, and how old each fact of it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from accounts.models import Membership
from accounts.rules.rights import RIGHTS, Right, Role
from agencies.models import Agency, EntryNudge, FactCheck, FactReport, Location, Offer, Service
from agencies.queries.entries.own import agencies_of
from agencies.rules.entries import Kind
from agencies.rules.freshness import (
    Fact,
    are_beds_ageing,
    is_fact_ageing,
    is_fact_old,
)
from core.actors import Actor, Tier
from core.db import db

NUDGED_EVERY = timedelta(days=7)

_WHOLE = (
    selectinload(Agency.phones),
    selectinload(Agency.services).options(
        selectinload(Service.phones),
        selectinload(Service.schedules),
        selectinload(Service.needs),
        selectinload(Service.offers).options(
            selectinload(Offer.location).selectinload(Location.schedules),
            selectinload(Offer.phones),
            selectinload(Offer.schedules),
            selectinload(Offer.pools),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact that an agency keeps: of what, and when it was last confirmed (None: never)."""

    kind: Kind
    id: uuid.UUID
    fact: Fact
    service: str | None  # the service's name; None for the agency itself
    place: str | None  # where it is given, for an offer that is not secret
    day: date | None
    is_old: bool
    is_ageing: bool


def own_entries(agency_ids: Sequence[uuid.UUID]) -> list[Agency]:
    """Agencies with everything of their entries, by name. The caller sees to the right."""
    wanted = select(Agency).where(Agency.id.in_(agency_ids)).options(*_WHOLE)
    return list(db.session.scalars(wanted.order_by(Agency.name, Agency.id)))


def kept_facts(agency: Agency, moment: datetime) -> list[KeptFact]:
    """Every fact of an entry with its date, in the order of the entry's pages (aware instant)."""
    return list(_Dated(agency, moment).facts())


class _Dated:
    """An agency's checks, and the facts that they date."""

    def __init__(self, agency: Agency, moment: datetime) -> None:
        self._agency, self._moment, self._today = agency, moment, moment.date()
        self._checks = _checks_of(agency)

    def facts(self) -> Iterator[KeptFact]:
        """The agency's, then each service's, then those of its places."""
        agency = self._agency
        offers = [offer for service in agency.services for offer in service.offers]
        for fact in (Fact.ABOUT, Fact.PHONE):
            yield self._of(Kind.AGENCY, agency.id, fact, None, None, offers)
        for service in agency.services:
            yield from self._of_service(service)

    def _of_service(self, service: Service) -> Iterator[KeptFact]:
        facts = [Fact.ABOUT, Fact.ELIGIBILITY]
        facts += [Fact.PHONE] if service.phones else []
        facts += [Fact.HOURS] if service.schedules else []
        for fact in facts:
            yield self._of(Kind.SERVICE, service.id, fact, service.name, None, service.offers)
        for offer in service.offers:
            yield from self._of_offer(service, offer)

    def _of_offer(self, service: Service, offer: Offer) -> Iterator[KeptFact]:
        place = place_of(offer)
        facts = [Fact.ACCESS]
        facts += [Fact.HOURS] if offer.schedules or offer.location.schedules else []
        facts += [Fact.PHONE] if offer.phones else []
        for fact in facts:
            yield self._of(Kind.OFFER, offer.id, fact, service.name, place, [offer])
        if offer.pools:
            said = min(pool.said_at for pool in offer.pools)
            ageing = are_beds_ageing(said, self._moment)
            yield KeptFact(
                Kind.OFFER, offer.id, Fact.BEDS, service.name, place, said.date(), ageing, ageing
            )

    def _of(
        self,
        kind: Kind,
        subject: uuid.UUID,
        fact: Fact,
        service: str | None,
        place: str | None,
        offers: Sequence[Offer],
    ) -> KeptFact:
        days = [self._checks.get((subject, fact)), _verified(offers)]
        day = max((d for d in days if d is not None), default=None)
        return KeptFact(
            kind,
            subject,
            fact,
            service,
            place,
            day,
            is_fact_old(fact, day, self._today),
            is_fact_ageing(fact, day, self._today),
        )


def facts_ageing(actor: Actor, moment: datetime) -> int:
    """How many facts of the entries that somebody keeps are getting old; 0 for all others."""
    mine = agencies_of(actor, Right.EDIT_ENTRY)
    if not mine:
        return 0
    return sum(f.is_ageing for agency in own_entries(mine) for f in kept_facts(agency, moment))


def place_of(offer: Offer) -> str | None:
    """What people call a place; nothing for a secret one."""
    location = offer.location
    if location.tier >= Tier.SECRET.value:
        return None
    return location.name or location.district or location.city


def _verified(offers: Sequence[Offer]) -> date | None:
    """The day from which all of some offers are verified; None when one never was."""
    days = [offer.verified_at for offer in offers]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _checks_of(agency: Agency) -> dict[tuple[uuid.UUID, Fact], date]:
    services = [service.id for service in agency.services]
    offers = [offer.id for service in agency.services for offer in service.offers]
    rows = db.session.scalars(
        select(FactCheck).where(
            or_(
                FactCheck.agency_id == agency.id,
                FactCheck.service_id.in_(services),
                FactCheck.offer_id.in_(offers),
            )
        )
    )
    found = {}
    for row in rows:
        subject = row.agency_id or row.service_id or row.offer_id
        if subject is not None:
            found[subject, row.fact] = row.checked_at.date()
    return found


def waiting_reports(agency_ids: Sequence[uuid.UUID]) -> list[tuple[FactReport, str | None]]:
    """Reports that nobody has settled, oldest first, with the name of the service."""
    rows = db.session.execute(
        select(FactReport, Service.name)
        .outerjoin(Offer, Offer.id == FactReport.offer_id)
        .outerjoin(Service, Service.id == Offer.service_id)
        .where(FactReport.agency_id.in_(agency_ids), FactReport.settled_at.is_(None))
        .order_by(FactReport.at, FactReport.id)
    )
    return [(row[0], row[1]) for row in rows]


def agencies_to_nudge(moment: datetime) -> list[uuid.UUID]:
    """Agencies with somebody who may edit, that were not told of old facts within a week."""
    editors = [role for role in Role if Right.EDIT_ENTRY in RIGHTS[role]]
    return list(
        db.session.scalars(
            select(Membership.agency_id)
            .outerjoin(EntryNudge, EntryNudge.agency_id == Membership.agency_id)
            .where(
                Membership.role.in_(editors),
                Membership.ended_at.is_(None),
                Membership.agency_id.is_not(None),
                or_(EntryNudge.told_at.is_(None), EntryNudge.told_at <= moment - NUDGED_EVERY),
            )
            .distinct()
        )
    )
