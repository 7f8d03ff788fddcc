"""`/api/v1/find`: what it answers, and what it says to wrong questions."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from referral.models import UnmetNeed
from tests.factories import OFFICE, ROUND_THE_CLOCK, WELCOMES_ALL, make_offer
from tests.support.story import load_small_gazetteer

HERE = {"lat": -6.32, "lon": 106.90}
SUNDAY_NIGHT = "2026-11-22T22:00:00+07:00"
MOTHER = {"sex": "female", "age": 32, "children": "M8,F3", "id_document": False}


def _ask(client: FlaskClient, **question: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/find", json={"lang": "en", **HERE, **question})
    assert answer.status_code == 200, answer.get_json()
    body: dict[str, Any] = answer.get_json()
    return body


def _rules(sentences: list[dict[str, str]]) -> set[str]:
    return {sentence["rule"] for sentence in sentences}


def test_a_fit_says_why(client: FlaskClient) -> None:
    """Reasons, distance, openness, free places with their age, verification."""
    make_offer(
        needs="S1 S4",
        hours=ROUND_THE_CLOCK,
        beds=(6, 2),
        location={"latitude": -6.33},
        **WELCOMES_ALL,
    )
    found = _ask(client, needs=["S4"], person=MOTHER, at=SUNDAY_NIGHT)
    entry = found["results"][0]
    assert entry["distance_km"] == pytest.approx(1.1)
    assert entry["open"] == {"now": True, "until": None, "next": None}
    assert entry["capacity"]["free"] == 4
    assert entry["position"] == {"lat": -6.33, "lon": 106.9, "precision": "point"}
    expected = {"sex", "age", "children", "boys", "identity", "place", "hours"}
    assert _rules(entry["reasons"]) == expected
    assert entry["ask_first"] == entry["fails"] == []


def test_unknown_is_asked_and_never_a_fit_or_a_refusal(client: FlaskClient) -> None:
    """An entry that states nothing is a result that must be asked about everything."""
    make_offer(needs="S1")
    entry = _ask(client, needs=["S1"], person=MOTHER, at=SUNDAY_NIGHT)["results"][0]
    asked = {"sex", "age", "children", "boys", "identity", "place", "hours"}
    assert _rules(entry["ask_first"]) == asked
    assert entry["reasons"] == entry["fails"] == []
    assert entry["open"] == {"now": None, "until": None, "next": None}
    assert entry["capacity"] is None


@pytest.mark.parametrize(
    ("facts", "rule", "words"),
    [
        ({"oldest_boy": 7}, "boys", "up to age 7; the oldest is 8"),
        ({"takes_children": False}, "children", "Does not admit children"),
        ({"takes_female": False}, "sex", "Does not take women"),
        ({"maximum_age": 17}, "age", "up to 17; the person is 32"),
        ({"takes_without_id": False}, "identity", "identity papers"),
        ({"hours": OFFICE}, "hours", "opens tomorrow 08:00 WIB"),
        ({"beds": (4, 2)}, "place", ", 3 needed"),
        ({"beds": (4, 4)}, "place", "Full (1 h ago)"),
    ],
)
def test_a_near_miss_names_the_one_rule(
    client: FlaskClient, facts: dict[str, Any], rule: str, words: str
) -> None:
    """One failing rule: listed below the results, with that rule in words."""
    good: dict[str, Any] = {"hours": ROUND_THE_CLOCK, "beds": (6, 2), **WELCOMES_ALL}
    make_offer(needs="S1", **{**good, **facts})
    found = _ask(client, needs=["S1"], person=MOTHER, at=SUNDAY_NIGHT)
    assert found["results"] == []
    assert [f["rule"] for f in found["near_misses"][0]["fails"]] == [rule]
    assert words in found["near_misses"][0]["fails"][0]["text"]


def test_two_failing_rules_are_no_near_miss(client: FlaskClient) -> None:
    """Who fails twice would only waste a call."""
    make_offer(needs="S1", takes_female=False, takes_children=False)
    found = _ask(client, needs=["S1"], person=MOTHER)
    assert found["results"] == found["near_misses"] == []


def test_nearest_first_and_sure_before_ask_first_within_reach(client: FlaskClient) -> None:
    """Sure places within 50 km come first; farther out distance decides."""
    sure: dict[str, Any] = {"hours": ROUND_THE_CLOCK, **WELCOMES_ALL}
    names = {
        "asked": make_offer(needs="K1", location={"latitude": -6.33}),
        "near": make_offer(needs="K1", location={"latitude": -6.40}, **sure),
        "nearer": make_offer(needs="K1", location={"latitude": -6.35}, **sure),
        "far": make_offer(needs="K1", location={"latitude": -7.50}, **sure),
    }
    ids = {str(offer.service_id): name for name, offer in names.items()}
    found = _ask(client, needs=["K1"], person={"sex": "male", "age": 27})
    assert [ids[e["service"]["id"]] for e in found["results"]] == ["nearer", "near", "asked", "far"]


def test_any_roof_answers_a_roof_by_facts(client: FlaskClient) -> None:
    """A men's shelter is not asked by its leaf but by whom it takes."""
    make_offer(needs="S1", takes_male=True, minimum_age=18, maximum_age=120, beds=(2, 0))
    make_offer(needs="S3", takes_male=True, minimum_age=18, maximum_age=120, beds=(2, 0))
    make_offer(needs="S1", takes_male=False, minimum_age=18, maximum_age=120, beds=(2, 0))
    found = _ask(client, needs=["S3"], urgency="routine")
    assert found["query"]["person"] == {"sex": "male"}
    assert len(found["results"]) == 2
    assert _rules(found["near_misses"][0]["fails"]) == {"sex"}


