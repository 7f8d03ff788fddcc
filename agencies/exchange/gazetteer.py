"""What an import asks of the gazetteer, remembered for as long as the import lasts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from shapely import Point

from agencies.exchange import messages as says
from agencies.exchange.messages import Notes, quoted
from agencies.models.records import LocationRecord
from agencies.queries.known import codes_in_gazetteer
from agencies.queries.places import PlaceChoice, area_at, outline_named, place, place_named
from core.geometry import LatLon, distance_km

ALL_INDONESIA = "ID"
DISTRICT_CODE = len("31.75.10")
BORDER = 0.003  # degrees, about 300 m: outlines are drawn coarsely
FAR_KM = 7.0  # nobody calls this a district's neighbourhood, even where districts are small
FAR_TIMES = 3.0  # as far as the middle of the district around the point


@dataclass(frozen=True, slots=True)
class Area:
    """The names of what lies around a point."""

    district: str | None = None
    city: str | None = None
    province: str | None = None


class Gazetteer:
    """The loaded places; `is_loaded` is False where there are none to ask."""

    def __init__(self) -> None:
        self.codes = codes_in_gazetteer()
        self.is_loaded = bool(self.codes)
        self.area_at = lru_cache(maxsize=100_000)(self._area_at)
        self.named = lru_cache(maxsize=20_000)(self._named)
        self._place = lru_cache(maxsize=20_000)(place)
        self._outline = lru_cache(maxsize=5_000)(_outline)

    def knows(self, code: str) -> bool:
        """Whether a service area is all Indonesia or a code of the gazetteer."""
        return code == ALL_INDONESIA or code in self.codes

    def _area_at(self, point: LatLon) -> str | None:
        return area_at(*point) if self.is_loaded else None

    def names_at(self, point: LatLon) -> Area:
        """The names of the district, city and province around a point, as far as known."""
        code = self.area_at(point)
        found = self._place(code) if code else None
        if found is None:
            return Area()
        return Area(*_last_three((found.name, *found.parents)))

    def _named(
        self, village: str | None, district: str | None, city: str | None
    ) -> PlaceChoice | None:
        """The narrowest of the named places of which there is one."""
        for names in ((district, city, village), (district, city, None), (None, city, None)):
            found = place_named(*names) if any(names) else None
            if found:
                return found
        return None

    def place_of(self, record: LocationRecord) -> PlaceChoice | None:
        """The place that a record names, without its position."""
        if not self.is_loaded:
            return None
        return self.named(record.village, record.district, record.city)

    def check_district(self, record: LocationRecord, point: LatLon, notes: Notes) -> None:
        """Warn of a point that is not in the district that the record names."""
        if not record.district:
            return
        outline = self._outline(record.district, record.city)
        if outline is not None:
            if not outline.contains(*point) and outline.geometry.distance(_xy(point)) > BORDER:
                notes.warn("latitude", says.OUTSIDE, district=quoted(record.district))
            return
        named = self.named(None, record.district, record.city) if self.is_loaded else None
        if named and named.code and len(named.code) == DISTRICT_CODE:
            self._check_distance(record.district, named, point, notes)

    def _check_distance(
        self, district: str, named: PlaceChoice, point: LatLon, notes: Notes
    ) -> None:
        far = distance_km(point, (named.latitude, named.longitude))
        code = self.area_at(point)
        here = self._place(code) if code else None
        near = distance_km(point, (here.latitude, here.longitude)) if here else 0.0
        if far > max(FAR_KM, FAR_TIMES * near):
            notes.warn("latitude", says.FAR, km=round(far), district=quoted(district))


def _outline(district: str, city: str | None) -> Any:
    return outline_named("district", district, city)


def _last_three(names: tuple[str, ...]) -> tuple[str | None, str | None, str | None]:
    """District, city and province of a list of names that ends with the province."""
    padded = (None, None, None, *names)
    return padded[-3], padded[-2], padded[-1]


def _xy(point: LatLon) -> Any:
    return Point(point[1], point[0])
