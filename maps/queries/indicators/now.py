"""Indicators of how things stand at this moment: the registry, the beds and the clocks.

None of them counts persons but `late_now`, which coordinators work on by code anyhow
(`referral/queries/late.py`).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from agencies.models import Agency, Location, Offer, Pool, Service, ServiceNeed, Status
from agencies.queries.members import registry_version
from agencies.rules.freshness import LASTS, Fact, is_verification_old
from core.actors import Actor
from core.db import db
from core.types import as_id, as_stored
from maps.queries.kept import latest
from referral.queries.counted import waiting


@dataclass(frozen=True, slots=True)
class Slice:
    """Of what a figure is wanted: an agency, a need, a district (a gazetteer code), or all."""

    agency_id: uuid.UUID | None = None
    need: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """`part` of `whole`."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer in service as the registry holds it: when it was verified, its beds, its agency."""

    agency_id: uuid.UUID
    district: str | None
    needs: frozenset[str]
    verified_at: date | None
    capacity: int
    taken: int  # occupied or held
    said_at: datetime | None  # of its oldest figure of beds; None without pools
    mou_until: date | None

    def is_in(self, wanted: Slice) -> bool:
        """Whether it belongs to what is looked at."""
        return (
            wanted.agency_id in (None, self.agency_id)
            and (wanted.need is None or wanted.need in self.needs)
            and (wanted.district is None or inside(self.district, wanted.district))
        )


def inside(code: str | None, area: str) -> bool:
    """Whether a place's code lies in an area: the code's beginning is its parent's."""
    return code is not None and (code == area or code.startswith(f"{area}."))


def standing(actor: Actor) -> list[Standing]:
    """Every offer in service that the actor may see; kept until the registry changes."""
    tier = actor.sees.value
    return latest(("standing", tier), registry_version(), lambda: _read(tier))


def _read(tier: int) -> list[Standing]:
    told: dict[Any, list[str]] = defaultdict(list)
    for service_id, need in db.session.execute(_NEEDS):
        told[service_id].append(need)
    needs = {service_id: _set(tuple(some)) for service_id, some in told.items()}
    beds = {row.offer_id: row for row in db.session.execute(_BEDS)}
    agency = lru_cache(maxsize=None)(as_id)  # each stands at many offers
    return [
        _standing(row, agency(row.agency_id), needs.get(row.service_id, _NOTHING), beds.get(row.id))
        for row in db.session.execute(_OFFERS.where(_location.tier <= tier))
    ]


_NOTHING: frozenset[str] = frozenset()
_set: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=10_000)(frozenset)


def _standing(offer: Any, agency_id: uuid.UUID, needs: frozenset[str], beds: Any) -> Standing:
    return Standing(
        agency_id=agency_id,
        district=offer.area_code,
        needs=needs,
        verified_at=offer.verified_at,
        capacity=beds.open if beds else 0,
        taken=beds.taken if beds else 0,
        said_at=beds.said_at if beds else None,
        mou_until=offer.mou_until,
    )


# Columns of tables and not attributes of classes: thousands of plain rows are read quicker so.
_agency, _offer, _service, _location, _pool, _need = (
    model.__table__.c for model in (Agency, Offer, Service, Location, Pool, ServiceNeed)
)
_NEEDS = select(as_stored(_need.service_id), _need.need)
_BEDS = select(
    as_stored(_pool.offer_id).label("offer_id"),
    func.sum(_pool.capacity - _pool.closed).label("open"),
    func.sum(_pool.occupied + _pool.held).label("taken"),
    func.min(_pool.said_at).label("said_at"),
).group_by(_pool.offer_id)
_OFFERS = (
    select(
        as_stored(_offer.id).label("id"),
        as_stored(_offer.service_id).label("service_id"),
        _offer.verified_at,
        as_stored(_service.agency_id).label("agency_id"),
        _location.area_code,
        _agency.mou_until,
    )
    .select_from(Offer.__table__)
    .join(Service.__table__, _service.id == _offer.service_id)
    .join(Location.__table__, _location.id == _offer.location_id)
    .join(Agency.__table__, _agency.id == _service.agency_id)
    .where(_service.status == Status.ACTIVE, _agency.status == Status.ACTIVE)
)


def verified(offers: Iterable[Standing], today: date) -> Figure:
    """Offers verified within 90 days (indicator 22)."""
    return _share(offers, lambda one: not is_verification_old(one.verified_at, today))


def fresh_beds(offers: Iterable[Standing], moment: datetime) -> Figure:
    """Offers with places whose oldest figure is at most 24 hours old (indicator 23)."""
    earliest = moment - LASTS[Fact.BEDS]
    with_beds = [one for one in offers if one.said_at is not None]
    return _share(with_beds, lambda one: one.said_at is not None and one.said_at >= earliest)


def in_force(offers: Iterable[Standing], today: date) -> Figure:
    """Agencies whose memorandum has not ended, of those that have one with an end (24)."""
    ends = {one.agency_id: one.mou_until for one in offers if one.mou_until is not None}
    return Figure(sum(until >= today for until in ends.values()), len(ends))


def occupied(offers: Iterable[Standing]) -> Figure:
    """Places occupied or held, of those that are not closed (indicator 25)."""
    taken, capacity = 0, 0
    for one in offers:
        taken, capacity = taken + one.taken, capacity + one.capacity
    return Figure(taken, capacity)


def _share(offers: Iterable[Standing], is_good: Callable[[Standing], bool]) -> Figure:
    told = [is_good(one) for one in offers]
    return Figure(sum(told), len(told))


def late_now(wanted: Slice, moment: datetime, districts: dict[uuid.UUID, set[str]]) -> Figure:
    """Referrals that wait although a clock has ended, of all that wait for an answer (5).

    `districts`: where each agency's offers are.
    """
    rows = waiting(moment, agency_id=wanted.agency_id, need=wanted.need)
    if wanted.district is not None:
        here = {
            agency_id
            for agency_id, codes in districts.items()
            if any(inside(code, wanted.district) for code in codes)
        }
        rows = [row for row in rows if row[0] in here]
    return Figure(sum(is_late for _, is_late in rows), len(rows))
