"""Indicators of how things stand at this moment: the registry, the beds and the clocks.

None of them counts persons but `late_now`, which coordinators work on by code anyhow
(`referral/queries/late.py`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from agencies.models import Status
from agencies.queries.members import Member, Offered
from agencies.queries.roll import Roll, made_of_each, roll
from agencies.rules.freshness import LASTS, Fact, is_verification_old
from core.actors import Actor
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
    tier, now = actor.sees.value, roll()
    return latest(("standing", tier), now.version, lambda: _read(now, tier))


def _read(now: Roll, tier: int) -> list[Standing]:
    each = made_of_each("standing", now, _of_member)
    return [one for some in each.values() for place, one in some if place <= tier]


def _of_member(member: Member) -> tuple[tuple[int, Standing], ...]:
    """Its offers in service, each with the tier of its place."""
    if member.status is not Status.ACTIVE:
        return ()
    return tuple(
        (offered.place.tier, _standing(member, offered))
        for offered in member.offers
        if offered.status is Status.ACTIVE
    )


def _standing(member: Member, offered: Offered) -> Standing:
    beds = offered.beds
    return Standing(
        agency_id=member.id,
        district=offered.place.area,
        needs=offered.needs,
        verified_at=offered.verified_at,
        capacity=beds.capacity - beds.closed if beds else 0,
        taken=beds.taken if beds else 0,
        said_at=beds.said_at if beds else None,
        mou_until=member.mou_until,
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
