"""The find pages, as somebody without JavaScript uses them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.support.html import all_of, check_page, parse, text_of

MOTHER = {
    "need": "S4",
    "sex": "female",
    "age": "32",
    "child_sex_1": "M",
    "child_age_1": "8",
    "urgency": "emergency",
    "at": "2026-11-22T22:00",
}
CIPAYUNG = "31.75.10"


def _send(client: FlaskClient, lang: str = "en", **typed: Any) -> Any:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    return client.post("/find", data={"csrf_token": token[1], "lang": lang, **typed})


def _value(page: str, name: str) -> list[str]:
    """What stands in the fields of a name."""
    tree = parse(page)
    found = []
    for control in all_of(tree, "input"):
        if control.get("name") != name:
            continue
        kind = control.get("type")
        if kind not in ("checkbox", "radio") or "checked" in control.attrib:
            found.append(control.get("value") or "")
    for control in all_of(tree, "select"):
        if control.get("name") == name:
            found += [
                o.get("value") or "" for o in all_of(control, "option") if "selected" in o.attrib
            ]
    return found


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_form(sample_client: FlaskClient, lang: str) -> None:
    """Valid, labelled, in both languages."""
    page = sample_client.get(f"/?lang={lang}").text
    tree = check_page(page)
    assert all_of(tree, "html")[0].get("lang") == lang
    forms = [f for f in all_of(tree, "form") if f.get("action") == "/find"]
    assert [f.get("method") for f in forms] == ["post"]


def test_the_mother_with_an_eight_year_old(sample_client: FlaskClient) -> None:
    """Sunday 22:00, Cipayung: who can take them, and who nearly can and why not."""
    answer = _send(sample_client, place_code=CIPAYUNG, **MOTHER)
    assert answer.status_code == 200
    check_page(answer.text)
    words = text_of(answer.text)
    assert "Rumah Aman Kenanga" in words
    assert "Boys are admitted with their mother up to age 12" in words
    for failing in (
        "Boys are admitted up to age 7; the oldest is 8",
        "Full (",
        "Closed; opens tomorrow 08:00 WIB",
        "Does not admit children",
    ):
        assert failing in words
    assert words.index("Rumah Aman Kenanga") < words.index("the oldest is 8")


def test_no_fact_about_the_person_leaves_the_body(sample_client: FlaskClient) -> None:
    """Not in an address of the page, not in its title, not in a cache."""
    answer = _send(sample_client, place_code=CIPAYUNG, **MOTHER)
    tree = parse(answer.text)
    title = "".join(all_of(tree, "title")[0].itertext())
    addresses = [e.get(a) or "" for e in tree.iter() for a in ("href", "src", "action")]
    addresses += re.findall(r'data-share-url="([^"]+)"', answer.text)
    assert any("need=S4" in address for address in addresses)
    for address in [*addresses, title]:
        assert not re.search(r"female|sex=|age=|child|M8|at=2026", address), address
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_shared_link_asks_by_need_and_place_alone(sample_client: FlaskClient) -> None:
    """The same page for whoever opens it."""
    page = sample_client.get("/find?need=S4&place=31.75.10&sex=male&lang=en")
    assert page.status_code == 200
    check_page(page.text)
    assert "Male" not in text_of(page.text).split("Change")[0]


def test_an_ambiguous_place_asks_which_and_keeps_everything(sample_client: FlaskClient) -> None:
    """Cipayung is in Jakarta Timur and in Depok; nothing typed is lost."""
    page = _send(sample_client, place="Cipayung", **MOTHER).text
    tree = check_page(page)
    buttons = [b for b in all_of(tree, "button") if b.get("name") == "place_code"]
    assert [b.get("value") for b in buttons] == ["31.75.10", "32.76.07"]
    kept = {name: _value(page, name) for name in ("need", "sex", "age", "child_age_1", "at")}
    assert kept == {
        "need": ["S4"],
        "sex": ["female"],
        "age": ["32"],
        "child_age_1": ["8"],
        "at": ["2026-11-22T22:00"],
    }


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"need": []}, "need", "Choose at least one"),
        ({"place": "Nirwana Sekali"}, "place", "No place of that name"),
        ({"age": "tua"}, "age", "whole number"),
        ({"age": "200"}, "age", "between 0 and 120"),
        ({"child_age_1": "19"}, "child_age_1", "under 18"),
        ({"child_sex_1": ""}, "child_age_1", "boy or a girl"),
        ({"at": "besok"}, "at", "2026-11-22 22:00"),
        ({"need_text": "zzzz"}, "need_text", "No need of the list"),
        ({"lat": "95", "lon": "106", "place_code": ""}, "place", "between -90 and 90"),
    ],
)
def test_what_is_wrong_is_said_next_to_the_field_and_nothing_is_lost(
    sample_client: FlaskClient, typed: dict[str, Any], field: str, words: str
) -> None:
    """422, the words at the field, a link to it above, and everything still there."""
    sent = MultiDict({"place_code": CIPAYUNG, **MOTHER, **typed})
    if "place" in typed:
        sent.pop("place_code")
    answer = _send(sample_client, **sent.to_dict(flat=True))
    assert answer.status_code == 422
    tree = check_page(answer.text)
    assert words in text_of(answer.text)
    told = [e for e in tree.iter() if (e.get("id") or "").startswith(f"{field}-error")]
    assert told, f"no message at {field}"
    assert words in "".join(told[0].itertext())
    links = [a.get("href") for a in all_of(tree, "a")]
    assert f"#{field}" in links
    if field != "age":
        assert _value(answer.text, "age") == ["32"]


def test_typed_words_find_the_need(sample_client: FlaskClient) -> None:
    """Word forms and both languages; several meanings are choices."""
    sure = _send(sample_client, need_text="visum", place_code=CIPAYUNG)
    assert sure.status_code == 200
    many = _send(sample_client, need_text="shelter", place_code=CIPAYUNG)
    assert many.status_code == 422
    tree = check_page(many.text)
    picks = [b.get("value") for b in all_of(tree, "button") if b.get("name") == "need_text"]
    assert picks == ["S2", "S3", "S5"]
    english = _send(sample_client, need_text="Forensic examination", place_code=CIPAYUNG)
    assert english.status_code == 200


def test_a_stale_page_loses_nothing(sample_client: FlaskClient) -> None:
    """The token of a page that was open for long is refused, and what was typed comes back."""
    answer = sample_client.post(
        "/find", data={"csrf_token": "old", "place_code": CIPAYUNG, "lang": "en", **MOTHER}
    )
    assert answer.status_code == 422
    check_page(answer.text)
    assert _value(answer.text, "age") == ["32"]


def test_no_result_offers_a_next_step(sample_client: FlaskClient) -> None:
    """A question that nobody can meet still leads somewhere."""
    typed = {**MOTHER, "need": "K8", "sex": "other", "age": "3", "disability": "sight"}
    answer = _send(sample_client, place_code=CIPAYUNG, nationality="XX", id_document="no", **typed)
    assert answer.status_code == 200
    check_page(answer.text)


def test_results_without_a_place(sample_client: FlaskClient) -> None:
    """No place typed: still an answer, without distances."""
    answer = _send(sample_client, need="H3")
    assert answer.status_code == 200
    check_page(answer.text)


def test_secret_places_show_no_address(sample_client: FlaskClient) -> None:
    """A secret place is its cell: no address, no street, and said to be hidden."""
    api = sample_client.post(
        "/api/v1/find", json={"needs": ["S4"], "place": CIPAYUNG, "limit": 50, "lang": "en"}
    ).get_json()
    hidden = [e for e in api["results"] if e["tier"] == "secret"]
    assert hidden
    assert {e["position"]["precision"] for e in hidden} == {"hidden"}
    assert not [e["place"] for e in hidden if "Jl" in e["place"]]
    page = _send(sample_client, need="S4", place_code=CIPAYUNG, limit="50").text
    assert "Place hidden" in page


def test_the_indonesian_page_speaks_indonesian(sample_client: FlaskClient) -> None:
    """The words of the field, as a social worker writes them."""
    answer = _send(sample_client, lang="id", place_code=CIPAYUNG, **MOTHER)
    words = text_of(answer.text)
    assert "tanyakan dulu" in words.lower()
    assert "2,5 km" in words
    assert "08.00 WIB" in words
    assert "Open" not in words
