"""Records for tests: say what matters, the rest is made up.

`make_offer(app, ...)` makes an agency with one service at one place in one call, through the same
index that commands keep.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory

from agencies.commands.index import refresh_offers
from agencies.models import (
    Agency,
    AgencyName,
    HolidayRule,
    Location,
    Offer,
    Phone,
    Pool,
    Precision,
    Schedule,
    Service,
    ServiceNeed,
)
from core.clock import now
from core.db import db, writing


class AgencyFactory(SQLAlchemyModelFactory):  # type: ignore[misc]
    """An agency in Jakarta."""

    class Meta:
        model = Agency
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731

    key = factory.Sequence(lambda n: f"agency-{n}")
    name = factory.Sequence(lambda n: f"Yayasan Contoh {n}")
    type = "NGO"


class ServiceFactory(SQLAlchemyModelFactory):  # type: ignore[misc]
    """A service of which nothing is known."""

    class Meta:
        model = Service
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731

    key = factory.Sequence(lambda n: f"service-{n}")
    name = factory.Sequence(lambda n: f"Layanan Contoh {n}")
    agency = factory.SubFactory(AgencyFactory)


class LocationFactory(SQLAlchemyModelFactory):  # type: ignore[misc]
    """A public place near Cipayung, Jakarta Timur."""

    class Meta:
        model = Location
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731

    key = factory.Sequence(lambda n: f"location-{n}")
    latitude = -6.32
    longitude = 106.90
    precision = Precision.POINT


class OfferFactory(SQLAlchemyModelFactory):  # type: ignore[misc]
    """A service at a location."""

    class Meta:
        model = Offer
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731

    service = factory.SubFactory(ServiceFactory)
    location = factory.SubFactory(LocationFactory)


ROUND_THE_CLOCK = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU"}
ROUND_THE_CLOCK |= {"opens_at": "00:00", "closes_at": "24:00"}
OFFICE = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "16:00"}


def make_offer(
    *,
    needs: str = "S1",
    hours: dict[str, str] | None = None,
    holidays: str | None = "open",
    beds: tuple[int, int] | None = None,
    said_hours_ago: float = 1,
    phone: str = "021-5550123",
    former_name: str | None = None,
    agency: dict[str, Any] | None = None,
    location: dict[str, Any] | None = None,
    offer: dict[str, Any] | None = None,
    **service: Any,
) -> Offer:
    """One offer, committed and indexed. `beds` is (capacity, occupied)."""
    with writing():
        made = OfferFactory(
            service=ServiceFactory(agency=AgencyFactory(**(agency or {})), **service),
            location=LocationFactory(**(location or {})),
            **(offer or {}),
        )
        made.service.needs = [
            ServiceNeed(need=code, position=n) for n, code in enumerate(needs.split())
        ]
        made.phones = [Phone(number=phone)]
        if former_name:
            made.service.agency.names = [AgencyName(name=former_name)]
        if hours:
            rule = HolidayRule(holidays) if holidays else None
            made.schedules = [Schedule(**hours, on_holidays=rule)]
        if beds:
            said = now() - timedelta(hours=said_hours_ago)
            made.pools = [Pool(label="Tempat", capacity=beds[0], occupied=beds[1], said_at=said)]
        db.session.flush()
        refresh_offers([made.id])
    found: Offer = made
    return found


WELCOMES_ALL: dict[str, Any] = {
    "takes_female": True,
    "takes_male": True,
    "minimum_age": 0,
    "maximum_age": 120,
    "takes_children": True,
    "oldest_boy": 17,
    "takes_foreigners": True,
    "takes_without_id": True,
}
