"""Find answers what brute force answers: a thousand random questions.

`make soak` asks them all on each database, `make test` all on SQLite; on PostgreSQL every third,
and of the synthetic registry a part: it takes longer to read its offers than to answer.

Every offer, its distance as shown, what every rule said of it, openness, the order, the near
misses and what stays uncovered must be equal (tests/oracle.py). The questions use every filter;
origins are cities, the sea, the other side of the earth, and services' own doors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.exchange.importing import Wishes, import_file
from agencies.exchange.mapping import read_mapping
from agencies.models import Location, Offer, Place, PlaceLevel
from agencies.queries.find import Answer, ask
from agencies.queries.places import area_at
from agencies.rules.needs import Urgency
from agencies.rules.person import Person
from core.actors import OPERATOR, visitor
from core.clock import now
from core.db import db, writing
from scripts.common import ROOT
from tests import synthetic
from tests.conftest import SOAK, fresh_url, running
from tests.oracle import Expected, Oracle, as_told
from tests.support.missing import require_shared
from tests.support.story import load_sample
from tests.synthetic import MADE_AT, Asked, questions

pytestmark = pytest.mark.both_databases

SYNTHETIC, PART = 10_000, 3_000
# How many questions each registry is asked; a thousand in all.
QUESTIONS = {"sample": 400, "jakarta": 150, "synthetic": 450}
MAPPING = ROOT / "docs" / "mappings" / "jakarta.toml"


@dataclass(frozen=True)
class Registry:
    """A loaded registry, what the oracle read of it, and the questions to ask."""

    app: Flask
    oracle: Oracle
    asked: list[Asked]

    def expect(self, asked: Asked, *, limit: int | None = None) -> Expected:
        """What brute force answers."""
        return self.oracle.answer(
            asked.question,
            asked.origin,
            limit=limit or asked.limit,
            tier=asked.tier.value,
            area_at=area_at,
        )


def _load_sample(app: Flask) -> datetime:
    load_sample(app)
    return now()


def _load_jakarta(_app: Flask) -> datetime:
    path = require_shared("data/jakarta/jakarta_services.csv")
    report = import_file(OPERATOR, path, Wishes(mapping=read_mapping(MAPPING)))
    assert report.outcomes.total() == 588, report.refused
    return now()


def _load_synthetic(_app: Flask) -> datetime:
    is_part = db.engine.dialect.name == "postgresql" and not SOAK
    with writing():
        synthetic.make(PART if is_part else SYNTHETIC).insert()
    return MADE_AT


LOADERS: dict[str, Callable[[Flask], datetime]] = {
    "sample": _load_sample,
    "jakarta": _load_jakarta,
    "synthetic": _load_synthetic,
}


@pytest.fixture(scope="module", params=list(LOADERS))
def registry(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registry]:
    """Each registry on each database, loaded once."""
    folder: Path = tmp_path_factory.mktemp("registry")
    with (
        fresh_url(request, database, folder) as url,
        running(url, folder, offers_cached=50_000) as app,
    ):
        moment = LOADERS[request.param](app)
        asked = _questions(request.param, moment)
        some = 1 if SOAK or database == "sqlite" else 3
        yield Registry(app, Oracle(), asked[::some])


def _questions(name: str, moment: datetime) -> list[Asked]:
    spots = db.session.execute(
        select(Location.latitude, Location.longitude)
        .where(Location.latitude.is_not(None))
        .order_by(Location.key)
        .limit(500)
    )
    districts = select(Place.code).where(Place.level == PlaceLevel.DISTRICT).order_by(Place.code)
    return questions(
        QUESTIONS[name],
        seed=len(name),
        now=moment,
        points=[(lat, lon) for lat, lon in spots if lat is not None and lon is not None],
        codes=list(db.session.scalars(districts)),
    )


def _answer(registry: Registry, asked: Asked, *, wider: bool = False) -> Answer:
    # A context of its own, as each request has: its snapshot ends with it.
    with registry.app.app_context():
        return ask(
            visitor(asked.tier), asked.question, asked.origin, limit=asked.limit, wider=wider
        )


def test_answers_are_those_of_brute_force(registry: Registry) -> None:
    """Results, near misses and uncovered needs, in order and in every detail."""
    found = misses = 0
    for asked in registry.asked:
        told = as_told(_answer(registry, asked))
        assert told == registry.expect(asked), asked
        found += len(told.results)
        misses += len(told.near_misses)
    # The questions are no empty talk; without stated facts nothing can fail.
    assert found > len(registry.asked)
    assert misses > len(registry.asked) or not registry.oracle.knows_facts


def test_asking_again_answers_the_same(registry: Registry) -> None:
    """With a warm cache and other starting rings than the first time."""
    for asked in reversed(registry.asked[:30]):
        first = as_told(_answer(registry, asked))
        assert first == as_told(_answer(registry, asked)) == registry.expect(asked)


def test_wider_steps_find_what_they_say(registry: Registry) -> None:
    """Where nobody is found, each step says truly how many a wider question finds, and the first.

    A step that would help is not left out: another time and another person come before needs.
    """
    empty = [a for a in registry.asked if not registry.expect(a).results][:10]
    for asked in empty:
        steps = {step.kind: step for step in _answer(registry, asked, wider=True).next_steps}
        for step in steps.values():
            limit = 1 if step.kind == "hotline" else 10
            wider = registry.expect(asked._replace(question=step.question), limit=limit)
            assert step.count == len(wider.results) > 0
            assert step.entry.candidate.offer_id == wider.results[0].offer
        question = asked.question
        any_time = replace(question, urgency=Urgency.ROUTINE, at_was_given=False)
        any_person = replace(question, person=Person())
        hotline = replace(any_person, needs=("P1",))
        for kind, wide in (
            ("any_time", any_time),
            ("any_person", any_person),
            ("hotline", hotline),
        ):
            helps = bool(registry.expect(asked._replace(question=wide)).results)
            assert (kind in steps) is (helps and (wide != question or kind == "hotline")), kind


def test_the_data_is_what_the_tests_believe(registry: Registry) -> None:
    """Every kind of fact occurs, so that equal answers mean something."""
    oracle = registry.oracle
    assert oracle.size == db.session.query(Offer).count()
    if not oracle.knows_facts:
        return
    everything = {1, 0, -1} if oracle.size >= PART else {-1}
    for fact in (*oracle.fact.values(), *oracle.access.values()):
        assert set(fact.tolist()) >= everything
    assert set(oracle.pool_sex) == {"female", "male", "any"}
    assert set(oracle.pool_unit) == {"person", "family", "room"}
    assert oracle.closed.any()
    assert oracle.by_phone.any()
    assert set(oracle.tier.tolist()) == {0, 1, 2}
