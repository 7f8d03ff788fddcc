"""Nights without an emergency place (indicator 25): looked at by the worker, read by coordinators.

What counts as a place is find's own answer; here it is asked for again and compared.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Barrier, Thread

import pytest
import time_machine
from flask import Flask

from accounts.rules.rights import Role
from agencies.commands.beds import say_beds
from agencies.commands.index import refresh_offers
from agencies.commands.nights import forget_nights, keep_night
from agencies.models import NightsFree, NightsLooked, Offer, Status
from agencies.queries.find import ask
from agencies.queries.find.understand import Asked, understand
from agencies.queries.nights import free_now
from agencies.rules.needs import Urgency
from agencies.rules.nights import LOOKED_FOR, bit_of
from core.actors import OPERATOR, SYSTEM
from core.db import db, write, writing
from core.worker import one_round
from tests.factories import OFFICE, ROUND_THE_CLOCK, WELCOMES_ALL, make_offer
from tests.support.people import make_account, sign_in
from tests.synthetic import MADE_AT, make

pytestmark = pytest.mark.both_databases

EAST, SOUTH = "31.75.10", "31.74.01"
FIRST = datetime(2026, 11, 3, 15, 5, tzinfo=UTC)  # 22:05 in Jakarta
DAY = timedelta(days=1)
CODE = "Nights without an emergency place"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The evening of 3 November."""
    with time_machine.travel(FIRST, tick=False) as traveller:
        yield traveller


class Coordinator:
    """Looks at the pages; signs in each time, for sessions end and nights are many."""

    def __init__(self, app: Flask) -> None:
        self._client, self._account = app.test_client(), make_account(Role.COORDINATOR, area="31")

    def reads(self, query: str = "") -> str:
        """What the file says of those nights; the page says the same."""
        sign_in(self._client, self._account)
        self._client.get("/?lang=en")
        rows = list(csv.reader(io.StringIO(self._get(f"indicators.csv?{query}"))))
        (row,) = (row for row in rows if row[2] == CODE)
        assert row[5] in self._get(f"indicators?{query}")
        if row[3]:
            assert row[5].startswith(f"{float(row[3]):.0f} of ")
        return row[5]

    def _get(self, page: str) -> str:
        answer = self._client.get(f"/network/{page}")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def there(app: Flask, clock: time_machine.Traveller) -> Coordinator:
    """Who reads the pages."""
    return Coordinator(app)


def shelter(area: str = EAST, needs: str = "S1", **more: object) -> Offer:
    """A house that takes in at any hour, with one place."""
    settings = {"beds": (1, 0), "hours": ROUND_THE_CLOCK, **more}
    return make_offer(needs=needs, location={"area_code": area}, **settings)  # type: ignore[arg-type]


def say(offer: Offer, occupied: int) -> None:
    """Its place is taken, or free, as of now."""
    db.session.rollback()
    write(say_beds, OPERATOR, db.session.get_one(Offer, offer.id).pools[0].id, occupied=occupied)


def test_nights_are_counted_by_agency_need_district_and_period(
    there: Coordinator, clock: time_machine.Traveller
) -> None:
    """One night with a place, one without; of each choice by itself."""
    house = shelter(needs="S1 S4")
    office = make_offer(needs="K1", location={"area_code": EAST})
    assert there.reads() == "not measured in this period"
    one_round()
    assert there.reads() == "0 of 1 nights"
    one_round()  # once a night
    assert there.reads() == "0 of 1 nights"
    clock.shift(DAY)
    say(house, 1)
    one_round()
    say(house, 0)  # too late
    one_round()
    assert there.reads() == "1 of 2 nights"
    assert there.reads("area=31.75") == there.reads(f"area={EAST}") == "1 of 2 nights"
    assert there.reads(f"area={SOUTH}") == "2 of 2 nights", "nobody is there at all"
    db.session.rollback()
    own, other = (db.session.get_one(Offer, one.id).service.agency_id for one in (house, office))
    assert there.reads(f"agency={own}") == "1 of 2 nights"
    assert there.reads(f"agency={other}") == "nothing to count", "it has no roof"
    assert there.reads("need=S1") == "1 of 2 nights"
    assert there.reads("need=S3") == "2 of 2 nights", "men: nobody said that they are taken"
    assert there.reads("need=K1") == there.reads("need=S2") == "nothing to count"


