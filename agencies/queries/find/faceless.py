"""Offers as the rules see them, in columns and without their faces: many at once, for maps.

The same candidates that find has (`load.candidate_of`), but for the card, of which there are only
the two names: no telephone number is read. What find keeps in memory is taken from there.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select, true

from agencies.models import (
    Agency,
    HolidayRule,
    Language,
    Location,
    Offer,
    Pool,
    Schedule,
    Service,
    ServiceArea,
    ServiceNeed,
    Status,
)
from agencies.queries.find.load import Ready, ready
from agencies.queries.weekly import weekly_hours
from agencies.rules.candidate import Candidate, HoursSpan, PoolFigures
from core.bulk import undisturbed
from core.db import Snapshot
from core.types import as_id, as_stored

MANY = 5_000


class _Row(NamedTuple):
    """Hours as they were stated, in the order of `_HOURS`."""

    valid_from: date | None
    valid_to: date | None
    freq: str | None
    interval: int | None
    byday: str | None
    opens_at: str | None
    closes_at: str | None
    on_holidays: HolidayRule | None


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """What stands in the place of a card."""

    agency_name: str
    service_name: str
    stored_id: Any  # of the service

    @property
    def service_id(self) -> str:
        """As a card spells it."""
        return str(as_id(self.stored_id))


class Faceless(Ready):
    """Candidates without cards; those that find has ready are not read again."""

    def __init__(self, most: int, find: Ready) -> None:
        super().__init__(most)
        self._find = find

    def known(self, raw_id: Any, revision: int) -> Candidate | None:
        """An offer's candidate when one of the two has it, of just this revision."""
        return super().known(raw_id, revision) or self._find.known(raw_id, revision)

    def get(self, view: Snapshot, rows: Sequence[Any]) -> list[Candidate]:
        """The candidates of rows (offer id, latitude, longitude, revision), in their order."""
        found = [self.known(row[0], row[3]) for row in rows]
        missing = [row[0] for row, one in zip(rows, found, strict=True) if one is None]
        read = self.read(view, missing) if missing else {}
        return [one or read[row[0]] for one, row in zip(found, rows, strict=True)]

    def read(self, view: Snapshot, raw_ids: list[Any]) -> dict[Any, Candidate]:
        """Read offers, as far as there are such, and keep them."""
        read = {}
        with undisturbed():
            for raw_id, revision, candidate in _read(view, raw_ids):
                read[raw_id] = candidate
                self._kept[raw_id] = (revision, candidate)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return read


def faceless() -> Faceless:
    """This app's."""
    extensions = current_app.extensions
    if "rujukan_faceless" not in extensions:
        most = current_app.config["RUJUKAN"].offers_cached
        extensions["rujukan_faceless"] = Faceless(most, ready())
    kept: Faceless = extensions["rujukan_faceless"]
    return kept


# Columns of tables and not attributes of classes: nothing is made that is not kept.
_offer, _service, _location, _agency, _pool, _schedule, _need, _area, _language = (
    model.__table__.c
    for model in (
        Offer, Service, Location, Agency, Pool, Schedule, ServiceNeed, ServiceArea, Language,
    )
)  # fmt: skip
_ACCESS = (
    _offer.access_mobility,
    _offer.access_hearing,
    _offer.access_sight,
    _offer.access_intellectual,
    _offer.access_psychosocial,
)  # in the order of `rules.person.Disability`
_ONE_TO_ONE = (
    _service.takes_female,
    _service.takes_male,
    _service.takes_boys,
    _service.takes_other,
    _service.minimum_age,
    _service.maximum_age,
    _service.takes_children,
    _service.oldest_boy,
    _service.takes_foreigners,
    _service.takes_without_id,
    _service.night_intake,
    _service.needs_letter,
    _service.longest_stay_days,
)
_FACTS = tuple(column.name for column in _ONE_TO_ONE)
_OFFERS = (
    select(
        as_stored(_offer.id),
        _offer.revision,
        as_stored(_offer.service_id),
        as_stored(_offer.location_id),
        _service.name,
        _service.status,
        _agency.name,
        _agency.status,
        _agency.promised_response_minutes,
        _location.type,
        _location.latitude,
        _location.longitude,
        _location.timezone,
        *_ACCESS,
        *_ONE_TO_ONE,
    )
    .join_from(Offer.__table__, Service.__table__, _service.id == _offer.service_id)
    .join(Location.__table__, _location.id == _offer.location_id)
    .join(Agency.__table__, _agency.id == _service.agency_id)
)
_HOURS = (
    _schedule.valid_from,
    _schedule.valid_to,
    _schedule.freq,
    _schedule.interval,
    _schedule.byday,
    _schedule.opens_at,
    _schedule.closes_at,
    _schedule.on_holidays,
)
_POOL = (
    _pool.sex,
    _pool.minimum_age,
    _pool.maximum_age,
    _pool.unit,
    _pool.capacity,
    _pool.capacity - _pool.occupied - _pool.held - _pool.closed,
    _pool.said_at,
)


