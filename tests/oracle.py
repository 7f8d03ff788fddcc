"""Find, read once more from design.md §5 and domain.md, by brute force over the whole registry.

It shares nothing with `agencies.rules` but the question itself: no rule, no order, no index, no
cache, no hours. Every offer in the tables is judged by plain array arithmetic; distances are
bounded by haversines, and geopy's geodesic decides among the finalists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from geopy.distance import geodesic
from numpy.typing import NDArray
from sqlalchemy import select

from agencies.models import (
    Agency,
    Language,
    Location,
    Offer,
    Pool,
    Schedule,
    Service,
    ServiceArea,
    ServiceNeed,
)
from agencies.queries.find import Answer, Entry
from agencies.rules.person import Person
from agencies.rules.question import Question
from core.db import db

Array = NDArray[Any]

ROOF = ("S1", "S2", "S3", "S4", "S5")
TONIGHT = ("S1", "S3", "S4", "S5")  # S2 is a home for longer
IN_SERVICE = ("active", "temporarily closed")
YES, NO, UNKNOWN = 1, 0, -1
FIT, ASK, FAIL, SILENT = 0, 1, 2, 3
NOWHERE, PHONE = np.inf, 0.0
REACH = 50.0
LATE = 10**6  # no figure, no promise: after everybody who has one
# A sphere is never more than 0.56 % wrong about the ellipsoid.
DOUBT = 0.007
FACTS = (
    "takes_female", "takes_male", "takes_boys", "takes_other", "takes_children",
    "takes_foreigners", "takes_without_id", "night_intake", "needs_letter",
)  # fmt: skip
NUMBERS = ("minimum_age", "maximum_age", "oldest_boy", "longest_stay_days")
POSITION = ("latitude", "longitude")
ACCESS = ("mobility", "hearing", "sight", "intellectual", "psychosocial")


class Said(NamedTuple):
    """One offer of an answer: its distance as shown, and the names of the rules by verdict."""

    offer: str
    distance: float | None
    fits: frozenset[str]
    asks: frozenset[str]
    fails: frozenset[str]
    is_open: bool | None


@dataclass(frozen=True)
class Expected:
    """What find must answer."""

    results: tuple[Said, ...]
    near_misses: tuple[Said, ...]
    uncovered: tuple[str, ...]


class Hours(NamedTuple):
    """The schedule rows that hold for an offer, and its time zone."""

    rows: tuple[tuple[Any, ...], ...]
    timezone: str


class Oracle:
    """The registry as arrays, one entry for each offer."""

    def __init__(self) -> None:
        """Read everything from the tables of the open session."""
        columns = (
            Offer.id.label("offer"),
            Service.id.label("service"),
            Location.id.label("location"),
            Service.status.label("status"),
            Agency.status.label("agency_status"),
            Agency.promised_response_minutes.label("promise"),
            *(getattr(Service, name) for name in (*FACTS, *NUMBERS)),
            *(getattr(Offer, f"access_{kind}") for kind in ACCESS),
            *(getattr(Location, name) for name in ("tier", "type", "timezone", *POSITION)),
        )
        rows = db.session.execute(
            select(*columns)
            .join(Service, Offer.service_id == Service.id)
            .join(Location, Offer.location_id == Location.id)
            .join(Agency, Service.agency_id == Agency.id)
        ).all()
        self.size = len(rows)
        self.ids = np.array([row.offer.hex for row in rows], dtype=object)
        self._read_facts(rows)
        at_service = [row.service for row in rows]
        self._read_needs(at_service)
        self._read_areas_and_languages(at_service)
        self._read_pools({row.offer: index for index, row in enumerate(rows)})
        self._read_hours([(r.offer, r.location, r.service, r.timezone) for r in rows])

    # --- reading

    def _read_facts(self, rows: Sequence[Any]) -> None:
        self.fact = {name: _facts(getattr(row, name) for row in rows) for name in FACTS}
        self.access = {
            kind: _facts(getattr(row, f"access_{kind}") for row in rows) for kind in ACCESS
        }
        self.number = {name: _numbers(getattr(row, name) for row in rows) for name in NUMBERS}
        self.promise = _numbers(row.promise for row in rows)
        self.tier = np.array([row.tier for row in rows], dtype=int)
        self.by_phone = np.array([row.type == "virtual" for row in rows], dtype=bool)
        self.latitude, self.longitude = (
            _numbers(getattr(row, name) for row in rows) for name in POSITION
        )
        states = [(row.status, row.agency_status) for row in rows]
        self.in_service = np.array(
            [all(state in IN_SERVICE for state in both) for both in states], dtype=bool
        )
        self.closed = np.array(["temporarily closed" in both for both in states], dtype=bool)

    def _read_needs(self, at_service: Sequence[Any]) -> None:
        by_service = _grouped(select(ServiceNeed.service_id, ServiceNeed.need))
        self.needs = [frozenset(by_service[service]) for service in at_service]
        codes = sorted({code for needs in self.needs for code in needs})
        self.meets = {
            code: np.array([code in needs for needs in self.needs], dtype=bool) for code in codes
        }

    def _read_areas_and_languages(self, at_service: Sequence[Any]) -> None:
        areas = _grouped(
            select(ServiceArea.service_id, ServiceArea.code).where(ServiceArea.code.is_not(None))
        )
        self.areas, self.area_of = _distinct(tuple(sorted(areas[s])) for s in at_service)
        spoken = _grouped(select(Language.service_id, Language.code))
        self.speaks = [frozenset(spoken[service]) for service in at_service]

    def _read_pools(self, at_offer: dict[Any, int]) -> None:
        pools = db.session.execute(select(*Pool.__table__.columns)).all()
        self.pool_of = np.array([at_offer[pool.offer_id] for pool in pools], dtype=int)
        self.pool_sex = np.array([pool.sex.value for pool in pools], dtype=object)
        self.pool_low = np.array([pool.minimum_age for pool in pools], dtype=int)
        self.pool_high = np.array([pool.maximum_age for pool in pools], dtype=int)
        self.pool_unit = np.array([pool.unit.value for pool in pools], dtype=object)
        self.pool_free = np.array(
            [p.capacity - p.occupied - p.held - p.closed for p in pools], dtype=int
        )
        self.pool_said = np.array([pool.said_at.timestamp() for pool in pools], dtype=float)

    def _read_hours(self, keys: Sequence[tuple[Any, Any, Any, str]]) -> None:
        rows: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        wanted = select(*Schedule.__table__.columns).order_by(Schedule.position)
        for row in db.session.execute(wanted):
            owner = row.offer_id or row.location_id or row.service_id
            rows[owner].append(
                (row.freq, row.interval, row.byday, row.opens_at, row.closes_at,
                 row.on_holidays and row.on_holidays.value, row.valid_from, row.valid_to)
            )  # fmt: skip
        self.hours, self.hours_of = _distinct(
            Hours(tuple(rows.get(offer) or rows.get(place) or rows.get(service) or ()), zone)
            for offer, place, service, zone in keys
        )

    @property
    def knows_facts(self) -> bool:
        """Whether any service states whom it takes."""
        return any((fact != UNKNOWN).any() for fact in self.fact.values())

    # --- answering

    def answer(
        self,
        question: Question,
        origin: tuple[float, float] | None,
        *,
        limit: int,
        tier: int,
        area_at: Callable[[float, float], str | None],
    ) -> Expected:
        """The whole answer. `area_at` says in which district a point lies."""
        wanted = [ROOF if need in ROOF else (need,) for need in question.needs]
        met = [self._meets_any(codes) for codes in wanted]
        at = np.flatnonzero(np.any(met, axis=0) & self.in_service & (self.tier <= tier))
        area = question.origin_area or (area_at(*origin) if origin else None)
        verdicts = {name: v[at] for name, v in self._verdicts(question, area).items()}
        failed = sum((v == FAIL).astype(int) for v in verdicts.values())
        must_ask = np.any([v == ASK for v in verdicts.values()], axis=0)
        race = _Race(
            self, question, origin, at,
            needs_met=np.sum(met, axis=0)[at],
            sure=(failed == 0) & ~must_ask,
        )  # fmt: skip
        winners = race.first(np.flatnonzero(failed == 0), limit, NOWHERE)
        horizon = NOWHERE
        if len(winners) == limit:
            horizon = max(10.0, *(race.shown(i) for i in winners))
        most = max(5, limit - len(winners))
        misses = race.first(np.flatnonzero(failed == 1), most, horizon)
        covered = frozenset().union(*(self.needs[at[i]] for i in winners))
        instant = question.at

        def said(i: int) -> Said:
            fits, asks, fails = (
                frozenset(name for name, v in verdicts.items() if v[i] == verdict)
                for verdict in (FIT, ASK, FAIL)
            )
            opened = is_open_at(self.hours[self.hours_of[at[i]]], instant)
            return Said(self.ids[at[i]], race.distance(i), fits, asks, fails, opened)

        return Expected(
            results=tuple(said(i) for i in winners),
            near_misses=tuple(said(i) for i in misses),
            uncovered=tuple(
                need
                for need, codes in zip(question.needs, wanted, strict=True)
                if not covered.intersection(codes)
            ),
        )

    def _meets_any(self, codes: Iterable[str]) -> Array:
        found = np.zeros(self.size, dtype=bool)
        for code in codes:
            found |= self.meets.get(code, False)
        return found

    def _verdicts(self, question: Question, area: str | None) -> dict[str, Array]:
        """What each rule that the question calls for says of each offer."""
        emergency = question.urgency.value == "emergency"
        found = {
            "running": np.where(self.closed, FAIL, SILENT),
            "area": np.array([_area(a, area) for a in self.areas])[self.area_of],
            **self._on_the_person(question.person),
        }
        if asks_for_roof(question):
            roof = self._meets_any(ROOF)
            for name, verdict in self._on_staying(question, emergency).items():
                found[name] = np.where(roof, verdict, SILENT)
        if emergency or question.at_was_given:
            found["hours"] = self._hours(question.at)
        return found

    def _on_the_person(self, person: Person) -> dict[str, Array]:
        found = {}
        if person.sex is not None:
            found["sex"] = _yes_no(self._sex_fact(person))
        if person.age is not None:
            found["age"] = self._age(person)
        if person.disability:
            kinds = [_yes_no(self.access[kind.value]) for kind in person.disability]
            found["disability"] = np.max(kinds, axis=0)
        if person.nationality not in (None, "ID"):
            found["nationality"] = _yes_no(self.fact["takes_foreigners"])
        if person.id_document is False:
            found["identity"] = _yes_no(self.fact["takes_without_id"])
        return found

    def _on_staying(self, question: Question, emergency: bool) -> dict[str, Array]:
        person = question.person
        found = {"place": self._place(question)}
        if person.children or "S4" in question.needs:
            found["children"] = _yes_no(self.fact["takes_children"])
        if _oldest_boy(person) is not None:
            found["boys"] = self._boys(person)
        if emergency and any(need in TONIGHT for need in question.needs):
            found["at_once"] = self._at_once()
        if "S2" in question.needs:
            found["stay"] = self._stay()
        return found

    def _sex_fact(self, person: Person) -> Array:
        if person.sex == "female":
            return self.fact["takes_female"]
        if person.sex == "other":
            return self.fact["takes_other"]
        ages, boys, men = _ages(person), self.fact["takes_boys"], self.fact["takes_male"]
        as_boys = np.where(boys != UNKNOWN, boys, men)
        if ages is None:  # man or boy? Sure only where both are answered alike
            return np.where(men == as_boys, men, UNKNOWN)
        return as_boys if ages[0] < 18 else men

    def _age(self, person: Person) -> Array:
        youngest, oldest = _ages(person) or (0, 0)
        # Unknown limits are NaN, with which every comparison is false.
        low, high = self.number["minimum_age"], self.number["maximum_age"]
        outside = (oldest < low) | (youngest > high)
        inside = (low <= youngest) & (oldest <= high)
        return np.select([outside, inside], [FAIL, FIT], ASK)

    def _boys(self, person: Person) -> Array:
        limit = self.number["oldest_boy"]
        verdict = np.select([np.isnan(limit), limit >= _oldest_boy(person)], [ASK, FIT], FAIL)
        # Where no child is admitted at all that has been said already.
        return np.where(self.fact["takes_children"] == NO, SILENT, verdict)

    def _at_once(self) -> Array:
        letter = self.fact["needs_letter"]
        verdict = np.select([letter == UNKNOWN, letter == YES], [ASK, FAIL], FIT)
        return np.where(self._meets_any(TONIGHT), SILENT, verdict)

    def _stay(self) -> Array:
        home, days = self._meets_any(("S2",)), self.number["longest_stay_days"]
        return np.select([home | (days >= 14), np.isnan(days)], [FIT, ASK], FAIL)

    def _usable(self, person: Person) -> Array:
        """The pools that this person may use."""
        usable = np.ones(len(self.pool_of), dtype=bool)
        if person.sex is not None:
            usable &= (self.pool_sex == "any") | (self.pool_sex == person.sex.value)
        ages = _ages(person)
        if ages is not None:
            usable &= (ages[1] >= self.pool_low) & (ages[0] <= self.pool_high)
        if not person.children:
            usable &= self.pool_unit != "family"
        return usable

    def _place(self, question: Question) -> Array:
        usable = self._usable(question.person)
        oldest = question.now.timestamp() - question.beds_fresh_for.total_seconds()
        fresh = usable & (self.pool_said >= oldest)
        party = 1 + len(question.person.children)
        enough = self.pool_free >= np.where(self.pool_unit == "person", party, 1)
        return np.select(
            [
                self._offers_with(fresh & enough),
                self._offers_with(usable & ~fresh) | ~self._offers_with(np.ones_like(usable)),
            ],
            [FIT, ASK],
            FAIL,
        )

    def _offers_with(self, pools: Array) -> Array:
        return np.bincount(self.pool_of[pools], minlength=self.size) > 0

    def figure_age(self, question: Question) -> Array:
        """Whole hours since the oldest of the figures that count for this person."""
        usable = self._usable(question.person)
        oldest = np.full(self.size, np.inf)
        np.minimum.at(oldest, self.pool_of[usable], self.pool_said[usable])
        hours = np.floor((question.now.timestamp() - oldest) / 3600)
        return np.where(np.isinf(oldest), LATE, np.maximum(hours, 0))

    def _hours(self, at: datetime) -> Array:
        opened = _facts(is_open_at(hours, at) for hours in self.hours)[self.hours_of]
        nights = np.array([_is_night(at, hours.timezone) for hours in self.hours])[self.hours_of]
        at_night = nights & (self.fact["night_intake"] == YES)
        return np.select([(opened == YES) | at_night, opened == UNKNOWN], [FIT, ASK], FAIL)


class _Race:
    """Orders candidates; distances are bounded for all and measured for those who may win."""

    def __init__(
        self,
        oracle: Oracle,
        question: Question,
        origin: tuple[float, float] | None,
        at: Array,
        *,
        needs_met: Array,
        sure: Array,
    ) -> None:
        self._oracle, self._origin, self._at = oracle, origin, at
        self._question, self._needs_met, self._sure = question, needs_met, sure
        self._measured: dict[int, float] = {}
        spot = np.stack([oracle.latitude[at], oracle.longitude[at]])
        exact = np.where(np.isnan(spot[0]), NOWHERE, np.nan)
        exact[oracle.by_phone[at]] = PHONE
        if origin is None:
            exact[:] = 0.0  # without a place nothing is nearer than another
        self._exact = exact
        known = ~np.isnan(exact)
        about = _haversine(origin or (0.0, 0.0), spot)
        self._least = np.where(known, exact, about * (1 - DOUBT) - 0.06)
        self._most = np.where(known, exact, about * (1 + DOUBT) + 0.06)
        if asks_for_roof(question):
            self._figures = oracle.figure_age(question)
        else:
            self._figures = np.zeros(oracle.size)

    def shown(self, i: int) -> float:
        """The distance that orders: to 0.1 km, as shown."""
        if not np.isnan(self._exact[i]):
            return float(self._exact[i])
        if i not in self._measured:
            index = self._at[i]
            spot = (self._oracle.latitude[index], self._oracle.longitude[index])
            self._measured[i] = round(geodesic(self._origin, spot).km, 1)
        return self._measured[i]

    def distance(self, i: int) -> float | None:
        """The distance that is told; None for a voice on the phone and where it is not known."""
        return self.shown(i) if np.isnan(self._exact[i]) else None

    def first(self, among: Array, limit: int, horizon: float) -> list[int]:
        """The first of some, in order, no farther than the horizon."""
        among = among[self._least[among] <= horizon]
        worst = sorted(
            self._head(i, self._most[i]) for i in among if self._most[i] <= horizon
        )[:limit]  # fmt: skip
        finalists = [
            int(i)
            for i in among
            if len(worst) < limit or self._head(i, self._least[i]) <= worst[-1]
        ]
        near = [i for i in finalists if self.shown(i) <= horizon]
        return sorted(near, key=self._key)[:limit]

    def _head(self, i: int, distance: float) -> tuple[float, ...]:
        # Within reach whoever surely fits goes before whoever must be asked.
        first = self._sure[i] and distance <= REACH
        return (-self._needs_met[i], not first, distance)

    def _key(self, i: int) -> tuple[Any, ...]:
        index = self._at[i]
        promise = self._oracle.promise[index]
        missing = set(self._question.person.languages) - self._oracle.speaks[index]
        return (
            *self._head(i, self.shown(i)),
            self._figures[index],
            LATE if np.isnan(promise) else promise,
            len(missing),
            self._oracle.ids[index],
        )


def asks_for_roof(question: Question) -> bool:
    """Whether a place to stay is among the needs."""
    return any(need in ROOF for need in question.needs)


def as_told(answer: Answer) -> Expected:
    """An answer of find in the same shape."""

    def said(entry: Entry) -> Said:
        found = entry.judgement
        return Said(
            entry.candidate.offer_id,
            entry.distance_km,
            frozenset(found.fits),
            frozenset(found.asks),
            frozenset(found.fails),
            entry.openness.now,
        )

    return Expected(
        tuple(said(entry) for entry in answer.results),
        tuple(said(entry) for entry in answer.near_misses),
        answer.uncovered,
    )


# --- hours, straight from the schedule rows

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def is_open_at(hours: Hours, at: datetime) -> bool | None:
    """Open at an instant? A row's shift belongs to the day on which it begins."""
    if not hours.rows or not all(_is_weekly(row) for row in hours.rows):
        return None
    local = at.astimezone(ZoneInfo(hours.timezone)).replace(tzinfo=None)
    rule = next((row[5] for row in hours.rows if row[5]), None)
    verdicts = [
        _on_that_day(day, rule)
        for row in hours.rows
        for day in (local.date(), local.date() - timedelta(days=1))
        if _covers(row, day, local)
    ]
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _is_weekly(row: tuple[Any, ...]) -> bool:
    freq, interval, byday, opens, closes, *_ = row
    days = [day.strip() for day in (byday or "").split(",") if day.strip()]
    plain = freq in (None, "WEEKLY", "DAILY") and interval in (None, 1)
    return plain and bool(opens) and bool(closes) and all(day in _DAYS for day in days)


