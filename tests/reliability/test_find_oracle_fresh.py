"""Find is never stale: whatever changes, in whichever process, the next answer knows it.

Two apps on one database keep their own candidates. Sixty random changes, through commands, are
each followed by questions to both, and each answer must be the one of brute force over the tables
as they are now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from agencies.commands.beds import say_beds
from agencies.commands.index import forget_offer, refresh_offers
from agencies.models import (
    Agency,
    Language,
    Location,
    LocationType,
    Offer,
    Pool,
    Schedule,
    Service,
    ServiceArea,
    ServiceNeed,
    Status,
)
from agencies.queries.find import ask
from agencies.queries.places import area_at
from agencies.rules.needs import Urgency
from agencies.rules.person import Person
from agencies.rules.question import Question
from core.actors import OPERATOR, Tier, visitor
from core.clock import now
from core.db import Snapshot, db, write, writing
from core.geometry import published_centre
from tests.conftest import fresh_url, running
from tests.oracle import Oracle, as_told
from tests.synthetic import CITIES, Asked, make, questions, some_point

SERVICES = 150
CHANGES = 60
FACTS = (
    "takes_female", "takes_male", "takes_boys", "takes_other", "takes_children",
    "takes_foreigners", "takes_without_id", "night_intake", "needs_letter",
)  # fmt: skip
NUMBERS = ("minimum_age", "maximum_age", "oldest_boy", "longest_stay_days")


@dataclass(frozen=True)
class Two:
    """Two processes, so to say, on one database."""

    apps: tuple[Flask, Flask]

    def answer(self, which: int, asked: Asked) -> Any:
        """What one of them answers, in a request of its own."""
        with self.apps[which].app_context():
            return as_told(
                ask(
                    visitor(asked.tier),
                    asked.question,
                    asked.origin,
                    limit=asked.limit,
                    wider=False,
                )
            )


@pytest.fixture
def two(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[Two]:
    """Two apps on a small synthetic registry."""
    with (
        fresh_url(request, database, tmp_path) as url,
        running(url, tmp_path) as one,
        running(url, tmp_path) as other,
    ):
        with writing():
            make(SERVICES, seed=6, made_at=now() - timedelta(hours=1)).insert()
        yield Two((one, other))


def _some(random: Random, model: type[Any]) -> Any:
    return random.choice(db.session.scalars(select(model).order_by(model.id)).all())


def _change_fact(random: Random) -> list[Offer]:
    service = _some(random, Service)
    setattr(service, random.choice(FACTS), random.choice((True, False, None)))
    return list(service.offers)


def _change_number(random: Random) -> list[Offer]:
    service = _some(random, Service)
    service.minimum_age = service.maximum_age = None
    setattr(service, random.choice(NUMBERS), random.choice((None, 0, 7, 18, 60)))
    return list(service.offers)


def _change_access(random: Random) -> list[Offer]:
    offer = _some(random, Offer)
    offer.access_mobility = random.choice((True, False, None))
    offer.access_hearing = random.choice((True, False, None))
    return [offer]


def _change_status(random: Random) -> list[Offer]:
    something = _some(random, random.choice((Service, Agency)))
    something.status = random.choice(list(Status))
    services = [something] if isinstance(something, Service) else something.services
    return [offer for service in services for offer in service.offers]


def _change_promise(random: Random) -> list[Offer]:
    agency = _some(random, Agency)
    agency.promised_response_minutes = random.choice((None, 5, 500))
    return [offer for service in agency.services for offer in service.offers]


def _move(random: Random) -> list[Offer]:
    location = _some(random, Location)
    location.type = random.choice((LocationType.PHYSICAL, LocationType.VIRTUAL))
    point = random.choice((None, some_point(random), some_point(random, CITIES[0])))
    if point and location.tier == 2:
        point = published_centre(point)
    location.latitude, location.longitude = point or (None, None)
    location.timezone = random.choice(("Asia/Jakarta", "Asia/Jayapura"))
    return _at(location)


def _guard(random: Random) -> list[Offer]:
    location = _some(random, Location)
    location.tier = random.choice((0, 1))
    return _at(location)


def _at(location: Location) -> list[Offer]:
    wanted = select(Offer).where(Offer.location_id == location.id)
    return list(db.session.scalars(wanted))


def _change_needs(random: Random) -> list[Offer]:
    service = _some(random, Service)
    service.needs = [
        ServiceNeed(need=need, position=position)
        for position, need in enumerate(random.sample(("S1", "S2", "S4", "P1", "K1", "H4"), 2))
        if need not in {link.need for link in service.needs}
    ] or service.needs
    return list(service.offers)


def _change_lists(random: Random) -> list[Offer]:
    service = _some(random, Service)
    service.areas = [ServiceArea(code=random.choice(("ID", "31", "31.71", "12")), position=0)]
    service.languages = [Language(code=random.choice(("id", "jv", "en")))]
    return list(service.offers)


def _change_hours(random: Random) -> list[Offer]:
    owner = _some(random, random.choice((Offer, Service, Location)))
    owner.schedules = [
        Schedule(
            freq=random.choice(("WEEKLY", "MONTHLY")),
            opens_at=random.choice(("00:00", "08:00")),
            closes_at=random.choice(("24:00", "16:00")),
            on_holidays=random.choice(("open", "closed", None)),
        )
        for _ in range(random.randint(0, 1))
    ]
    if isinstance(owner, Offer):
        return [owner]
    return _at(owner) if isinstance(owner, Location) else list(owner.offers)


def _new_offer(random: Random) -> list[Offer]:
    service, location = _some(random, Service), _some(random, Location)
    known = select(Offer).where(Offer.service_id == service.id, Offer.location_id == location.id)
    if db.session.scalar(known):
        return []
    offer = Offer(service=service, location=location)
    offer.pools = [Pool(label="Kamar", capacity=3, said_at=now())]
    db.session.add(offer)
    db.session.flush()
    return [offer]


def _forget_one(random: Random) -> list[Offer]:
    offer = _some(random, Offer)
    forget_offer(offer.id)
    db.session.execute(delete(Offer).where(Offer.id == offer.id))
    return []


CHANGE: tuple[Callable[[Random], list[Offer]], ...] = (
    _change_fact, _change_number, _change_access, _change_status, _change_promise, _move, _guard,
    _change_needs, _change_lists, _change_hours, _new_offer, _forget_one,
)  # fmt: skip


def _change(random: Random) -> None:
    """Command: one random change, and what every command ends with."""
    if random.random() < 0.25:
        pool = _some(random, Pool)
        say_beds(
            OPERATOR, pool.id, occupied=random.randint(0, pool.capacity - pool.held - pool.closed)
        )
        return
    offers = random.choice(CHANGE)(random)
    refresh_offers([offer.id for offer in offers])


@pytest.mark.both_databases
def test_every_answer_knows_every_change(two: Two) -> None:
    """Asked of the process that made it and of the other one."""
    random = Random(11)
    asked = _near_questions(random, 400)
    for _ in range(40):  # both have everything ready
        for which in (0, 1):
            two.answer(which, random.choice(asked))
    for _ in range(CHANGES):
        with two.apps[random.randint(0, 1)].app_context():
            write(_change, random)
        with two.apps[0].app_context():
            oracle = Oracle()
        for question in random.sample(asked, 3):
            with two.apps[0].app_context():
                expected = oracle.answer(
                    question.question,
                    question.origin,
                    limit=question.limit,
                    tier=question.tier.value,
                    area_at=area_at,
                )
            for which in (0, 1):
                assert two.answer(which, question) == expected, (which, question)


def _near_questions(random: Random, count: int) -> list[Asked]:
    """Questions of now with many answers, so that any change shows."""
    found = questions(count, seed=12, now=now(), codes=["31.71.01", "12.71.01"])
    return [one._replace(limit=50, origin=some_point(random, CITIES[0])) for one in found]


def _tonight() -> Asked:
    """A roof, for somebody of whom nothing is known, in the middle of Jakarta."""
    moment = now()
    question = Question(("S1",), Person(), moment, moment, Urgency.ROUTINE)
    return Asked(question, (CITIES[0].latitude, CITIES[0].longitude), 50, Tier.SECRET)


@pytest.mark.both_databases
def test_a_bed_that_is_taken_is_taken_everywhere_at_once(two: Two) -> None:
    """The plainest case: every bed is taken through one process, the other knows."""
    with two.apps[0].app_context():
        pools = db.session.scalars(select(Pool).order_by(Pool.id)).all()
        most = {pool.id: pool.capacity - pool.held - pool.closed for pool in pools}
    for which in (0, 1):
        assert [said for said in two.answer(which, _tonight()).results if "place" in said.fits]
    for pool_id, occupied in most.items():
        with two.apps[0].app_context():
            write(say_beds, OPERATOR, pool_id, occupied=occupied)
    for which in (0, 1):
        answer = two.answer(which, _tonight())
        assert not [said for said in answer.results if "place" in said.fits]
        assert [said for said in answer.near_misses if said.fails == {"place"}]


@pytest.mark.both_databases
def test_an_offer_that_goes_while_it_is_read_breaks_no_answer(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the read of the index and that of the offers somebody deletes them: one snapshot."""
    read = Snapshot.rows
    done: list[bool] = []

    def read_then_delete(view: Snapshot, statement: str, parameters: Sequence[Any]) -> list[Any]:
        rows = read(view, statement, parameters)
        if rows and " as met" in statement and not done:  # the walk through the index
            done.append(True)
            with two.apps[1].app_context():
                write(_delete_all_offers)
        return rows

    monkeypatch.setattr(Snapshot, "rows", read_then_delete)
    before = two.answer(0, _tonight())
    assert done
    assert before.results
    monkeypatch.undo()
    for which in (0, 1):
        after = two.answer(which, _tonight())
        assert not after.results
        assert not after.near_misses


def _delete_all_offers() -> None:
    for offer_id in db.session.scalars(select(Offer.id)).all():
        forget_offer(offer_id)
    db.session.execute(delete(Offer))