def _read(view: Snapshot, offers: list[Any]) -> Iterator[tuple[Any, int, Candidate]]:
    """Of many whole tables are read: to name thousands of offers takes longer than to skip some."""
    session, asked = view.session, set(offers)
    known = isinstance(offers[0], uuid.UUID)
    is_whole = len(offers) > MANY
    wanted = true() if is_whole else (_offer.id if known else as_stored(_offer.id)).in_(offers)
    services, places, mine = (
        select(column).where(wanted)
        for column in (_offer.service_id, _offer.location_id, _offer.id)
    )

    def of(owner: Any, ids: Any, *columns: Any, by: Any) -> dict[Any, Any]:
        owned = owner.is_not(None) if is_whole else owner.in_(ids)
        rows = select(as_stored(owner), *columns).where(owned).order_by(by)
        return _grouped(session.execute(rows).all())

    needs = of(_need.service_id, services, _need.need, by=_need.position)
    areas = of(_area.service_id, services, _area.code, by=_area.position)
    languages = of(_language.service_id, services, _language.code, by=_language.code)
    pools = of(_pool.offer_id, mine, *_POOL, by=_pool.position)
    stated = [
        of(owner, ids, *_HOURS, by=_schedule.position)
        for owner, ids in (
            (_schedule.offer_id, mine),
            (_schedule.location_id, places),
            (_schedule.service_id, services),
        )
    ]
    for row in session.execute(_OFFERS.where(wanted)).all():
        offer_id, revision, service, place = row[:4]
        if offer_id not in asked:
            continue
        name, status, agency, agency_status, promised, kind, lat, lon, zone = row[4:13]
        said = (
            found.get(key) for found, key in zip(stated, (offer_id, place, service), strict=True)
        )
        hours, on_holidays = _hours_of(tuple(next(filter(None, said), ())))
        yield offer_id, revision, Candidate(
            offer_id=offer_id.hex if known else offer_id,
            needs=_set(tuple(one for (one,) in needs.get(service, ()))),
            closed_for_now=Status.TEMPORARILY_CLOSED in (status, agency_status),
            position=None if lat is None or lon is None else (lat, lon),
            by_phone=kind.value == "virtual",
            **dict(zip(_FACTS, row[18:], strict=True)),
            accessible=tuple(row[13:18]),
            areas=tuple(code for (code,) in areas.get(service, ()) if code),
            languages=_set(tuple(code for (code,) in languages.get(service, ()) if code)),
            pools=tuple(
                PoolFigures(sex.value, low, high, unit.value, capacity, free, said_at)
                for sex, low, high, unit, capacity, free, said_at in pools.get(offer_id, ())
            ),
            hours=hours,
            on_holidays=on_holidays,
            timezone=zone,
            promised_minutes=promised,
            card=Names(agency, name, service),
        )  # fmt: skip


def _grouped(rows: Iterable[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1:])
    return found


_set: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=10_000)(frozenset)


@lru_cache(maxsize=50_000)
def _hours_of(rows: tuple[Any, ...]) -> tuple[tuple[HoursSpan, ...], str | None]:
    """Many state the same hours."""
    named = [_Row(*row) for row in rows]
    on_holidays = next((row.on_holidays.value for row in named if row.on_holidays), None)
    return weekly_hours(named), on_holidays
