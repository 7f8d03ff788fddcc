"""Reads of known ways: what is declared between types, what agencies agreed, what holds now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import aliased

from agencies.models import Agency
from agencies.queries.hours import zone_of
from agencies.queries.registry import STOPPED
from core.db import db
from referral.models import Agreement, RouteRow
from referral.rules.agreements import AgreementState, Said, state_of
from referral.rules.routes import (
    DeclaredRoute,
    Ground,
    Limit,
    LiveRoute,
    Prerequisite,
    Standing,
    When,
)


@dataclass(frozen=True, slots=True)
class RoutesWanted:
    """Which declared routes are looked for; an empty word: any."""

    from_type: str = ""
    to_type: str = ""
    need: str = ""
    only_off: bool = False


def house_day(moment: datetime) -> date:
    """The day of a moment by the calendar of this Rujukan: agreements begin and end by it."""
    return moment.astimezone(zone_of(current_app.config["RUJUKAN"].timezone)).date()


def house_day_ends(day: date) -> datetime:
    """When a day by that calendar is over."""
    zone = zone_of(current_app.config["RUJUKAN"].timezone)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def declared(wanted: RoutesWanted | None = None) -> list[RouteRow]:
    """Declared routes in the order of the pathway, those that are switched off among them."""
    asked = wanted or RoutesWanted()
    chosen = select(RouteRow).order_by(RouteRow.position, RouteRow.key)
    if asked.from_type:
        chosen = chosen.where(RouteRow.from_type == asked.from_type)
    if asked.to_type:
        chosen = chosen.where(RouteRow.to_type == asked.to_type)
    if asked.need:
        chosen = chosen.where(RouteRow.need == asked.need)
    if asked.only_off:
        chosen = chosen.where(RouteRow.is_off.is_(True))
    return list(db.session.scalars(chosen))


def route_of(row: RouteRow) -> DeclaredRoute:
    """A row as a plain value."""
    return DeclaredRoute(
        from_type=row.from_type,
        to_type=row.to_type,
        need=row.need,
        basis=tuple(Ground(word) for word in row.basis),
        prerequisites=prerequisites_of(row),
        limit=Limit(
            minutes=row.limit_minutes,
            working_days=row.limit_working_days,
            emergency_minutes=row.limit_emergency_minutes,
            start_minutes=row.limit_start_minutes,
            when=When(row.limit_when) if row.limit_when else None,
            standing=Standing(row.limit_standing),
            said=row.limit_said,
        ),
        pathway=row.pathway,
    )


def prerequisites_of(row: RouteRow | Agreement) -> tuple[Prerequisite, ...]:
    """What a way needs first, in the order of `Prerequisite`."""
    return tuple(one for one in Prerequisite if one.value in row.prerequisites)


def said_of(row: Agreement) -> Said:
    """What decides about the state of an agreement."""
    return Said(
        from_confirmed_at=row.from_confirmed_at,
        to_confirmed_at=row.to_confirmed_at,
        declined_at=row.declined_at,
        ended_at=row.ended_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def live_routes(moment: datetime) -> tuple[LiveRoute, ...]:
    """Every way that holds at a moment, declared and agreed; as far as the reader may see.

    The worker, the operator and coordinators see all agreements, an agency its own. None with an
    agency that is suspended or closed for good. On days by the house's calendar.
    """
    return (*_declared_live(), *agreed_live(house_day(moment)))


def _declared_live() -> Iterator[LiveRoute]:
    for row in declared():
        if not row.is_off:
            route = route_of(row)
            yield LiveRoute(
                from_type=route.from_type,
                to_type=route.to_type,
                need=route.need,
                basis=route.basis,
                prerequisites=route.prerequisites,
                limit=route.limit,
                pathway=route.pathway,
            )


def agreed_live(today: date) -> Iterator[LiveRoute]:
    """What agencies agreed and holds on a day: one way for each need, or one for all."""
    for row, from_type, to_type in _agreements_of_working():
        if state_of(said_of(row), today) is not AgreementState.LIVE:
            continue
        for need in row.needs or [None]:
            yield LiveRoute(
                from_type=from_type,
                to_type=row.to_type or to_type or "",
                need=need,
                basis=(Ground(row.basis),),
                prerequisites=prerequisites_of(row),
                limit=limit_of(row),
                from_agency=row.from_agency_id,
                to_agency=row.to_agency_id,
                agreement_id=row.id,
                valid_until=row.valid_until,
            )


def limit_of(row: Agreement) -> Limit:
    """Within what time the receiver promised to decide."""
    return Limit(
        minutes=row.limit_minutes,
        working_days=row.limit_working_days,
        standing=Standing.LOCAL,  # written down between the two
    )


def _agreements_of_working() -> list[tuple[Agreement, str, str | None]]:
    """Agreements that may hold, between agencies that work with the network; the types of both."""
    sender, receiver = aliased(Agency), aliased(Agency)
    rows = db.session.execute(
        select(Agreement, sender.type, receiver.type)
        .join(sender, sender.id == Agreement.from_agency_id)
        .outerjoin(receiver, receiver.id == Agreement.to_agency_id)
        .where(
            Agreement.ended_at.is_(None),
            Agreement.declined_at.is_(None),
            Agreement.from_confirmed_at.is_not(None),
            Agreement.to_confirmed_at.is_not(None),
            sender.status.not_in(STOPPED),
            (Agreement.to_agency_id.is_(None)) | (receiver.status.not_in(STOPPED)),
        )
        .order_by(Agreement.id)
    )
    return [(row, from_type, to_type) for row, from_type, to_type in rows]


def route_by_id(route_id: uuid.UUID) -> RouteRow | None:
    """A declared route."""
    return db.session.get(RouteRow, route_id)