def test_several_needs(client: FlaskClient) -> None:
    """Who covers more comes first, and what nobody covers is said."""
    make_offer(needs="K1")
    make_offer(needs="K1 K2", location={"latitude": -6.9})
    found = _ask(client, needs=["K1", "K2", "H5"])
    assert [e["covers"] for e in found["results"]] == [["K1", "K2"], ["K1"]]
    assert [n["code"] for n in found["uncovered"]] == ["H5"]


def test_an_ambiguous_place_returns_choices(app: Flask, client: FlaskClient) -> None:
    """Never a guess; the code of a choice is certain."""
    load_small_gazetteer(app)
    make_offer(needs="K1")
    asked = client.post("/api/v1/find", json={"needs": ["K1"], "place": "Cipayung"}).get_json()
    assert asked["results"] == []
    codes = [choice["code"] for choice in asked["ambiguous_places"]]
    assert codes == ["31.75.10", "32.76.07"]
    sure = client.post("/api/v1/find", json={"needs": ["K1"], "place": codes[0]}).get_json()
    assert sure["query"]["place"]["name"] == "Cipayung"
    assert len(sure["results"]) == 1
    named = client.post("/api/v1/find", json={"needs": ["K1"], "place": "Cipayung, Depok"})
    assert named.get_json()["query"]["place"]["code"] == "32.76.07"


def test_zero_results_log_an_unmet_need_and_offer_a_step(app: Flask, client: FlaskClient) -> None:
    """Bands and the hour, and what a wider question would find."""
    load_small_gazetteer(app)
    make_offer(needs="S1", hours=OFFICE, beds=(4, 0), **WELCOMES_ALL)
    make_offer(
        needs="P1",
        hours=ROUND_THE_CLOCK,
        location={"type": "virtual", "latitude": None, "longitude": None, "precision": None},
    )
    found = _ask(client, needs=["S1"], person=MOTHER, at=SUNDAY_NIGHT)
    assert found["results"] == []
    kinds = [step["kind"] for step in found["next_steps"]]
    assert kinds[0] == "any_time"
    assert kinds[-1] == "hotline"
    row = db.session.query(UnmetNeed).one()
    assert (row.need, row.hour, row.age_band, row.sex) == ("S1", 22, "25-59", "female")
    assert (row.with_children, row.area_code) == (True, "31.75.10")


def test_results_log_nothing(client: FlaskClient) -> None:
    """A search that found somebody leaves no trace."""
    make_offer(needs="K1")
    _ask(client, needs=["K1"], person=MOTHER)
    assert db.session.query(UnmetNeed).count() == 0


def test_a_get_takes_need_and_place_alone(client: FlaskClient) -> None:
    """Facts about a person never stand in an address."""
    make_offer(needs="K1")
    found = client.get("/api/v1/find?need=K1&lat=-6.32&lon=106.9&limit=3&lang=en")
    assert len(found.get_json()["results"]) == 1
    for fact in ("sex=female", "age=16", "person=x", "at=2026-11-22T22:00:00Z", "children=M8"):
        refused = client.get(f"/api/v1/find?need=K1&{fact}")
        assert refused.status_code == 422
        assert fact.split("=")[0] in refused.get_json()["errors"][0]["field"]