def test_the_quarter_and_the_year_are_told_apart(
    there: Coordinator, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night belongs to the period in which it begins."""
    monkeypatch.setattr(
        "maps.pages.common.published_periods", lambda: ("2027-Q1", "2026", "2026-Q4")
    )
    shelter(beds=(1, 1), said_hours_ago=0)
    for number, moment in enumerate(("2026-12-31T15:30", "2027-01-01T15:30", "2027-01-02T15:30")):
        clock.move_to(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        assert one_round(), number
    for period, words in (
        ("2026-Q4", "1 of 1 nights"),
        ("2026", "1 of 1 nights"),
        ("2027-Q1", "2 of 2 nights"),
    ):
        assert there.reads(f"period={period}") == words


def test_a_worker_that_was_away_looks_until_four(
    there: Coordinator, clock: time_machine.Traveller
) -> None:
    """Back at 3:59 it still looks at the night; what it never saw is no night without a place."""
    shelter()
    clock.move_to(FIRST + timedelta(hours=5, minutes=54))
    one_round()
    assert db.session.query(NightsLooked).one().nights == bit_of(date(2026, 11, 3))
    clock.move_to(FIRST + DAY + timedelta(hours=6))  # 4:05
    one_round()
    clock.move_to(FIRST + 2 * DAY - timedelta(minutes=6))  # 21:59
    one_round()
    assert there.reads() == "0 of 1 nights"


def test_a_house_that_closed_was_there_before(
    there: Coordinator, clock: time_machine.Traveller
) -> None:
    """What was true of a night stays true of it."""
    house = shelter()
    one_round()
    clock.shift(DAY)
    with writing():
        db.session.get_one(Offer, house.id).service.status = Status.INACTIVE
        refresh_offers([house.id])
    one_round()
    assert there.reads() == "1 of 2 nights"
    agency_id = db.session.get_one(Offer, house.id).service.agency_id
    assert there.reads(f"agency={agency_id}") == "1 of 2 nights"


@pytest.mark.usefixtures("app", "clock")
def test_only_whom_find_would_show_counts() -> None:
    """Old figures, unknown hours, a letter first, a house for a time closed: nobody to rely on."""
    night = shelter(hours=OFFICE, night_intake=True)
    shelter(said_hours_ago=25)
    shelter(hours=None)
    shelter(hours=OFFICE)
    shelter(needs="S2", needs_letter=True)
    shelter(beds=None)
    shelter(status=Status.TEMPORARILY_CLOSED)
    without_letter = shelter(needs="S2", needs_letter=False)
    family = shelter(needs="S4", **WELCOMES_ALL)
    free = free_now(beds_fresh_hours=24)
    assert set(free["S1"]) == {night.id, without_letter.id, family.id}
    assert set(free["S3"]) == set(free["S4"]) == {family.id}
    assert free["S5"] == []


def test_it_is_what_find_says(app: Flask) -> None:
    """A synthetic registry at night: the same offers, need by need."""
    with writing():
        make(1_500, seed=4).insert()
    with time_machine.travel(MADE_AT + timedelta(hours=12), tick=False):
        free = free_now(beds_fresh_hours=24)
        for need in LOOKED_FOR:
            asked = Asked(needs=(need,), urgency=Urgency.EMERGENCY)
            question = understand(asked, beds_fresh_hours=24).question
            found = ask(OPERATOR, question, None, limit=10_000, wider=False).results
            sure = {uuid.UUID(one.candidate.offer_id) for one in found if not one.judgement.asks}
            assert set(free[need]) == sure
    assert free["S1"]


def test_two_workers_keep_one_night(app: Flask) -> None:
    """Both looked; what the first saw is kept, and no night is counted into the next one."""
    offers = [shelter().id for _ in range(3)]
    kept: list[object] = []
    for night in (date(2026, 11, 3), date(2026, 11, 4)):
        together = Barrier(2)

        def keep(number: int, night: date = night, together: Barrier = together) -> None:
            with app.app_context():
                free = {"S1": offers[: 1 + number]}
                together.wait()
                try:
                    kept.append(write(keep_night, SYSTEM, night=night, free=free))
                except Exception as error:  # of a month's first night the second insert is refused
                    kept.append(type(error).__name__)

        threads = [Thread(target=keep, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert kept.count(True) == 2, kept
    db.session.rollback()
    both = bit_of(date(2026, 11, 3)) | bit_of(date(2026, 11, 4))
    assert db.session.query(NightsLooked).one().nights == both
    rows = {row.offer_id: row.nights for row in db.session.query(NightsFree)}
    assert rows[offers[0]] == both
    assert offers[2] not in rows


def test_nights_are_kept_and_forgotten_one_by_one(app: Flask) -> None:
    """Any nights by any offers: what is kept is what was said, until it is forgotten."""
    random = Random(6)
    offers = [shelter().id for _ in range(5)]
    nights = [date(2026, 1, 25) + DAY * n for n in range(40)]
    told = {night: {one for one in offers if random.random() < 0.5} for night in nights}
    for night in random.sample(nights, len(nights)):
        assert write(keep_night, SYSTEM, night=night, free={"S1": list(told[night])})
        assert not write(keep_night, SYSTEM, night=night, free={"S1": offers})
    _is_kept(told)
    write(forget_nights, SYSTEM, nights[3], nights[33])
    _is_kept({night: told[night] for night in (*nights[:3], *nights[33:])})
    write(forget_nights, SYSTEM, nights[0], nights[-1] + DAY)
    assert not db.session.query(NightsLooked).count()
    assert not db.session.query(NightsFree).count()


def _is_kept(told: dict[date, set[uuid.UUID]]) -> None:
    db.session.rollback()
    db.session.expire_all()
    looked = {row.month: row.nights for row in db.session.query(NightsLooked)}
    free = {(row.month, row.offer_id): row.nights for row in db.session.query(NightsFree)}
    assert sum(bits.bit_count() for bits in looked.values()) == len(told)
    assert sum(bits.bit_count() for bits in free.values()) == sum(map(len, told.values()))
    for night, offers in told.items():
        month = night.replace(day=1)
        assert looked[month] & bit_of(night)
        assert all(free[month, one] & bit_of(night) for one in offers)
