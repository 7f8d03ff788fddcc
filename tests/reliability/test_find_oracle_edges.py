"""At the very edges: offers just inside and just outside of every distance that decides.

Random registries seldom have somebody at 50.04 km. Here many stand there, in all directions: around
the reach within which a sure place comes first, the horizon of near misses, and the rims of the
disks by which the walk goes outwards, so that to stop one step too early shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from flask import Flask
from pyproj import Geod
from sqlalchemy import select

from agencies.commands.index import refresh_offers
from agencies.models import Agency, Location, Offer, Place, Service, ServiceNeed
from agencies.queries.find import ask
from agencies.queries.places import area_at
from agencies.rules.needs import Urgency
from agencies.rules.person import Person, Sex
from agencies.rules.question import Question
from core.actors import Tier, visitor
from core.db import db, writing
from core.geometry import covered_km
from tests.conftest import fresh_url, running
from tests.oracle import Expected, Oracle, as_told
from tests.synthetic import MADE_AT

pytestmark = pytest.mark.both_databases

EARTH = Geod(ellps="WGS84")
HOMES = ((-6.2, 106.8), (-0.9, 131.3), (3.6, 98.7))
EDGES = (0.0, 0.05, 9.95, 10.05, 49.95, 50.05, 50.15)  # km; shown to a tenth, so these decide
BESIDE = (-0.04, -0.01, 0.01, 0.04)


@dataclass(frozen=True)
class Registry:
    """A registry of edges, and what the oracle read of it."""

    app: Flask
    oracle: Oracle

    def both(
        self, question: Question, origin: tuple[float, float], limit: int
    ) -> tuple[Expected, Expected]:
        """What find answers and what brute force does."""
        with self.app.app_context():
            found = ask(visitor(Tier.PUBLIC), question, origin, limit=limit, wider=False)
            return as_told(found), self.oracle.answer(
                question, origin, limit=limit, tier=0, area_at=area_at
            )


@pytest.fixture(scope="module")
def registry(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registry]:
    """Offers at the edges around each home."""
    folder = tmp_path_factory.mktemp("registry")
    with fresh_url(request, database, folder) as url, running(url, folder) as app:
        with writing():
            _build(Random(5))
        assert not db.session.scalars(select(Place)).all()
        yield Registry(app, Oracle())


def _build(random: Random) -> None:
    offers = [
        _offer(random, number, point)
        for number, point in enumerate(
            _beside(home, km, random) for home in HOMES for km in _distances(home) for _ in range(2)
        )
    ]
    db.session.add_all(offers)
    db.session.flush()
    refresh_offers([offer.id for offer in offers])


def _distances(home: tuple[float, float]) -> list[float]:
    rims = [covered_km(home, resolution, 1) for resolution in range(3, 10)]
    return [max(0.0, edge + more) for edge in (*EDGES, *rims) for more in BESIDE]


def _beside(home: tuple[float, float], km: float, random: Random) -> tuple[float, float]:
    longitude, latitude, _ = EARTH.fwd(home[1], home[0], random.uniform(0, 360), km * 1000)
    return (latitude, longitude)


def _offer(random: Random, number: int, point: tuple[float, float]) -> Offer:
    agency = Agency(key=f"a{number}", name="Lembaga Contoh", type="NGO")
    service = Service(
        key=f"s{number}",
        agency=agency,
        name="Layanan Contoh",
        takes_female=random.choice((True, True, None, False)),
    )
    needs = random.choice((("K1",), ("K1",), ("H4",), ("K1", "H4")))
    service.needs = [ServiceNeed(need=need, position=n) for n, need in enumerate(needs)]
    location = Location(key=f"l{number}", latitude=point[0], longitude=point[1])
    return Offer(service=service, location=location)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("needs", [("K1",), ("K1", "H4")])
def test_every_length_of_answer_is_right(
    registry: Registry, home: tuple[float, float], needs: tuple[str, ...]
) -> None:
    """However many are asked for, the walk stops neither too early nor with the wrong ones."""
    question = Question(needs, Person(sex=Sex.FEMALE), MADE_AT, MADE_AT, Urgency.ROUTINE)
    for limit in range(1, 51):
        found, expected = registry.both(question, home, limit)
        assert found == expected, limit


@pytest.mark.parametrize("home", HOMES)
def test_every_neighbouring_place_is_right(registry: Registry, home: tuple[float, float]) -> None:
    """A step aside is another cell, another rim, other distances."""
    random = Random(3)
    question = Question(("K1",), Person(sex=Sex.FEMALE), MADE_AT, MADE_AT, Urgency.ROUTINE)
    for _ in range(60):
        origin = _beside(home, random.choice((0.1, 1.0, 5.0, 30.0)), random)
        found, expected = registry.both(question, origin, random.randint(1, 30))
        assert found == expected, origin


def test_an_offer_is_found_from_its_own_door(registry: Registry) -> None:
    """At a distance of nothing."""
    question = Question(("K1",), Person(), MADE_AT, MADE_AT, Urgency.ROUTINE)
    doors = db.session.execute(
        select(Offer.id, Location.latitude, Location.longitude)
        .join(Location, Offer.location_id == Location.id)
        .join(ServiceNeed, ServiceNeed.service_id == Offer.service_id)
        .where(ServiceNeed.need == "K1")
        .limit(40)
    ).all()
    for offer, latitude, longitude in doors:
        assert latitude is not None
        assert longitude is not None
        found, expected = registry.both(question, (latitude, longitude), 50)
        assert found == expected
        assert (offer.hex, 0.0) in [(said.offer, said.distance) for said in found.results]