def _covers(row: tuple[Any, ...], day: date, local: datetime) -> bool:
    _, _, byday, opens, closes, _, first, last = row
    if byday and _DAYS[day.weekday()] not in byday:
        return False
    if (first and day < first) or (last and day > last):
        return False
    midnight = datetime.combine(day, datetime.min.time())
    begins, ends = midnight + _span(opens), midnight + _span(closes)
    if ends <= begins:
        ends += timedelta(days=1)
    return begins <= local < ends


def _span(time: str) -> timedelta:
    hours, minutes = time.split(":")[:2]
    return timedelta(hours=int(hours), minutes=int(minutes))


def _on_that_day(day: date, rule: str | None) -> bool | None:
    """On a holiday: what was said of holidays; else yes."""
    if day not in _free_days(day.year):
        return True
    return {"open": True, "closed": False}.get(rule or "")


@cache
def _free_days(year: int) -> frozenset[date]:
    return frozenset(
        holidays.country_holidays("ID", years=year, categories=("public", "government"))
    )


def _is_night(at: datetime, timezone: str) -> bool:
    local = at.astimezone(ZoneInfo(timezone))
    return not (7 <= local.hour < 18) or local.weekday() in (5, 6)


# --- small things


def _facts(values: Iterable[bool | None]) -> Array:
    return np.array([UNKNOWN if v is None else int(v) for v in values], dtype=np.int8)


