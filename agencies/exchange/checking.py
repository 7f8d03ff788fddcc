"""What can be seen only across records: doubles, contradictions, look-alikes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.columns import columns_of
from agencies.exchange.messages import quoted
from agencies.exchange.parsed import Parsed
from agencies.models import Precision
from agencies.models.records import (
    ABOUT,
    AgencyRecord,
    Entry,
    LocationRecord,
    ServiceRecord,
)
from agencies.queries.known import names_of_agencies, places_at_points
from core.actors import Tier
from core.geometry import LatLon
from core.i18n import _

WHAT = {
    AgencyRecord: _("agency"),
    ServiceRecord: _("service"),
    LocationRecord: _("place"),
}


@dataclass(slots=True)
class AcrossRecords:
    """Remembers the records of a file and refuses what contradicts an earlier one."""

    _offers: dict[tuple[str, str | None], int] = field(default_factory=dict)
    _parts: dict[tuple[type, str], tuple[int, Any]] = field(default_factory=dict)

    def check(self, parsed: Parsed) -> None:
        """Note what contradicts an earlier record; remember the record if nothing does."""
        if not parsed.entries:
            return
        own = [_offer_key(entry) for entry in parsed.entries]
        if len(set(own)) < len(own):
            parsed.refuse("service_at_locations", says.SAME_RECORD, record=parsed.number)
        for entry in parsed.entries:
            self._check_double(parsed, entry)
        for part in _parts(parsed.entries):
            self._check_part(parsed, part)
        for entry in parsed.entries:
            self._offers[_offer_key(entry)] = parsed.number
        for part in _parts(parsed.entries):
            self._parts.setdefault((type(part), part.key), (parsed.number, part))

    def _check_double(self, parsed: Parsed, entry: Entry) -> None:
        earlier = self._offers.get(_offer_key(entry))
        if earlier:
            parsed.refuse("service_key", says.SAME_RECORD, record=earlier)

    def _check_part(self, parsed: Parsed, part: Any) -> None:
        earlier = self._parts.get((type(part), part.key))
        if earlier is None or earlier[1] == part:
            return
        record, before = earlier
        if isinstance(part, ServiceRecord) and part.agency_key != before.agency_key:
            parsed.refuse("agency_key", says.OTHER_AGENCY, record=record)
            return
        column = _column(type(part), _first_difference(before, part))
        parsed.refuse(column, says.CONTRADICTS, record=record, what=WHAT[type(part)])


def _offer_key(entry: Entry) -> tuple[str, str | None]:
    return entry.service.key, entry.location.key if entry.location else None


def _parts(entries: Iterable[Entry]) -> list[Any]:
    return [p for e in entries for p in (e.agency, e.service, e.location) if p is not None]


def _first_difference(before: Any, after: Any) -> str:
    names = [f.name for f in fields(before) if f.name not in ABOUT]
    return next(name for name in names if getattr(before, name) != getattr(after, name))


def _column(record: type, field_name: str) -> str:
    return next((c.name for c in columns_of(record) if c.field == field_name), field_name)


def warn_of_look_alikes(records: Sequence[Parsed]) -> None:
    """Warn of names that differ only by spaces and capitals, and of places at one point.

    What the registry knows of the file's own records is old news and is left out.
    """
    entries = [entry for parsed in records for entry in parsed.entries]
    agencies = {entry.agency.key for entry in entries}
    places = {entry.location.key for entry in entries if entry.location}
    names = _Names((key, name) for key, name in names_of_agencies() if key not in agencies)
    points = _Points(known for known in places_at_points() if known[2] not in places)
    for parsed in records:
        for entry in parsed.entries[:1]:
            names.check(parsed, entry.agency)
        for entry in parsed.entries:
            if entry.location:
                points.check(parsed, entry.location)


class _Names:
    """The agencies by their folded name."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._by_name: dict[str, dict[str, str]] = {}
        self._checked: set[str] = set()
        for key, name in known:
            self._by_name.setdefault(_folded(name), {})[key] = name

    def check(self, parsed: Parsed, agency: AgencyRecord) -> None:
        """Warn once for each agency."""
        same = self._by_name.setdefault(_folded(agency.name), {})
        others = [k for k, name in same.items() if k != agency.key and name != agency.name]
        if others and agency.key not in self._checked:
            parsed.warn("agency_name", says.SIMILAR_NAME, other=quoted(others[0]))
        self._checked.add(agency.key)
        same[agency.key] = agency.name


def _folded(name: str) -> str:
    return "".join(name.casefold().split())


class _Points:
    """The places whose door is known, by where it is. Secret places are not among them."""

    def __init__(self, known: Iterable[tuple[float, float, str]]) -> None:
        self._by_point: dict[LatLon, dict[str, None]] = {}
        self._checked: set[str] = set()
        for latitude, longitude, key in known:
            self._by_point.setdefault((latitude, longitude), {})[key] = None

    def check(self, parsed: Parsed, place: LocationRecord) -> None:
        """Warn once for each place."""
        if place.tier is Tier.SECRET or place.precision is not Precision.POINT:
            return
        if place.latitude is None or place.longitude is None or place.key in self._checked:
            return
        self._checked.add(place.key)
        same = self._by_point.setdefault((place.latitude, place.longitude), {})
        other = next((key for key in same if key != place.key), None)
        if other:
            parsed.warn("latitude", says.SAME_POINT, other=quoted(other))
        same[place.key] = None
