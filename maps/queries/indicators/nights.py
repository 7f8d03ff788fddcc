"""Nights without a free emergency place: of the network, an agency, a need, a district (25)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app

from agencies.queries.members import Member
from agencies.queries.nights import nights_free, nights_looked
from agencies.queries.roll import Roll, made_of_each, roll
from agencies.rules.needs import ROOF, TONIGHT
from agencies.rules.nights import LOOKED_FOR, months_between
from core.actors import Actor
from core.settings import Settings
from maps.queries.indicators.now import Slice, inside
from maps.queries.kept import latest
from maps.rules.readings import Reading, Silence, Unit, nights, silent
from referral.rules.periods import Period, read_period


class Roof(NamedTuple):
    """An offer of a place to stay: whose and where it is, and whether it is one now.

    Out of service it may have been one: a house that has closed was there on the nights before.
    """

    offer_id: Any  # as the database has it
    agency_id: uuid.UUID
    district: str | None
    tier: int
    is_one: bool


def nights_without(actor: Actor, wanted: Slice, period: str, moment: datetime) -> Reading:
    """On how many of the nights that were looked at nobody whom the actor sees had a place.

    An empty period: the quarter of the moment, so far. Nothing of a need that is no emergency
    roof, and of an agency that has none.
    """
    need, now = wanted.need or TONIGHT, roll()
    if need not in LOOKED_FOR:
        return silent(Unit.NIGHTS, Silence.NOTHING)
    roofs = _roofs_in(now, actor, wanted)
    looked, days = nights_looked(), _days(period, moment)
    months = tuple((month, looked.get(month, 0) & bits) for month, bits in months_between(*days))
    free = latest(
        ("nights", need, days, actor.sees.value, wanted.agency_id, wanted.district),
        (now.version, months),
        lambda: sum(nights_free(one, need, roofs, these).bit_count() for one, these in months),
    )
    if wanted.agency_id is not None and not any(roofs.values()) and not free:
        return silent(Unit.NIGHTS, Silence.NOTHING)
    asked = sum(these.bit_count() for _, these in months)
    return nights(asked - free, asked)


def _days(period: str, moment: datetime) -> tuple[date, date]:
    """The first night, and the first after it."""
    settings: Settings = current_app.config["RUJUKAN"]
    zone = ZoneInfo(settings.timezone)
    today = moment.astimezone(zone)
    span = read_period(period) if period else Period(today.year, (today.month + 2) // 3)
    return span.begins(zone).astimezone(zone).date(), span.ends(zone).astimezone(zone).date()


def _roofs_in(now: Roll, actor: Actor, wanted: Slice) -> dict[Any, bool]:
    """The offers that are looked at, and whether each is a place to stay now."""
    tier, agency_id, district = actor.sees.value, wanted.agency_id, wanted.district
    return latest(
        ("roofs", tier, agency_id, district),
        now.version,
        lambda: {
            one.offer_id: one.is_one
            for some in made_of_each("roofs", now, _roofs_of).values()
            for one in some
            if one.tier <= tier
            and agency_id in (None, one.agency_id)
            and (district is None or inside(one.district, district))
        },
    )


def _roofs_of(member: Member) -> tuple[Roof, ...]:
    return tuple(
        Roof(one.offer_id, member.id, one.place.area, one.place.tier, bool(one.needs))
        for one in member.offers
        if not one.needs or one.needs & ROOF
    )
