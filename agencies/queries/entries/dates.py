"""When each fact of an offer was last confirmed: by itself, else with the whole entry."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from agencies.models import FactCheck, FactReport, Offer, Service
from agencies.rules.entries import Kind, reported_on
from agencies.rules.freshness import Fact
from core.db import db

REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class FactDates:
    """Days; None where a fact was never confirmed. `own` says which were confirmed by
    themselves, `reported` since when the entry is reported wrong."""

    hours: date | None
    phone: date | None
    eligibility: date | None
    access: date | None
    about: date | None
    own: frozenset[Fact]
    reported: date | None

    def of(self, fact: Fact) -> date | None:
        """The day of one fact; beds have their own figure."""
        found: date | None = getattr(self, fact.value)
        return found


NEVER = FactDates(None, None, None, None, None, frozenset(), None)


def dates_of(offer: Offer) -> FactDates:
    """The dates of an offer whose relations are loaded. Of an offer, its service and its agency
    the check counts of the one from which the shown fact comes: a confirmed number of the
    agency says nothing about another number of the place."""
    noted = offer.facts or {}
    own: set[Fact] = set()

    def day(fact: Fact, level: Kind) -> date | None:
        said = noted.get(f"{level}.{fact}")
        checked = date.fromisoformat(said) if said else None
        if checked is None or (offer.verified_at and offer.verified_at > checked):
            return offer.verified_at
        own.add(fact)
        return checked

    days = {fact.value: day(fact, level) for fact, level in _levels(offer).items()}
    reported = noted.get(REPORTED)
    return FactDates(
        **days,
        own=frozenset(own),
        reported=date.fromisoformat(reported) if reported else None,
    )


def _levels(offer: Offer) -> dict[Fact, Kind]:
    hours = Kind.OFFER
    if not offer.schedules and not offer.location.schedules and offer.service.schedules:
        hours = Kind.SERVICE
    phone = Kind.AGENCY
    if offer.phones:
        phone = Kind.OFFER
    elif offer.service.phones:
        phone = Kind.SERVICE
    return {
        Fact.HOURS: hours,
        Fact.PHONE: phone,
        Fact.ELIGIBILITY: Kind.SERVICE,
        Fact.ACCESS: Kind.OFFER,
        Fact.ABOUT: Kind.SERVICE,
    }


Notes = dict[str, Any]


def notes_for(offers: Sequence[Offer]) -> dict[uuid.UUID, Notes]:
    """What `Offer.facts` is to hold: by offer the days of checks and of reports."""
    checks = _checks(offers)
    reports = _open_reports({offer.service.agency_id for offer in offers})
    return {offer.id: _notes(offer, checks, reports) for offer in offers}


Checks = dict[uuid.UUID, dict[str, str]]
Reports = dict[uuid.UUID, list[tuple[uuid.UUID | None, str, datetime]]]


def _checks(offers: Sequence[Offer]) -> Checks:
    found: Checks = {}
    rows = db.session.scalars(
        select(FactCheck).where(
            or_(
                FactCheck.offer_id.in_([o.id for o in offers]),
                FactCheck.service_id.in_({o.service_id for o in offers}),
                FactCheck.agency_id.in_({o.service.agency_id for o in offers}),
            )
        )
    )
    for row in rows:
        subject = row.offer_id or row.service_id or row.agency_id
        if subject is not None:
            found.setdefault(subject, {})[row.fact.value] = row.checked_at.date().isoformat()
    return found


def _open_reports(agencies: Iterable[uuid.UUID]) -> Reports:
    found: Reports = {}
    wanted = select(FactReport.agency_id, FactReport.offer_id, FactReport.kind, FactReport.at)
    rows = db.session.execute(
        wanted.where(FactReport.agency_id.in_(list(agencies)), FactReport.settled_at.is_(None))
    )
    for agency, offer, kind, at in rows:
        found.setdefault(agency, []).append((offer, kind.value, at))
    return found


def _notes(offer: Offer, checks: Checks, reports: Reports) -> Notes:
    levels = {
        Kind.OFFER: offer.id,
        Kind.SERVICE: offer.service_id,
        Kind.AGENCY: offer.service.agency_id,
    }
    notes: Notes = {
        f"{level}.{fact}": day
        for level, subject in levels.items()
        for fact, day in checks.get(subject, {}).items()
    }
    about = [
        (kind, at)
        for where, kind, at in reports.get(offer.service.agency_id, ())
        if where is None or where == offer.id
    ]
    reported = reported_on(about)
    return {**notes, REPORTED: reported.date().isoformat()} if reported else notes


def subject_column(kind: Kind) -> Any:
    """The column of `FactCheck` that names a subject of a kind."""
    return {
        Kind.AGENCY: FactCheck.agency_id,
        Kind.SERVICE: FactCheck.service_id,
        Kind.OFFER: FactCheck.offer_id,
    }[kind]


def offers_at(location_id: uuid.UUID) -> list[uuid.UUID]:
    """The offers at a location."""
    wanted = select(Offer.id).join(Service, Service.id == Offer.service_id)
    return list(db.session.scalars(wanted.where(Offer.location_id == location_id)))
