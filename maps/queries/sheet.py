"""Who is there and where: every place at which an agency offers something, as columns.

Kept in memory for each process and read again when find's generation says that the registry
changed. Of a secret place only what is published is ever read: the cell and its centre.
"""

from __future__ import annotations

import hashlib
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select

from agencies.models import Agency, Location, Offer, Pool, Service, ServiceNeed, Status
from agencies.models.generation import THE_ONE
from agencies.models.location import LocationType, Precision
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import matching_codes
from core.actors import Tier
from core.db import db, glance
from core.geometry import PUBLISHED_RESOLUTION, cell_of
from maps.rules.agency_kinds import kind_number
from maps.rules.groups import NEAREST

LISTED = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
TYPES = tuple(AGENCY_TYPES)
UNSAID = -1  # free places of which nobody says anything
PARTS = 10_000  # of a degree: 11 m

_NOW = f"select era, number from find_generation where id = {THE_ONE}"  # noqa: S608 (a constant)

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Row = tuple[uuid.UUID, uuid.UUID]  # agency and location


@dataclass(frozen=True, slots=True)
class Sheet:
    """A row for each agency at each of its places, near ones side by side.

    Places without coordinates have latitude and longitude NaN and cell 0. `published` is the H3
    cell of a secret place, else 0. `free` is `UNSAID` where nobody says anything.
    """

    versions: tuple[str, ...]  # for each tier: another one when rows up to it became others
    agencies: list[uuid.UUID]
    names: list[str]
    where: list[str]  # district and city in words
    latitude: Floats
    longitude: Floats
    type: Ints  # number in TYPES
    kind: Ints  # number in rules.kinds.KINDS
    tier: Ints
    published: Ints
    cell: Ints
    capacity: Ints
    free: Ints
    is_area: Mask  # only the middle of a village or district is known
    by_phone: Mask
    area: list[str]  # the gazetteer's code
    row_of: dict[Row, int]
    first_row: dict[uuid.UUID, int]  # of each agency: where its ways begin and end
    _meeting: dict[str, Mask] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.agencies)

    @property
    def located(self) -> Mask:
        """Which rows have a place on a map."""
        found: Mask = self.cell != 0
        return found

    @property
    def codes(self) -> Floats:
        """Latitude and longitude in whole parts of a degree, a row for each of the two."""
        return np.rint(np.stack([self.latitude, self.longitude]) * PARTS)

    def meeting(self, need: str) -> Mask:
        """Which rows offer a service for a need."""
        if need not in self._meeting:
            mask = np.zeros(len(self), dtype=bool)
            for row in _meeting(need):
                if row in self.row_of:
                    mask[self.row_of[row]] = True
            self._meeting[need] = mask
        return self._meeting[need]

    def inside(self, area: str) -> Mask:
        """Which rows lie in an area, by its gazetteer code."""
        inner = f"{area}."
        found = [code == area or code.startswith(inner) for code in self.area]
        return np.array(found, dtype=bool)


_kept: WeakKeyDictionary[Engine, tuple[object, Sheet]] = WeakKeyDictionary()
_lock = threading.Lock()


def sheet() -> Sheet:
    """Everybody who is listed, as of now, whatever the tier: `shown` says who sees which rows."""
    generation = glance(_NOW)
    now = None if generation is None else (str(generation[0]), generation[1])
    with _lock:
        known = _kept.get(db.engine)
        if known is None or known[0] != now:
            known = _kept[db.engine] = (now, _read())
        return known[1]


def _read() -> Sheet:
    rows = list(db.session.execute(_PLACES))
    beds = {(a, p): (c, f) for a, p, c, f in db.session.execute(_BEDS)}
    points = np.array([_point(row) for row in rows], dtype=np.float64).reshape(-1, 2)
    order = _side_by_side(points, [(row.agency_id, row.location_id) for row in rows])
    rows, points = [rows[n] for n in order], points[order]
    keys = [(row.agency_id, row.location_id) for row in rows]
    figures = [beds.get(key, (0, UNSAID)) for key in keys]
    types = [row.type if row.type in AGENCY_TYPES else "OTHER" for row in rows]
    return Sheet(
        versions=tuple(_digest(rows, tier) for tier in Tier),
        agencies=[row.agency_id for row in rows],
        names=[row.name for row in rows],
        where=[", ".join(part for part in (row.district, row.city) if part) for row in rows],
        latitude=points[:, 0],
        longitude=points[:, 1],
        type=_ints([TYPES.index(code) for code in types]),
        kind=_ints([kind_number(code) for code in types]),
        tier=_ints([max(row.agency_tier, row.tier) for row in rows]),
        published=_ints([_published(row) for row in rows]),
        cell=_ints([0 if np.isnan(p[0]) else cell_of((p[0], p[1]), NEAREST) for p in points]),
        capacity=_ints([capacity for capacity, _free in figures]),
        free=_ints([free for _capacity, free in figures]),
        is_area=np.array([row.precision is Precision.AREA for row in rows], dtype=bool),
        by_phone=np.array([row.place_type is LocationType.VIRTUAL for row in rows], dtype=bool),
        area=[row.area_code or "" for row in rows],
        row_of={key: n for n, key in enumerate(keys)},
        first_row=_first_rows(rows, points),
    )


