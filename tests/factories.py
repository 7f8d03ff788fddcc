"""Records for tests: say what matters, the rest is made up.

`make_offer(app, ...)` makes an agency with one service at one place in one call, through the same
index that commands keep.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

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

_numbers = count(1)
HERE = {"latitude": -6.32, "longitude": 106.90, "precision": Precision.POINT}  # near Cipayung

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
    number = next(_numbers)
    of = {"key": f"agency-{number}", "name": f"Yayasan Contoh {number}", "type": "NGO"}
    what = {"key": f"service-{number}", "name": f"Layanan Contoh {number}"}
    where = {"key": f"location-{number}", **HERE}
    with writing():
        made = Offer(
            service=Service(agency=Agency(**{**of, **(agency or {})}), **{**what, **service}),
            location=Location(**{**where, **(location or {})}),
            **(offer or {}),
        )
        db.session.add(made)
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
            made.pools = [
                Pool(label="Kamar Melur", capacity=beds[0], occupied=beds[1], said_at=said)
            ]
        db.session.flush()
        refresh_offers([made.id])
    return made


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
