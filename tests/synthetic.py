"""A registry of any size for tests and benchmarks: invented agencies where Indonesia's people live.

Cities are clusters with long tails, weighted by population; some places lie in the country. The
shares of yes, no and unknown follow the sample data. All of it follows from the seed. Rows go into
the tables in bulk, `find_entry` included, as `commands.index.refresh_offers` would write them
(tests/reliability/test_find_oracle_data.py proves it).
"""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from agencies.commands.generation import note_changed
from agencies.models import (
    Agency,
    FindEntry,
    HolidayRule,
    Language,
    Location,
    LocationType,
    Offer,
    Phone,
    PhoneKind,
    Place,
    PlaceLevel,
    Pool,
    PoolSex,
    PoolUnit,
    Precision,
    Schedule,
    Service,
    ServiceArea,
    ServiceNeed,
    Status,
)
from agencies.models.offer import BY_PHONE, SOMEWHERE
from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import Certainty, Child, Disability, Person, Sex
from agencies.rules.question import Question
from core.actors import Tier
from core.db import db
from core.geometry import cell_of, published_centre

Row = dict[str, Any]
T = TypeVar("T")

MADE_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, ten in the morning in Jakarta


class City(NamedTuple):
    """A centre, its people in thousands, and its code in the gazetteer."""

    name: str
    latitude: float
    longitude: float
    people: int
    code: str
    timezone: str


_WIB, _WITA, _WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"

CITIES = (
    City("Jakarta", -6.20, 106.83, 10600, "31.71", _WIB),
    City("Surabaya", -7.25, 112.75, 2900, "35.78", _WIB),
    City("Bandung", -6.91, 107.61, 2500, "32.73", _WIB),
    City("Bekasi", -6.24, 106.98, 2500, "32.75", _WIB),
    City("Medan", 3.60, 98.67, 2450, "12.71", _WIB),
    City("Depok", -6.40, 106.79, 2000, "32.76", _WIB),
    City("Tangerang", -6.18, 106.63, 1900, "36.71", _WIB),
    City("Palembang", -2.98, 104.78, 1670, "16.71", _WIB),
    City("Semarang", -6.97, 110.42, 1650, "33.74", _WIB),
    City("Makassar", -5.15, 119.43, 1430, "73.71", _WITA),
    City("Tangerang Selatan", -6.29, 106.72, 1350, "36.74", _WIB),
    City("Batam", 1.05, 104.03, 1200, "21.71", _WIB),
    City("Bandar Lampung", -5.40, 105.27, 1170, "18.71", _WIB),
    City("Bogor", -6.60, 106.81, 1040, "32.71", _WIB),
    City("Pekanbaru", 0.51, 101.45, 1000, "14.71", _WIB),
    City("Padang", -0.95, 100.42, 910, "13.71", _WIB),
    City("Malang", -7.97, 112.63, 840, "35.73", _WIB),
    City("Samarinda", -0.50, 117.15, 830, "64.72", _WITA),
    City("Denpasar", -8.67, 115.21, 730, "51.71", _WITA),
    City("Tasikmalaya", -7.33, 108.22, 720, "32.78", _WIB),
    City("Serang", -6.11, 106.16, 690, "36.73", _WIB),
    City("Balikpapan", -1.24, 116.85, 690, "64.71", _WITA),
    City("Banjarmasin", -3.32, 114.59, 660, "63.71", _WITA),
    City("Pontianak", -0.03, 109.34, 660, "61.71", _WIB),
    City("Jambi", -1.61, 103.61, 610, "15.71", _WIB),
    City("Surakarta", -7.58, 110.82, 520, "33.72", _WIB),
    City("Manado", 1.47, 124.84, 450, "71.71", _WITA),
    City("Kupang", -10.18, 123.61, 440, "53.71", _WITA),
    City("Mataram", -8.58, 116.12, 430, "52.71", _WITA),
    City("Yogyakarta", -7.80, 110.37, 420, "34.71", _WIB),
    City("Jayapura", -2.53, 140.72, 400, "91.71", _WIT),
    City("Bengkulu", -3.80, 102.27, 370, "17.71", _WIB),
    City("Palu", -0.89, 119.87, 370, "72.71", _WITA),
    City("Ambon", -3.70, 128.18, 350, "81.71", _WIT),
    City("Kendari", -4.00, 122.51, 345, "74.71", _WITA),
    City("Cirebon", -6.73, 108.55, 330, "32.74", _WIB),
    City("Palangka Raya", -2.22, 113.91, 290, "62.71", _WIB),
    City("Sorong", -0.88, 131.26, 285, "92.71", _WIT),
    City("Banda Aceh", 5.55, 95.32, 250, "11.71", _WIB),
    City("Pangkalpinang", -2.13, 106.12, 220, "19.71", _WIB),
    City("Gorontalo", 0.54, 123.06, 200, "75.71", _WITA),
    City("Ternate", 0.78, 127.37, 200, "82.71", _WIT),
    City("Merauke", -8.49, 140.40, 100, "93.01", _WIT),
)
DISTRICTS = 8  # to a city