WRONG = [
    ({}, "needs"),
    ({"needs": []}, "needs"),
    ({"needs": ["X9"]}, "needs.0"),
    ({"needs": "nonsense"}, "needs.0"),
    ({"needs": 5}, "needs"),
    ({"needs": ["K1"], "lat": -6.3, "lon": None}, "lon"),
    ({"needs": ["K1"], "lat": 95, "lon": 106}, "lat"),
    ({"needs": ["K1"], "lat": "NaN", "lon": 106}, "lat"),
    ({"needs": ["K1"], "place": ""}, "place"),
    ({"needs": ["K1"], "place": "Nirwana Sekali"}, "place"),
    ({"needs": ["K1"], "person": {"age": -1}}, "person.age"),
    ({"needs": ["K1"], "person": {"age": "old"}}, "person.age"),
    ({"needs": ["K1"], "person": {"age": True}}, "person.age"),
    ({"needs": ["K1"], "person": {"sex": "dragon"}}, "person.sex"),
    ({"needs": ["K1"], "person": {"children": "M18"}}, "person.children"),
    ({"needs": ["K1"], "person": {"children": "eight"}}, "person.children"),
    ({"needs": ["K1"], "person": {"disability": ["wings"]}}, "person.disability.0"),
    ({"needs": ["K1"], "person": {"nationality": "Indonesia"}}, "person.nationality"),
    ({"needs": ["K1"], "person": {"name": "x"}}, "person.name"),
    ({"needs": ["K1"], "person": "woman"}, "person"),
    ({"needs": ["K1"], "at": "2026-11-22T22:00:00"}, "at"),
    ({"needs": ["K1"], "at": "tonight"}, "at"),
    ({"needs": ["K1"], "at": "0397-08-20T20:24:34+07:00"}, "at"),
    ({"needs": ["K1"], "urgency": "panic"}, "urgency"),
    ({"needs": ["K1"], "limit": 0}, "limit"),
    ({"needs": ["K1"], "limit": 51}, "limit"),
    ({"needs": ["K1"], "lang": "fr"}, "lang"),
    ({"needs": ["K1"], "extra": 1}, "extra"),
]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(("body", "field"), WRONG)
def test_what_is_wrong_is_named(
    app: Flask, client: FlaskClient, body: dict[str, Any], field: str, lang: str
) -> None:
    """422 as problem+json, naming the field, in the asked language."""
    if "Nirwana" in str(body):
        load_small_gazetteer(app)
    asked = {"lang": lang, **body}
    answer = client.post("/api/v1/find", json=asked)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    errors = answer.get_json()["errors"]
    assert field in [error["field"] for error in errors]
    assert all(error["message"] for error in errors)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff\xfe"])
def test_a_body_that_is_no_object(client: FlaskClient, body: bytes) -> None:
    """Not JSON, or not an object: the same kind of answer."""
    answer = client.post("/api/v1/find", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["errors"]


def test_messages_are_in_the_asked_language(client: FlaskClient) -> None:
    """Indonesian by default, English when asked for."""
    texts = {}
    for lang in ("id", "en"):
        answer = client.post("/api/v1/find", json={"needs": ["K1"], "limit": 99, "lang": lang})
        texts[lang] = answer.get_json()["errors"][0]["message"]
    assert texts["en"] == "Must be between 1 and 50"
    assert texts["id"] == "Harus antara 1 dan 50"


def test_other_doors_of_the_api(client: FlaskClient) -> None:
    """Errors are problem+json there, and pages elsewhere."""
    missing = client.get("/api/v1/nothing")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")
    wrong = client.delete("/api/v1/find")
    assert (wrong.status_code, wrong.content_type) == (405, "application/problem+json")
    assert "POST" in wrong.headers["Allow"]
    page = client.get("/nothing")
    assert page.status_code == 404
    assert "text/html" in page.content_type


def test_answers_are_not_kept_anywhere(client: FlaskClient) -> None:
    """`no-store`, whatever was asked."""
    answer = client.post("/api/v1/find", json={"needs": ["K1"], **HERE})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_tiers(make_app: Any) -> None:
    """Without an account one sees the public tier; a demo shows its fictional rest."""
    app = make_app(demo=False)
    make_offer(needs="K1")
    make_offer(needs="K1", location={"tier": 1})
    make_offer(needs="K1", location={"tier": 2, "precision": "hidden"})
    client = app.test_client()
    found = _ask(client, needs=["K1"])
    assert [entry["tier"] for entry in found["results"]] == ["public"]


def test_a_virtual_service_is_everywhere(client: FlaskClient) -> None:
    """A hotline has no place and no distance, and comes first."""
    nowhere = {"type": "virtual", "latitude": None, "longitude": None, "precision": None}
    make_offer(needs="P1", location={"latitude": -6.33})
    make_offer(needs="P1", location=nowhere)
    first = _ask(client, needs=["P1"])["results"][0]
    assert (first["by_phone"], first["distance_km"], first["position"]) == (True, None, None)


def test_without_a_place(client: FlaskClient) -> None:
    """No place is no error: the list is by fit."""
    make_offer(needs="K1")
    answer = client.post("/api/v1/find", json={"needs": ["K1"]}).get_json()
    assert answer["query"]["origin"] is None
    assert answer["results"][0]["distance_km"] is None
