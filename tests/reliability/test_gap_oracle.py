"""The gap map is no second truth: at random cells it says what find says first to who is there."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agencies.queries.find import ask
from agencies.rules.person import Person
from core.actors import OPERATOR, Actor, Tier, visitor
from core.db import writing
from maps.queries.gaps.ground import Ground, ground_for
from maps.queries.gaps.nearest import NOBODY, NOWHERE
from maps.queries.gaps.reach import reach_of
from maps.queries.gaps.takers import question_for
from maps.rules.kinds import KINDS, is_asked
from tests.synthetic import make

SERVICES = 1_500
NEEDS = ("S1", "S2", "S4", "P1", "K7", "H3", "R7")


@pytest.fixture
def crowded(app: Flask) -> Flask:
    """A country with many services, bound to areas, by phone, without a place, secret."""
    with writing():
        make(SERVICES, seed=11).insert()
    return app


def test_each_cell_says_what_find_says_first(crowded: Flask) -> None:
    """Who, how far and whether surely, for random cells, needs and kinds of person."""
    chance, ground = Random(3), ground_for(OPERATOR)
    compared = {"sure": 0, "ask": 0, "nobody": 0, "nowhere": 0, "phone": 0}
    for _ in range(150):
        need, kind = chance.choice(NEEDS), chance.choice(list(KINDS))
        if is_asked(need, kind):
            cell = chance.randrange(len(ground.cells))
            compared[_compare(OPERATOR, ground, need, kind, cell)] += 1
    assert compared["sure"] > 5
    assert compared["ask"] > 5


def test_the_api_says_the_same(crowded: Flask, client: FlaskClient) -> None:
    """Through the door, for a visitor who stands in the middle of a cell."""
    actor = visitor(Tier.named(crowded.config["RUJUKAN"].visible_tier))
    ground = ground_for(actor)
    for kind in KINDS.values():
        cell = len(ground.cells) // 2
        reach = reach_of(actor, ground, "S1", kind.code)
        who, km, _ = (column[cell] for column in reach.first())
        offer, (lat, lon) = reach.offer(int(who)), ground.centres[cell]
        body = {"needs": ["S1"], "lat": lat, "lon": lon, "person": _person(kind.person)}
        body["at"] = question_for("S1", kind).at.isoformat()
        found = client.post("/api/v1/find", json=body)
        assert found.status_code == 200, found.text
        first = (found.json or {})["results"][:1]
        assert offer is not None
        assert [one["service"]["id"] for one in first] == [offer.card.service_id], kind.code
        assert first[0]["distance_km"] == km


def _person(person: Person) -> dict[str, Any]:
    said: dict[str, Any] = {
        "sex": person.sex and person.sex.value,
        "age": person.age,
        "children": "M8" if person.children else None,
        "disability": [one.value for one in person.disability] or None,
        "nationality": person.nationality,
        "id_document": person.id_document,
    }
    return {name: value for name, value in said.items() if value is not None}


def _compare(actor: Actor, ground: Ground, need: str, kind: str, cell: int) -> str:
    reach = reach_of(actor, ground, need, kind)
    question = question_for(need, KINDS[kind])
    found = ask(actor, question, ground.centres[cell], limit=1, wider=False).results
    who, km, sure = (column[cell] for column in reach.first())
    offer = reach.offer(int(who))
    if offer is None:
        assert who == NOBODY
        assert not found
        return "nobody"
    first = found[0]
    assert offer.offer_id == first.candidate.offer_id, (need, kind, ground.cells[cell])
    assert bool(sure) == (not first.judgement.asks)
    if offer.by_phone:
        assert km == 0.0
        return "phone"
    if first.distance_km is None:
        assert km == NOWHERE
        return "nowhere"
    assert km == first.distance_km
    return "sure" if sure else "ask"