# (needs that go together, weight); the weights are the sample data's counts.
_ROOF_NEEDS = (
    ("S1 S4", 7), ("S1 S9", 6), ("S1", 4), ("S1 S4 S9", 3), ("S1 S4 S5 S9", 2), ("S1 S3 S9", 2),
    ("S1 S2", 2), ("S3 S9", 2), ("S1 S5 S9", 1), ("S2 S6 S7", 2), ("S2", 1), ("S2 S4", 1),
)  # fmt: skip
_OTHER_NEEDS = (
    ("P1 H1", 10), ("P1", 8), ("P1 P3 P6", 8), ("P2 P4", 6), ("P5 S6", 10), ("P6 S7", 9),
    ("P7 P8", 6), ("K1 K2 K3", 6), ("K4 K5", 6), ("K6", 5), ("K7", 3), ("K8", 2), ("K9", 5),
    ("S6", 9), ("S8 S12", 7), ("S9", 8), ("S10", 3), ("S11 R6", 6), ("H1 H7", 8), ("H2", 3),
    ("H3 H5", 4), ("H4 H8", 8), ("H6", 3), ("H9", 6), ("H10", 4), ("R1 R4", 8), ("R2 R3", 4),
    ("R5", 4), ("R6 R7", 7), ("R8 R9", 9), ("P3 P5 P6 S6", 6), ("K1 K4", 3), ("H4 H5 H7", 3),
)  # fmt: skip

# Yes and no in percent, for roofs and for others; the rest is unknown.
_FACTS = {
    "takes_female": ((85, 15), (96, 1)),
    "takes_male": ((30, 67), (75, 18)),
    "takes_boys": ((20, 20), (10, 5)),
    "takes_other": ((12, 64), (58, 12)),
    "takes_children": ((42, 40), (3, 3)),
    "takes_foreigners": ((33, 33), (41, 20)),
    "takes_without_id": ((90, 4), (66, 4)),
    "night_intake": ((70, 12), (8, 44)),
    "needs_letter": ((21, 73), (20, 54)),
    "needs_medical_clearance": ((12, 68), (2, 64)),
}
_ACCESS = {
    "access_mobility": (66, 17),
    "access_hearing": (17, 39),
    "access_sight": (28, 22),
    "access_intellectual": (26, 23),
    "access_psychosocial": (42, 10),
}
_ROOF_AGES = (
    ((18, 120), 40), ((17, 120), 8), ((6, 17), 8), ((15, 120), 6), ((18, 59), 8), ((7, 17), 6),
    ((0, 120), 10), ((18, None), 4), ((None, 17), 3), ((None, None), 7),
)  # fmt: skip
_OTHER_AGES = (
    ((0, 120), 36), ((18, 120), 22), ((None, None), 24), ((0, 17), 7), ((17, 59), 4),
    ((6, 18), 2), ((15, None), 3), ((None, 45), 2),
)  # fmt: skip