# Columns of tables and not attributes of classes: thousands of plain rows are read quicker so.
_agency, _service, _offer, _location, _pool = (
    model.__table__.c for model in (Agency, Service, Offer, Location, Pool)
)
_PLACES = (
    select(
        _agency.id.label("agency_id"),
        _location.id.label("location_id"),
        _agency.name,
        _agency.type,
        _agency.tier.label("agency_tier"),
        _location.tier,
        _location.latitude,
        _location.longitude,
        _location.precision,
        _location.published_cell,
        _location.district,
        _location.city,
        _location.area_code,
        _location.type.label("place_type"),
    )
    .join_from(Agency.__table__, Service.__table__, _service.agency_id == _agency.id)
    .join(Offer.__table__, _offer.service_id == _service.id)
    .join(Location.__table__, _location.id == _offer.location_id)
    .where(_agency.status.in_(LISTED), _service.status.in_(LISTED))
    .distinct()
)
_BEDS = (
    select(
        _service.agency_id,
        _offer.location_id,
        func.sum(_pool.capacity),
        func.sum(_pool.capacity - _pool.occupied - _pool.held - _pool.closed),
    )
    .join_from(Pool.__table__, Offer.__table__, _offer.id == _pool.offer_id)
    .join(Service.__table__, _service.id == _offer.service_id)
    .where(_service.status.in_(LISTED))
    .group_by(_service.agency_id, _offer.location_id)
)


def _meeting(need: str) -> list[Row]:
    wanted = (
        select(Service.agency_id, Offer.location_id)
        .join_from(ServiceNeed, Service, Service.id == ServiceNeed.service_id)
        .join(Offer, Offer.service_id == Service.id)
        .where(ServiceNeed.need.in_(matching_codes(need)), Service.status.in_(LISTED))
        .distinct()
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted)]


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _point(row: Any) -> tuple[float, float]:
    if row.latitude is None or row.place_type is LocationType.VIRTUAL:
        return (float("nan"), float("nan"))
    return (row.latitude, row.longitude)


def _published(row: Any) -> int:
    """The cell of a secret place. What came without one has its centre as the point."""
    if row.tier != Tier.SECRET or row.latitude is None:
        return 0
    return row.published_cell or cell_of((row.latitude, row.longitude), PUBLISHED_RESOLUTION)


def _side_by_side(points: Floats, keys: list[Row]) -> list[int]:
    """Rows in the order of the curve; equal places go by id, those without a place come last."""
    curve = along_curve(points)
    return sorted(range(len(keys)), key=lambda n: (int(curve[n]), keys[n]))


def along_curve(points: Floats) -> Ints:
    """Where on a Z-curve each latitude and longitude lies: what is near on the ground is mostly
    near in the order, so the steps between neighbours are small. NaN comes last."""
    whole = np.nan_to_num(np.rint((points + np.array([90.0, 180.0])) * PARTS), nan=2**22 - 1)
    found: Ints = _spread(whole[:, 0]) << np.int64(1) | _spread(whole[:, 1])
    return found


def _spread(values: Floats) -> Ints:
    """Bit n of each value at bit 2n (values below 2²²)."""
    spread = values.astype(np.int64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread = (spread | spread << np.int64(shift)) & np.int64(mask)
    return spread


def _first_rows(rows: list[Any], points: Floats) -> dict[uuid.UUID, int]:
    """Of each agency the least guarded of its places on the map, else any of its places."""
    ranked = sorted(
        range(len(rows)),
        key=lambda n: (bool(np.isnan(points[n, 0])), rows[n].tier, rows[n].location_id),
    )
    first: dict[uuid.UUID, int] = {}
    for number in ranked:
        first.setdefault(rows[number].agency_id, number)
    return first


def _digest(rows: list[Any], tier: Tier) -> str:
    """Of the rows up to a tier, in their order: what the number of a row relies on."""
    digest = hashlib.sha256()
    for row in rows:
        if max(row.agency_tier, row.tier) <= tier:
            digest.update(row.agency_id.bytes + row.location_id.bytes)
    return digest.hexdigest()[:12]