def _numbers(values: Iterable[float | None]) -> Array:
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def _grouped(query: Any) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for key, value in db.session.execute(query):
        found[key].append(value)
    return found


def _distinct(values: Iterable[Any]) -> tuple[list[Any], Array]:
    """The different values, and for each entry which one it is."""
    numbers: dict[Any, int] = {}
    which = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=int)
    return list(numbers), which


def _yes_no(facts: Array) -> Array:
    return np.select([facts == YES, facts == NO], [FIT, FAIL], ASK)


def _area(stated: tuple[str, ...], area: str | None) -> int:
    if not stated or "ID" in stated or area is None:
        return SILENT
    parts = area.split(".")
    around = {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return FIT if around.intersection(stated) else FAIL


def _ages(person: Person) -> tuple[int, int] | None:
    """The ages that the person may have; an estimate that may be a child's is a child's."""
    if person.age is None:
        return None
    if person.age_certainty.value != "estimated":
        return person.age, person.age
    low, high = max(person.age - 2, 0), min(person.age + 2, 120)
    return (low, 17) if low < 18 and high > 17 else (low, high)


def _oldest_boy(person: Person) -> int | None:
    ages = [child.age for child in person.children if child.sex.value == "male"]
    return max(ages) if ages else None


def _haversine(origin: tuple[float, float], spots: Array) -> Array:
    lat1, lon1 = np.radians(origin)
    lat2, lon2 = np.radians(spots)
    half = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    radius: float = 6371.0088
    return np.asarray(2 * radius * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