# Weekly hours as (days, opens, closes) rows.
_ALWAYS = (("", "00:00", "24:00"),)
_WORKDAYS = "MO,TU,WE,TH,FR"
_HOURS: tuple[tuple[tuple[tuple[str, str, str], ...], int], ...] = (
    (_ALWAYS, 55), (((_WORKDAYS, "08:00", "16:00"),), 40), (((_WORKDAYS, "08:00", "15:00"),), 20),
    (((_WORKDAYS, "07:30", "16:00"),), 10), (((f"{_WORKDAYS},SA", "09:00", "17:00"),), 10),
    ((("", "07:00", "21:00"),), 8), ((("", "08:00", "20:00"),), 8),
    (((_WORKDAYS, "08:00", "12:00"), (_WORKDAYS, "13:00", "16:00")), 8),
    (((_WORKDAYS, "08:00", "16:00"), ("SA", "08:00", "12:00")), 8),
    ((("MO,TU,WE,TH", "08:00", "15:30"), ("FR", "08:00", "11:00")), 6),
    ((("TU,TH", "09:00", "14:00"),), 6), ((("WE,SA", "10:00", "14:00"),), 4),
    ((("", "16:00", "08:00"),), 4), ((("FR,SA", "20:00", "04:00"), ("SU", "06:00", "10:00")), 3),
    ((("MO", "22:00", "06:00"), ("TU", "08:00", "16:00")), 2), ((("", "16:00", "24:00"),), 2),
    ((("SU", "09:00", "12:00"),), 2), ((("SA,SU", "00:00", "24:00"),), 2),
)  # fmt: skip
_LANGUAGES = (
    ("id", 46), ("id su", 12), ("id en", 12), ("id jv", 9), ("id jv su", 5), ("id tet", 3),
    ("id inl", 4), ("id en zh", 1), ("id en zh tl vi ar", 1), ("", 3),
)  # fmt: skip
_PROMISES = ((30, 20), (60, 19), (120, 15), (240, 10), (480, 8), (20, 8), (15, 7), (None, 13))
_TYPES = ("UPTD", "PPT", "NGO", "DSOS", "POL", "SHL", "BP3MI", "OBH", "RPTC", "LPSK")
_SIZES = ((1, 23), (2, 32), (3, 17), (4, 7), (5, 5), (9, 1), (14, 1))


