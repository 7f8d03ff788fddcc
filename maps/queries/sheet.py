"""Who is there and where: every place at which an agency offers something, as columns.

Made of the registry as all these pages read it (`agencies/queries/roll.py`), and anew where that
changed. Of a secret place only what is published is ever read: the cell and its centre.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agencies.models import Status
from agencies.models.location import LocationType, Precision
from agencies.queries.members import Member, Offered, Place
from agencies.queries.roll import Roll, made_of_each, roll
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import matching_codes
from core.actors import Tier
from core.geometry import PUBLISHED_RESOLUTION, cell_of
from core.types import as_id
from maps.queries.kept import latest
from maps.rules.agency_kinds import kind_number
from maps.rules.groups import NEAREST

LISTED = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
TYPES = tuple(AGENCY_TYPES)
_BY_PHONE, _AREA = LocationType.VIRTUAL.value, Precision.AREA.value
UNSAID = -1  # free places of which nobody says anything
PARTS = 10_000  # of a degree: 11 m

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A row for each agency at each of its places, near ones side by side.

    Places without coordinates have latitude and longitude NaN and cell 0. `published` is the H3
    cell of a secret place, else 0. `free` is `UNSAID` where nobody says anything.
    """

    versions: tuple[str, ...]  # for each tier: another one when rows up to it became others
    agencies: list[uuid.UUID]
    agency: Ints  # whose each row is, as a number: the same for all rows of one
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
    needs: list[frozenset[str]]
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
            codes = frozenset(matching_codes(need))
            found = [not codes.isdisjoint(needs) for needs in self.needs]
            self._meeting[need] = np.array(found, dtype=bool)
        return self._meeting[need]

    def inside(self, area: str) -> Mask:
        """Which rows lie in an area, by its gazetteer code."""
        inner = f"{area}."
        found = [code == area or code.startswith(inner) for code in self.area]
        return np.array(found, dtype=bool)


class _Row(NamedTuple):
    """One agency at one of its places."""

    member: Member
    place: Place
    ids: bytes  # of both
    point: tuple[float, float]  # NaN for whoever has no place on a map
    cell: int
    published: int
    needs: frozenset[str]
    capacity: int
    free: int


def sheet() -> Sheet:
    """Everybody who is listed, as of now, whatever the tier: `shown` says who sees which rows."""
    now = roll()
    return latest("sheet", now.version, lambda: _read(now))


def _read(now: Roll) -> Sheet:
    rows = [row for some in made_of_each("sheet", now, _rows_of).values() for row in some]
    points = np.array([row.point for row in rows], dtype=np.float64).reshape(-1, 2)
    # In the order of the curve; equal places go by id, those without a place come last.
    order = np.argsort(along_curve(points), kind="stable").tolist()
    rows, points = [rows[n] for n in order], points[order]
    types = [row.member.type if row.member.type in AGENCY_TYPES else "OTHER" for row in rows]
    whose = {key: at for at, key in enumerate(now.members)}
    number, kind = ({c: f(c) for c in TYPES} for f in (TYPES.index, kind_number))
    tiers = [max(row.member.tier, row.place.tier) for row in rows]
    return Sheet(
        versions=tuple(_digest(rows, tiers, tier) for tier in Tier),
        agencies=[row.member.id for row in rows],
        agency=_ints([whose[row.member.id] for row in rows]),
        names=[row.member.name for row in rows],
        where=[
            ", ".join(part for part in (row.place.district, row.place.city) if part) for row in rows
        ],
        latitude=points[:, 0],
        longitude=points[:, 1],
        type=_ints([number[code] for code in types]),
        kind=_ints([kind[code] for code in types]),
        tier=_ints(tiers),
        published=_ints([row.published for row in rows]),
        cell=_ints([row.cell for row in rows]),
        capacity=_ints([row.capacity for row in rows]),
        free=_ints([row.free for row in rows]),
        is_area=np.array([row.place.precision == _AREA for row in rows], dtype=bool),
        by_phone=np.array([_is_by_phone(row.place) for row in rows], dtype=bool),
        area=[row.place.area or "" for row in rows],
        needs=[row.needs for row in rows],
        first_row=_first_rows(rows),
    )


def _rows_of(member: Member) -> tuple[_Row, ...]:
    """Of an agency, in the order of the places' ids; none of one that is not listed."""
    if member.status not in LISTED:
        return ()
    at: dict[Any, list[Offered]] = defaultdict(list)
    for offered in member.offers:
        if offered.status in LISTED:
            at[offered.place.id].append(offered)
    return tuple(_row(member, at[place]) for place in sorted(at))


def _row(member: Member, offers: list[Offered]) -> _Row:
    place = offers[0].place
    point = _point(place)
    beds = [offered.beds for offered in offers if offered.beds is not None]
    return _Row(
        member,
        place,
        member.id.bytes + _bytes(place.id),
        point,
        0 if np.isnan(point[0]) else cell_of(point, NEAREST),
        _published(place),
        frozenset().union(*(offered.needs for offered in offers)),
        sum(one.capacity for one in beds),
        sum(one.free for one in beds) if beds else UNSAID,
    )


def _is_by_phone(place: Place) -> bool:
    return place.kind == _BY_PHONE


def _bytes(stored: Any) -> bytes:
    """An id as the database has it: text on SQLite."""
    return bytes.fromhex(stored) if isinstance(stored, str) else as_id(stored).bytes


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _point(place: Place) -> tuple[float, float]:
    if place.latitude is None or place.longitude is None or _is_by_phone(place):
        return (float("nan"), float("nan"))
    return (place.latitude, place.longitude)


def _published(place: Place) -> int:
    """The cell of a secret place. What came without one has its centre as the point."""
    if place.tier != Tier.SECRET or place.latitude is None or place.longitude is None:
        return 0
    return place.cell or cell_of((place.latitude, place.longitude), PUBLISHED_RESOLUTION)


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


def _first_rows(rows: list[_Row]) -> dict[uuid.UUID, int]:
    """Of each agency the least guarded of its places on the map, else any of its places."""
    ranked = sorted(
        range(len(rows)),
        key=[(row.cell == 0, row.place.tier, row.ids) for row in rows].__getitem__,
        reverse=True,
    )
    return {rows[number].member.id: number for number in ranked}


def _digest(rows: list[_Row], tiers: list[int], tier: Tier) -> str:
    """Of the rows up to a tier, in their order: what the number of a row relies on."""
    some = [row.ids for row, one in zip(rows, tiers, strict=True) if one <= tier]
    return hashlib.sha256(b"".join(some)).hexdigest()[:12]
