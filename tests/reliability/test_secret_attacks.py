"""Attackers who ask from many points never beat guessing the middle of the published cell.

Each attack reads one kind of answer: distances, the order among known neighbours, thresholds (who
is the nearest one of `limit`, who is a near miss), places free and openness, travel time, the place
lookup, import warnings. Each is first shown to work: the same attack on the same place unhidden
finds its door.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.commands.index import refresh_offers
from agencies.commands.secret.places import Exact, Wanted, say_place
from agencies.models import Location, Precision
from agencies.queries.find import ask
from agencies.rules.needs import Urgency
from agencies.rules.person import Person
from agencies.rules.question import Question
from core.actors import Actor, Tier
from core.clock import now
from core.db import db, write, writing
from core.geometry import (
    LatLon,
    centre_of,
    distance_km,
    distances_km,
    is_in_published,
    published_cell,
)
from tests.conftest import MakeApp
from tests.factories import ROUND_THE_CLOCK, WELCOMES_ALL, make_offer
from tests.support.exchange import csv_of, flask_agencies, row, save
from tests.support.people import make_account
from tests.support.service import Asked, Reply, service
from tests.support.story import load_small_gazetteer

SEED = 20261121
CELL = published_cell((-6.32, 106.90))
CENTRE = centre_of(CELL)
PLACEMENTS = 200
DOOR_KM = 0.15  # who comes this near has found the door
CLOSE_ENOUGH = 0.03  # km; what rounding of shown figures may move an estimate by


def placements(count: int) -> list[LatLon]:
    """Doors all over the cell, the same every time."""
    chance = random.Random(SEED)
    found: list[LatLon] = []
    while len(found) < count:
        point = (CENTRE[0] + chance.uniform(-0.05, 0.05), CENTRE[1] + chance.uniform(-0.05, 0.05))
        if is_in_published(point, CELL):
            found.append(point)
    return found


GRID = placements(1000)  # where an attacker thinks that it may be
DOORS = placements(PLACEMENTS)
PROBES = [
    (CENTRE[0] + km / 111 * y, CENTRE[1] + km / 111 * x)
    for km in (4.0, 9.0)
    for y, x in ((1, 0), (0, 1), (-1, 0), (0, -1), (0.7, 0.7), (-0.7, 0.7))
]


@dataclass(slots=True)
class Target:
    """The place that is looked for, and the neighbours that everybody knows."""

    app: Flask
    location_id: Any
    offer_id: Any
    manager: Actor
    neighbours: dict[str, LatLon]

    def stands_at(self, door: LatLon, *, hidden: bool) -> None:
        """Put it there, secret by the command that people use, or open for the control."""
        if hidden:
            exact = Exact("Jl. Rahasia 1", "", *door)
            wanted = Wanted(Tier.SECRET, exact)
            write(say_place, self.manager, location_id=self.location_id, wanted=wanted)
            return
        with writing():
            place = db.session.get_one(Location, self.location_id)
            place.tier, place.published_cell = Tier.PUBLIC.value, None
            place.latitude, place.longitude = door
            place.precision = Precision.POINT
            refresh_offers([self.offer_id])

    def seen_from(self, probe: LatLon, limit: int = 10) -> list[tuple[str, float | None]]:
        """Names and shown distances, in their order, as a worker is told them."""
        moment = now()
        question = Question(
            needs=("S1",), person=Person(), at=moment, now=moment, urgency=Urgency.EMERGENCY
        )
        found = ask(self.manager, question, probe, limit=limit, wider=False)
        return [(e.candidate.card.service_name, e.distance_km) for e in found.results]


@pytest.fixture
def target(app: Flask) -> Target:
    """A place among neighbours that lie all around."""
    chance = random.Random(SEED)
    neighbours = {}
    for number in range(14):
        point = (CENTRE[0] + chance.uniform(-0.06, 0.06), CENTRE[1] + chance.uniform(-0.06, 0.06))
        neighbours[f"N{number}"] = point
        place = {"latitude": point[0], "longitude": point[1], "precision": Precision.POINT}
        make_offer(needs="S1", hours=ROUND_THE_CLOCK, beds=(3, 1), location=place,
                   name=f"N{number}", **WELCOMES_ALL)  # fmt: skip
    made = make_offer(needs="S1", hours=ROUND_THE_CLOCK, beds=(3, 1), name="T", **WELCOMES_ALL)
    account = make_account(Role.MANAGER, agency_id=made.service.agency_id)
    actor = actor_of(account, strong=True)
    found = Target(app, made.location_id, made.id, actor, neighbours)
    found.stands_at(CENTRE, hidden=True)
    return found


Attack = Callable[[Target], LatLon]


def by_distance(target: Target) -> LatLon:
    """Trilateration: the point whose distances are most like those that are shown."""
    shown = [dict(target.seen_from(probe, 20))["T"] for probe in PROBES]

    def unlike(point: LatLon) -> float:
        real = _exact(point)
        return sum((a - (b or 0.0)) ** 2 for a, b in zip(real, shown, strict=True))

    return _mean_of_best(unlike)


def by_order(target: Target) -> LatLon:
    """Who comes before whom, from every probe: each pair is a line that it is on one side of."""
    seen = []
    for probe in PROBES:
        names = [name for name, _ in target.seen_from(probe, 20)]
        here = names.index("T")
        seen.append((probe, set(names[:here]), set(names[here + 1 :])))

    def unlike(point: LatLon) -> float:
        wrong = 0
        for real, (probe, before, after) in zip(_exact(point), seen, strict=True):
            own = round(real, 1)
            wrong += sum(_from(target, probe, name) > own for name in before)
            wrong += sum(_from(target, probe, name) < own for name in after)
        return wrong

    return _mean_of_best(unlike)


def by_threshold(target: Target) -> LatLon:
    """Whether it is among the nearest k: with one, two, four, seven results asked for."""
    seen = [
        (number, probe, limit, any(name == "T" for name, _ in target.seen_from(probe, limit)))
        for number, probe in enumerate(PROBES)
        for limit in (1, 2, 4, 7, 10)
    ]

    def unlike(point: LatLon) -> float:
        wrong = 0
        for number, probe, limit, is_in in seen:
            own = round(_exact(point)[number], 1)
            nearer = sum(_from(target, probe, name) < own for name in target.neighbours)
            wrong += (nearer < limit) is not is_in
        return wrong

    return _mean_of_best(unlike)


@cache
def _exact(point: LatLon) -> list[float]:
    return distances_km(point, PROBES)


_known: dict[tuple[LatLon, str], float] = {}


def _from(target: Target, probe: LatLon, name: str) -> float:
    key = (probe, name)
    if key not in _known:
        _known[key] = round(distance_km(probe, target.neighbours[name]), 1)
    return _known[key]


def _mean_of_best(unlike: Callable[[LatLon], float]) -> LatLon:
    """The middle of all points that explain best what was seen."""
    scored = [(unlike(point), point) for point in GRID]
    least = min(score for score, _ in scored)
    best = [point for score, point in scored if score <= least * 1.0001 + 1e-9]
    return (mean(p[0] for p in best), mean(p[1] for p in best))


@pytest.mark.parametrize(
    ("attack", "found_within_km"), [(by_distance, 0.15), (by_order, 0.6), (by_threshold, 0.9)]
)
def test_no_attack_beats_the_centre(target: Target, attack: Attack, found_within_km: float) -> None:
    """Unhidden it is found; hidden, the estimate is the same wherever it stands."""
    chosen = DOORS[:3]
    for door in chosen:
        target.stands_at(door, hidden=False)
        assert distance_km(attack(target), door) < found_within_km, "the attack is no attack"
    estimates = set()
    for door in chosen:
        target.stands_at(door, hidden=True)
        estimates.add(attack(target))
    assert len(estimates) == 1  # nothing that was seen depends on where it stands
    (estimate,) = estimates
    ours = mean(distances_km(estimate, DOORS))
    assert ours >= mean(distances_km(CENTRE, DOORS)) - CLOSE_ENOUGH


def test_two_hundred_doors_look_alike(target: Target) -> None:
    """Distances, order and thresholds from some points: one transcript for all placements."""
    seen = set()
    for door in DOORS:
        target.stands_at(door, hidden=True)
        seen.add(
            repr([target.seen_from(probe, limit) for probe in PROBES[:3] for limit in (3, 20)])
        )
    assert len(seen) == 1
    place = db.session.get_one(Location, target.location_id)
    assert (place.latitude, place.longitude) == CENTRE


def test_whole_answers_are_alike(target: Target) -> None:
    """Openness, places free, near misses, reasons: every byte of the API from many points."""
    client = target.app.test_client()
    seen = []
    for door in DOORS[:3]:
        target.stands_at(door, hidden=True)
        seen.append([_asked(client, probe, more) for probe in PROBES[:9] for more in PERSONS])
    assert seen[0] == seen[1] == seen[2]
    assert any(b'"T"' in answer for answer in seen[0])


PERSONS: list[dict[str, Any]] = [
    {"person": {"sex": "male", "age": 30}, "limit": 2},
    {"person": {"sex": "female", "age": 15}, "urgency": "routine"},
    {"person": {"sex": "female", "age": 30, "children": "M1,M2,F3"}},  # more than are free
]


def _asked(client: FlaskClient, probe: LatLon, more: dict[str, Any]) -> bytes:
    body = {"needs": ["S1"], "lat": probe[0], "lon": probe[1], "at": "2026-11-22T03:00+07:00"}
    answer = client.post("/api/v1/find", json={**body, **more})
    assert answer.status_code == 200
    # What was said some minutes ago is not said by where it stands.
    return answer.get_data()


def test_the_road_router_never_hears_the_door(make_app: MakeApp) -> None:
    """It is asked for the way to the centre, and answers by that."""

    def reply(asked: Asked) -> Reply:
        points = asked.path.rsplit("/", 1)[-1].split(";")
        return Reply({"code": "Ok", "durations": [[60.0 * n for n in range(len(points))]]})

    with service(reply) as router:
        app = make_app(roads="osrm", roads_url=router.url)
        made = make_offer(needs="S1", hours=ROUND_THE_CLOCK, name="T", **WELCOMES_ALL)
        actor = actor_of(make_account(Role.MANAGER, agency_id=made.service.agency_id), strong=True)
        heard = []
        for door in DOORS[:3]:
            exact = Exact("Jl. Rahasia 1", "", *door)
            write(say_place, actor, location_id=made.location_id, wanted=Wanted(Tier.SECRET, exact))
            router.asked.clear()
            answers = [_asked(app.test_client(), probe, {}) for probe in PROBES[:4]]
            heard.append((answers, [(a.path, a.parameters, a.body) for a in router.asked]))
        assert heard[0] == heard[1] == heard[2]
        assert heard[0][1], "the router was asked"


def test_the_place_lookup_knows_no_door(target: Target) -> None:
    """Suggestions and typed places, at the door itself too."""
    load_small_gazetteer(target.app)
    client = target.app.test_client()
    seen = []
    for door in DOORS[:3]:
        target.stands_at(door, hidden=True)
        texts = ["Jl. Rahasia 1", "Rahasia", *(f"{d[0]:.5f}, {d[1]:.5f}" for d in DOORS[:3])]
        asked = [client.get("/places/suggest", query_string={"q": text}) for text in texts]
        asked += [client.get("/find", query_string={"need": "S1", "place": text}) for text in texts]
        asked += [client.get("/directory", query_string={"q": text}) for text in texts]
        seen.append([_without_nonce(answer.get_data()) for answer in asked])
    assert seen[0] == seen[1] == seen[2]


def _without_nonce(page: bytes) -> list[bytes]:
    """Form tokens are new on every page."""
    return [line for line in page.split(b"\n") if b"csrf_token" not in line]


def test_imports_say_nothing(target: Target, tmp_path: Path) -> None:
    """Files with places at every suspected point, at the door and at the centre: no warning."""
    load_small_gazetteer(target.app)
    seen = []
    for door in DOORS[:3]:
        target.stands_at(door, hidden=True)
        said = []
        for number, point in enumerate((*DOORS[:3], CENTRE)):
            here = {"latitude": repr(point[0]), "longitude": repr(point[1])}
            probe = row(
                agency_key=f"p{number}", service_key=f"p{number}", location_key=f"p{number}", **here
            )
            file = save(tmp_path, csv_of([probe]))
            said.append(flask_agencies(target.app, "import", file, "--dry-run", "-v").output)
        seen.append(said)
    assert seen[0] == seen[1] == seen[2]


def test_an_import_of_the_place_itself_says_nothing(target: Target, tmp_path: Path) -> None:
    """Whoever guesses the door in a file is not told that they are right: all is unchanged."""
    place = db.session.scalars(select(Location).where(Location.id == target.location_id)).one()
    said = set()
    target.stands_at(DOORS[0], hidden=True)
    for guess in (*DOORS[:4], CENTRE):
        here = {"latitude": repr(guess[0]), "longitude": repr(guess[1]), "tier": "secret"}
        probe = row(location_key=place.key, address="Jl. Rahasia 1", **here)
        file = save(tmp_path, csv_of([probe]))
        said.add(flask_agencies(target.app, "import", file, "--dry-run", "-v").output)
    assert len(said) == 1