@dataclass
class Registry:
    """Rows by table, ready to be inserted; `services` is how many were asked for."""

    services: int
    made_at: datetime
    rows: dict[type[Any], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def insert(self, *, with_index: bool = True) -> None:
        """Write all rows in the transaction that is open. Without the index find sees nothing."""
        for model in _ORDER:
            rows = self.rows[model]
            if rows and (with_index or model is not FindEntry):
                table = model.__table__
                assert isinstance(table, Table)
                db.session.execute(table.insert(), rows)
        if with_index:
            note_changed(row["offer_id"] for row in self.rows[FindEntry])


_ORDER: tuple[type[Any], ...] = (
    Place, Agency, Service, ServiceNeed, ServiceArea, Language, Location, Offer, Schedule, Pool,
    Phone, FindEntry,
)  # fmt: skip


def make(services: int, *, seed: int = 1, made_at: datetime = MADE_AT) -> Registry:
    """A registry of so many services; pools were last said up to some weeks before `made_at`."""
    maker = _Maker(Random(seed), Registry(services, made_at))
    maker.gazetteer()
    while len(maker.rows[Service]) < services:
        maker.agency()
    maker.settle()
    return maker.registry


def some_point(random: Random, city: City | None = None) -> tuple[float, float]:
    """A point where somebody may live: around a city with a long tail, sometimes in the country."""
    if city is None and random.random() < 0.12:
        city = random.choice(CITIES)  # the country around any city, however small
        spread = 90.0
    else:
        city = city or _weighted(random, _BY_PEOPLE)
        spread = 3.0 * math.sqrt(city.people / 1000)
    distance = min(spread * (random.paretovariate(1.6) - 0.9), 400.0)
    angle = random.uniform(0, 2 * math.pi)
    latitude = city.latitude + distance * math.cos(angle) / 110.6
    longitude = city.longitude + distance * math.sin(angle) / 110.6
    return (round(latitude, 6), round(longitude, 6))


def _weighted(random: Random, choices: Sequence[tuple[T, int]]) -> T:
    weights = [weight for _, weight in choices]
    return random.choices([choice for choice, _ in choices], weights)[0]


_BY_PEOPLE = [(city, city.people) for city in CITIES]


class _Maker:
    """Makes rows, table by table; `random` decides everything."""

    def __init__(self, random: Random, registry: Registry) -> None:
        self.random = random
        self.registry = registry
        self.rows = registry.rows
        self._count = 0

    # --- small helps

    def _id(self) -> uuid.UUID:
        """Rising, as UUIDv7 are, and the same for the same seed."""
        self._count += 1
        tail = 0x7000_8000_0000_0000_0000 | self.random.getrandbits(48)
        return uuid.UUID(int=(0x019A_0000_0000 + self._count) << 80 | tail)

    def _add(self, model: type[Any], **facts: Any) -> Row:
        self.rows[model].append(facts)
        return facts

    def _pick(self, choices: Sequence[tuple[T, int]]) -> T:
        return _weighted(self.random, choices)

    def _yes(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def _fact(self, shares: tuple[int, int]) -> bool | None:
        drawn = self.random.random() * 100
        if drawn < shares[0]:
            return True
        return False if drawn < sum(shares) else None

    def _kept(self) -> Row:
        return {
            "made_at": self.registry.made_at, "changed_at": self.registry.made_at, "extra": {},
        }  # fmt: skip

    # --- the gazetteer

    def gazetteer(self) -> None:
        """Provinces, a regency for each city, and its districts around the centre."""
        for code in sorted({city.code[:2] for city in CITIES}):
            first = next(city for city in CITIES if city.code.startswith(code))
            self._place(code, PlaceLevel.PROVINCE, first.name, (first.latitude, first.longitude))
        for city in CITIES:
            self._place(city.code, PlaceLevel.REGENCY, city.name, (city.latitude, city.longitude))
            for number in range(1, DISTRICTS + 1):
                name = f"{city.name} {number}"
                code = f"{city.code}.{number:02d}"
                self._place(code, PlaceLevel.DISTRICT, name, some_point(self.random, city))

    def _place(self, code: str, level: PlaceLevel, name: str, point: tuple[float, float]) -> None:
        self._add(
            Place,
            code=code,
            level=level,
            name=name,
            latitude=point[0],
            longitude=point[1],
            parent_code=code.rpartition(".")[0] or None,
        )

    # --- agencies and their services

    def agency(self) -> None:
        """An agency in a city, its services, places and phones."""
        city = self._pick(_BY_PEOPLE)
        number = len(self.rows[Agency]) + 1
        agency = self._add(
            Agency,
            id=self._id(),
            key=f"agency-{number}",
            name=f"Lembaga Contoh {number} {city.name}",
            type=self.random.choice(_TYPES),
            status=self._status(0.5),
            promised_response_minutes=self._pick(_PROMISES),
            tier=0,
            is_sample=True,
            source="synthetic",
            **self._kept(),
        )
        self._phone(agency_id=agency["id"])
        places = [self._location(city, roof=False) for _ in range(self._pick(((1, 7), (2, 3))))]
        for _ in range(self._pick(_SIZES)):
            if len(self.rows[Service]) < self.registry.services:
                self._service(agency, city, places)

    def _status(self, percent: float) -> Status:
        if self._yes(percent):
            return self.random.choice((Status.INACTIVE, Status.DEFUNCT))
        return Status.TEMPORARILY_CLOSED if self._yes(percent) else Status.ACTIVE

    def _phone(self, *, agency_id: uuid.UUID) -> None:
        for position in range(self.random.randint(1, 2)):
            self._add(
                Phone,
                id=self._id(),
                agency_id=agency_id,
                position=position,
                number=f"021-555{self.random.randint(0, 9999):04d}",
                kind=PhoneKind.WHATSAPP if position else PhoneKind.VOICE,
            )

    def _service(self, agency: Row, city: City, places: list[Row]) -> None:
        roof = self._yes(16)
        number = len(self.rows[Service]) + 1
        low, high = self._pick(_ROOF_AGES if roof else _OTHER_AGES)
        service = self._add(
            Service,
            id=self._id(),
            key=f"service-{number}",
            agency_id=agency["id"],
            name=f"Layanan Contoh {number}",
            status=self._status(1.0),
            minimum_age=low,
            maximum_age=high,
            oldest_boy=self._oldest_boy() if roof else None,
            longest_stay_days=self._stay() if roof else None,
            **{name: self._fact(shares[0 if roof else 1]) for name, shares in _FACTS.items()},
            **self._kept(),
        )
        needs = self._pick(_ROOF_NEEDS if roof else _OTHER_NEEDS).split()
        for position, need in enumerate(needs):
            self._add(ServiceNeed, service_id=service["id"], need=need, position=position)
        self._areas(service, city)
        self._languages(service)
        if self._yes(25):
            self._schedules(service_id=service["id"])
        self._offers(service, needs, roof, city, places)

    def _oldest_boy(self) -> int | None:
        return self.random.choice((0, 5, 7, 9, 10, 12, 17)) if self._yes(45) else None

    def _stay(self) -> int | None:
        return self.random.choice((5, 7, 7, 10, 14, 14, 21, 30, 30, 60, 90, 180, None))

    def _areas(self, service: Row, city: City) -> None:
        if not self._yes(27):
            return
        district = f"{city.code}.{self.random.randint(1, DISTRICTS):02d}"
        codes: tuple[str | None, ...] = self._pick(
            ((("ID",), 9), ((city.code[:2],), 9), ((city.code,), 20), ((district, city.code), 3),
             ((district,), 4), ((city.code, "32.71", "31.71"), 3), ((None,), 2))
        )  # fmt: skip
        for position, code in enumerate(codes):
            name = None if code else "menurut perjanjian"
            self._add(
                ServiceArea,
                id=self._id(),
                service_id=service["id"],
                position=position,
                code=code,
                name=name,
            )

    def _languages(self, service: Row) -> None:
        for position, code in enumerate(self._pick(_LANGUAGES).split()):
            self._add(
                Language,
                id=self._id(),
                service_id=service["id"],
                code=code,
                by_interpreter=position > 1,
            )

    # --- places and hours

    def _location(self, city: City, *, roof: bool) -> Row:
        shares = ((0, 30), (1, 45), (2, 25)) if roof else ((0, 92), (1, 6), (2, 2))
        tier = self._pick(shares)
        virtual = not roof and self._yes(7)
        point = None if virtual or self._yes(0.5) else some_point(self.random, self._near(city))
        if point and tier == 2:
            point = published_centre(point)
        location = self._add(
            Location,
            id=self._id(),
            key=f"location-{len(self.rows[Location]) + 1}",
            type=LocationType.VIRTUAL if virtual else LocationType.PHYSICAL,
            tier=tier,
            latitude=point[0] if point else None,
            longitude=point[1] if point else None,
            precision=None if not point else Precision.HIDDEN if tier == 2 else Precision.POINT,
            address=None if tier == 2 or virtual else "Jl. Contoh No. 1",
            district=f"{city.name} 1",
            city=city.name,
            area_code=f"{city.code}.01",
            timezone=city.timezone,
            **self._kept(),
        )
        if self._yes(70):
            self._schedules(location_id=location["id"])
        return location

    def _near(self, city: City) -> City | None:
        # Most places are in the agency's own city, some anywhere.
        return None if self._yes(12) else city

    def _schedules(
        self,
        *,
        service_id: uuid.UUID | None = None,
        location_id: uuid.UUID | None = None,
        offer_id: uuid.UUID | None = None,
    ) -> None:
        rule = self._pick(((HolidayRule.CLOSED, 54), (HolidayRule.OPEN, 35), (None, 11)))
        freq = "MONTHLY" if self._yes(1) else "WEEKLY"
        season = (date(2026, 1, 1), date(2026, 11, 27)) if self._yes(2) else (None, None)
        for position, (days, opens, closes) in enumerate(self._pick(_HOURS)):
            self._add(
                Schedule,
                id=self._id(),
                service_id=service_id,
                location_id=location_id,
                offer_id=offer_id,
                position=position,
                valid_from=season[0],
                valid_to=season[1],
                freq=freq,
                byday=days or None,
                opens_at=opens,
                closes_at=closes,
                on_holidays=rule,
                **self._kept(),
            )

    # --- offers, pools, the index

    def _offers(
        self, service: Row, needs: list[str], roof: bool, city: City, places: list[Row]
    ) -> None:
        at = [self._location(city, roof=True)] if roof else [self.random.choice(places)]
        if self._yes(10):
            at.append(self._location(city, roof=roof))
        for location in at:
            offer = self._add(
                Offer,
                id=self._id(),
                service_id=service["id"],
                location_id=location["id"],
                verified_at=date(2026, 1, 1) + timedelta(days=self.random.randint(0, 320)),
                revision=0,
                **{name: self._fact(shares) for name, shares in _ACCESS.items()},
                **self._kept(),
            )
            if self._yes(10):
                self._schedules(offer_id=offer["id"])
            if roof and self._yes(95):
                self._pools(service, offer)

    def _pools(self, service: Row, offer: Row) -> None:
        age_of_figure = timedelta(minutes=self.random.randint(1, 23 * 60))
        if self._yes(30):
            age_of_figure *= self.random.randint(2, 40)
        for position in range(self._pick(((1, 6), (2, 3), (3, 1)))):
            capacity = self.random.randint(1, 20)
            occupied = self.random.randint(0, capacity)
            held = min(self.random.choice((0, 0, 0, 1, 2)), capacity - occupied)
            low, high = self._pick(
                (((0, 120), 3), ((18, 120), 6), ((6, 17), 2), ((15, 120), 1), ((18, 59), 1))
            )
            self._add(
                Pool,
                id=self._id(),
                offer_id=offer["id"],
                position=position,
                label=f"Kamar {position + 1}",
                sex=self._pool_sex(service),
                minimum_age=low,
                maximum_age=high,
                unit=self._pick(((PoolUnit.PERSON, 7), (PoolUnit.FAMILY, 2), (PoolUnit.ROOM, 1))),
                capacity=capacity,
                occupied=occupied,
                held=held,
                closed=self.random.choice((0, 0, 0, 1)) if occupied + held < capacity else 0,
                said_at=self.registry.made_at - age_of_figure,
            )

    def _pool_sex(self, service: Row) -> PoolSex:
        if service["takes_male"] and self._yes(50):
            return PoolSex.MALE
        return PoolSex.FEMALE if self._yes(75) else PoolSex.ANY

    def settle(self) -> None:
        """What follows from the rest: the agencies' tiers and find's index."""
        services = {row["id"]: row for row in self.rows[Service]}
        agencies = {row["id"]: row for row in self.rows[Agency]}
        locations = {row["id"]: row for row in self.rows[Location]}
        needs = defaultdict(list)
        for link in self.rows[ServiceNeed]:
            needs[link["service_id"]].append(link["need"])
        tiers: dict[uuid.UUID, int] = {}
        cells = {key: _cell(location) for key, location in locations.items()}
        running = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
        for offer in self.rows[Offer]:
            service, location = services[offer["service_id"]], locations[offer["location_id"]]
            agency = agencies[service["agency_id"]]
            tiers[agency["id"]] = min(tiers.get(agency["id"], 2), location["tier"])
            offer["revision"] = 1
            if service["status"] in running and agency["status"] in running:
                for need in needs[service["id"]]:
                    self._entry(need, cells[location["id"]], offer, location)
        for agency in agencies.values():
            agency["tier"] = tiers.get(agency["id"], 0)
        self.rows[FindEntry].sort(key=lambda row: (row["need"], row["cell"], row["offer_id"]))

    def _entry(self, need: str, cell: int, offer: Row, location: Row) -> None:
        self._add(
            FindEntry,
            need=need,
            cell=cell,
            offer_id=offer["id"],
            tier=location["tier"],
            latitude=location["latitude"],
            longitude=location["longitude"],
            revision=offer["revision"],
        )


def _cell(location: Row) -> int:
    if location["type"] is LocationType.VIRTUAL:
        return BY_PHONE
    if location["latitude"] is None:
        return SOMEWHERE
    return cell_of((location["latitude"], location["longitude"]))


class Asked(NamedTuple):
    """A question as `find.ask` takes it."""

    question: Question
    origin: tuple[float, float] | None
    limit: int
    tier: Tier


_ROOFS = ("S1", "S2", "S3", "S4", "S5")
_OTHERS = tuple(need for need in all_needs() if need not in _ROOFS)
# The sea, the ends of the earth and the other side of it.
FAR_POINTS = (
    (-6.0, 110.0), (-9.5, 104.0), (2.0, 131.0), (35.68, 139.77), (52.37, 4.90), (0.0, 0.0),
    (-43.5, 172.6), (64.15, -21.94), (6.0, -75.0), (10.0, 179.99), (-10.0, -179.99),
    (90.0, 0.0), (-90.0, 0.0), (89.9, 120.0),
)  # fmt: skip
# National holidays, days of cuti bersama, the days around them, and a Sunday.
DAYS = (
    date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1),
    date(2027, 3, 8), date(2027, 3, 9), date(2027, 3, 11), date(2027, 3, 13),
    date(2026, 11, 22), date(2026, 8, 17),
)  # fmt: skip


def questions(
    count: int,
    *,
    seed: int,
    now: datetime = MADE_AT,
    points: Sequence[tuple[float, float]] = (),
    codes: Sequence[str] = (),
) -> list[Asked]:
    """Questions with every filter: known and unknown facts, any place, any hour.

    `points` are services' own places, where somebody may stand; `codes` are districts.
    """
    random = Random(seed)
    return [_asked(random, now, points, codes) for _ in range(count)]


def _asked(
    random: Random,
    now: datetime,
    points: Sequence[tuple[float, float]],
    codes: Sequence[str],
) -> Asked:
    at = _moment(random, now)
    question = Question(
        needs=_needs(random),
        person=_person(random),
        at=at or now,
        now=now,
        urgency=random.choice(list(Urgency)),
        at_was_given=at is not None,
        origin_area=random.choice(codes) if codes and random.random() < 0.2 else None,
        beds_fresh_for=timedelta(hours=_weighted(random, ((24, 8), (1, 1), (72, 1), (720, 1)))),
    )
    tier = Tier(_weighted(random, ((0, 3), (1, 3), (2, 4))))
    limit = _weighted(random, ((10, 5), (1, 1), (random.randint(1, 50), 4), (50, 1)))
    return Asked(question, _origin(random, points), limit, tier)


def _needs(random: Random) -> tuple[str, ...]:
    if random.random() < 0.35:
        return (random.choice(_ROOFS),)
    count = _weighted(random, ((1, 12), (2, 6), (3, 3), (6, 1), (10, 1)))
    needs = random.sample(_OTHERS, count)
    if random.random() < 0.25:
        needs = [*needs[:8], *random.sample(_ROOFS, random.randint(1, 2))]
    random.shuffle(needs)
    return tuple(needs)


def _person(random: Random) -> Person:
    def known(percent: int) -> bool:
        return random.random() * 100 < percent

    kinds = _weighted(random, ((0, 7), (1, 2), (2, 1))) if known(60) else 0
    return Person(
        sex=_weighted(random, ((Sex.FEMALE, 6), (Sex.MALE, 3), (Sex.OTHER, 1)))
        if known(85)
        else None,
        age=_weighted(random, ((random.randint(0, 90), 3), (random.randint(14, 22), 2)))
        if known(75)
        else None,
        age_certainty=random.choice(list(Certainty)),
        children=tuple(_child(random) for _ in range(random.randint(1, 4))) if known(25) else (),
        disability=tuple(random.sample(list(Disability), kinds)),
        languages=tuple(random.sample(("id", "su", "jv", "en", "inl", "tet", "tl"), 2))
        if known(35)
        else (),
        nationality=random.choice(("ID", "ID", "PH", "XX")) if known(40) else None,
        id_document=random.choice((True, False)) if known(40) else None,
    )


def _child(random: Random) -> Child:
    return Child(random.choice((Sex.MALE, Sex.FEMALE)), random.randint(0, 17))


def _moment(random: Random, now: datetime) -> datetime | None:
    drawn = random.random()
    if drawn < 0.6:
        return None
    if drawn < 0.8:
        return now + timedelta(minutes=random.randint(-10_000, 30_000))
    zone = ZoneInfo(random.choice((_WIB, _WITA, _WIT, "UTC", "Europe/Amsterdam")))
    hour, minute = random.randint(0, 23), random.choice((0, 0, 30, 59))
    return datetime.combine(random.choice(DAYS), time(hour, minute), zone)


def _origin(random: Random, points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    drawn = random.random()
    if drawn < 0.08:
        return None
    if drawn < 0.2 and points:
        return random.choice(points)
    return random.choice(FAR_POINTS) if drawn < 0.32 else some_point(random)
