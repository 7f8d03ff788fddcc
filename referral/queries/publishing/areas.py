"""In which district and as which type an agency is counted."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import String, cast, func, select

from agencies.models import Agency, Location, Offer, Service
from core.asking import ask


def areas_of_agencies() -> dict[str, str]:
    """The published district in which most offers of an agency are, by the agency's id in hex.

    Of a secret place that is the district of its published cell's centre (docs/secret_places.md).
    Agencies without any are left out.
    """
    rows = ask(
        select(func.replace(cast(Service.agency_id, String), "-", ""), Location.area_code)
        .join(Offer, Offer.service_id == Service.id)
        .join(Location, Location.id == Offer.location_id)
        .where(Location.area_code.is_not(None))
    )
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for agency, code in rows:
        counted[agency][".".join(code.split(".")[:3])] += 1
    return {
        agency: min(codes.items(), key=lambda one: (-one[1], one[0]))[0]
        for agency, codes in counted.items()
    }


def types_of_agencies() -> dict[str, str]:
    """The type of each agency (`agencies/rules/agency_types.py`), by its id in hex."""
    rows = ask(select(func.replace(cast(Agency.id, String), "-", "").label("hex_id"), Agency.type))
    return {one.hex_id: one.type for one in rows}
