"""Brings routes, agreements and published flows into the graph (`referral.graph.ways`)."""

from __future__ import annotations

import uuid
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.clock import now
from core.db import db
from referral.graph.flows import NO_FLOWS
from referral.graph.values import Ways
from referral.models import Publication, RouteVersion
from referral.models.route import THE_ONE
from referral.queries.flows import published_flows
from referral.queries.published import published_periods
from referral.queries.routes import house_day, live_routes
from referral.rules.routes import LiveRoute

NO_PERIOD = ""


@dataclass(frozen=True, slots=True)
class DeclaredWay:
    """A declared route, as the graph takes it; `basis` in one word: `law+proposal`."""

    from_type: str
    to_type: str
    need: str | None
    basis: str


@dataclass(frozen=True, slots=True)
class AgreedWay:
    """An agreement between two agencies, as the graph takes it."""

    sender: uuid.UUID
    receiver: uuid.UUID
    need: str | None
    basis: str
    until: date | None


class KnownWays:
    """What is declared, agreed and published, as far as the reader may see."""

    def periods(self) -> tuple[str, ...]:
        """The published periods, the newest first."""
        return published_periods()

    def version(self, period: str | None) -> Hashable:
        """The number of the latest change of a route, the day (agreements begin and end by it),
        and which publication."""
        number = db.session.scalar(select(RouteVersion.number).where(RouteVersion.id == THE_ONE))
        wanted = select(Publication.id).where(Publication.period == (period or NO_PERIOD))
        return number or 0, house_day(now()), db.session.scalar(wanted)

    def ways(self, period: str | None) -> Ways:
        """The ways now, with the flows of a period."""
        known = live_routes(now())
        return Ways(
            version=self.version(period),
            period=period,
            routes=tuple(_declared(route) for route in known if route.agreement_id is None),
            agreements=tuple(_agreed(known)),
            flows=published_flows(period) if period else NO_FLOWS,
        )


def _declared(route: LiveRoute) -> DeclaredWay:
    return DeclaredWay(route.from_type, route.to_type, route.need, _basis(route))


def _agreed(known: tuple[LiveRoute, ...]) -> list[AgreedWay]:
    """Those between two agencies; one with all of a type is no way to a particular one."""
    return [
        AgreedWay(r.from_agency, r.to_agency, r.need, _basis(r), r.valid_until)
        for r in known
        if r.from_agency is not None and r.to_agency is not None
    ]


def _basis(route: LiveRoute) -> str:
    return "+".join(ground.value for ground in route.basis)
