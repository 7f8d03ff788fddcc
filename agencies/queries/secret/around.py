"""The names around a point that may be published."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.queries.places import area_at, place
from core.geometry import LatLon


@dataclass(frozen=True, slots=True)
class Names:
    """Names and code of the district around a point; None as far as the gazetteer knows none."""

    district: str | None = None
    city: str | None = None
    province: str | None = None
    area_code: str | None = None


def names_around(point: LatLon) -> Names:
    """The district, city and province around a point."""
    code = area_at(*point)
    found = place(code) if code else None
    if found is None:
        return Names(area_code=code)
    names = (None, None, None, found.name, *found.parents)
    return Names(names[-3], names[-2], names[-1], code)
