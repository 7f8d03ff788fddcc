"""What the pages of places and meeting points show, prepared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from accounts.rules.rights import Right, holds_for
from agencies.doors import settings
from agencies.models import MeetingPoint
from agencies.models.records import LocationRecord
from agencies.queries.hours import zone_of
from agencies.queries.secret.guarded import Owned
from agencies.rules.secret import CELL_KM2
from agencies.wording.meeting import say_escort
from agencies.wording.times import say_date
from core.actors import Actor, Tier
from core.geometry import resolution_of
from core.i18n import _, say

Plain = dict[str, Any]

TIER_WORDS = {
    Tier.PUBLIC: (_("Everybody"), _("address and map are public")),
    Tier.NETWORK: (_("Workers of the network"), _("everybody who is signed in")),
    Tier.SECRET: (
        _("Nobody: a secret place"),
        _("workers know that it exists and its wide area; the address is sealed"),
    ),
}
SIZE_WORDS = {
    6: _("City and its surroundings (about %(km2)s km²)"),
    5: _("Countryside, where few people live (about %(km2)s km²)"),
    4: _("Remote, with hardly a village around (about %(km2)s km²)"),
}


def place_values(place: LocationRecord) -> MultiDict[str, str]:
    """What the form shows at first: of a secret place neither address nor point."""
    values = {"tier": place.tier.word, "resolution": str(_size(place))}
    if place.tier is not Tier.SECRET:
        values |= {"address": place.address or "", "way": place.transportation or ""}
        if place.latitude is not None and place.precision == "point":
            values["point"] = f"{place.latitude}, {place.longitude}"
        else:
            values["district"] = ", ".join(n for n in (place.district, place.city) if n)
    return MultiDict(values)


def _size(place: LocationRecord) -> int:
    return resolution_of(place.published_cell) if place.published_cell else max(CELL_KM2)


def place_view(owned: Owned, actor: Actor, language: str) -> Plain:
    """What the page of a place shows beside its form."""
    place, tell = owned.place, say(language)
    zone = zone_of(settings().timezone)
    return {
        "location_id": owned.location_id,
        "agency_id": owned.agency_id,
        "agency": owned.agency_name,
        "secret": place.tier is Tier.SECRET,
        "area": ", ".join(n for n in (place.district, place.city) if n),
        "km2": CELL_KM2[_size(place)],
        "sealed": say_date(owned.sealed_at.astimezone(zone).date(), language)
        if owned.sealed_at
        else "",
        "may_open": owned.sealed_at is not None
        and holds_for(actor.grants, Right.OPEN_ADDRESS, agency_id=owned.agency_id),
        "tiers": [(tier.word, tell(word), tell(more)) for tier, (word, more) in TIER_WORDS.items()],
        "sizes": [
            (size, tell(words, km2=f"{CELL_KM2[size]}")) for size, words in SIZE_WORDS.items()
        ],
    }


def point_values(point: MeetingPoint) -> MultiDict[str, str]:
    """What the form of a meeting point shows at first."""
    escort = {True: "yes", False: "no", None: ""}[point.escort_needed]
    return MultiDict(
        {
            "name": point.name,
            "address": point.address or "",
            "point": f"{point.latitude}, {point.longitude}",
            "escort_needed": escort,
            "times": point.times or "",
        }
    )


def points_view(points: Sequence[MeetingPoint], language: str) -> list[Plain]:
    """The list of meeting points."""
    tell = say(language)
    return [
        {
            "id": point.id,
            "name": point.name,
            "where": ", ".join(part for part in (point.address, point.district) if part),
            "times": point.times or "",
            "escort": say_escort(point.escort_needed, tell),
        }
        for point in points
    ]
