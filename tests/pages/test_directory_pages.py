"""The directory: found by name, former name, word form, type, district and need."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agencies.models import Agency
from core.db import db
from tests.factories import make_offer
from tests.support.html import all_of, check_page, links, parse, text_of


def _search(client: FlaskClient, words: str, **more: str) -> str:
    query = {"q": words, "lang": "en", **more}
    page = client.get("/directory", query_string=query)
    assert page.status_code == 200
    check_page(page.text)
    return text_of(page.text)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_is_sound(sample_client: FlaskClient, lang: str) -> None:
    """Follow every link from the directory, once, in both languages."""
    sample_client.get(f"/?lang={lang}")
    todo = ["/", "/directory", "/directory?page=3", "/directory/booklet", "/style"]
    seen: set[str] = set()
    while todo and len(seen) < 60:
        address = todo.pop(0)
        path = address.split("#")[0]
        if path in seen or path.startswith(("/static", "/api/v1/openapi", "/import/")):
            continue
        seen.add(path)
        answer = sample_client.get(path)
        assert answer.status_code == 200, path
        if answer.content_type.startswith("text/html"):
            todo += [href for href in links(check_page(answer.text)) if "lang=" not in href]
    assert any(path.startswith("/agencies/") for path in seen)
    assert any(path.startswith("/services/") for path in seen)


def test_a_former_name_finds_what_the_agency_became(sample_client: FlaskClient) -> None:
    """P2TP2A is called UPTD PPA today."""
    found = _search(sample_client, "P2TP2A")
    assert "UPTD PPA" in found
    assert "P2TP2A" in found


@pytest.mark.parametrize(
    ("typed", "same_as"),
    [("rujukan", "dirujuk"), ("pendampingan", "mendampingi"), ("penampungan", "menampung")],
)
def test_word_forms_find_each_other(app: Flask, typed: str, same_as: str) -> None:
    """Indonesian prefixes and suffixes do not matter."""
    make_offer(name=f"Layanan {typed} penyintas", agency={"name": "Yayasan Anggrek"})
    client = app.test_client()
    for words in (typed, same_as, typed[:6]):
        assert "Yayasan Anggrek" in _search(client, words)


@pytest.mark.both_databases
def test_search_on_both_databases(app: Flask) -> None:
    """Every word must be there; the last may be half typed; strange signs are no query."""
    make_offer(agency={"name": "Rumah Aman Kenanga"}, former_name="P2TP2A Wilayah Timur")
    make_offer(agency={"name": "LBH Cakrawala", "type": "OBH"}, needs="H4")
    client = app.test_client()
    assert "Kenanga" in _search(client, "kenan")
    assert "Kenanga" in _search(client, "p2tp2a timur")
    assert "Kenanga" not in _search(client, "kenanga cakrawala")
    assert "Cakrawala" in _search(client, "bantuan hukum")
    for odd in ('"', "' or 1=1 --", "*", "AND OR NOT", "a" * 300, "(", "&|!", "kenanga & !x"):
        _search(client, odd)


def test_filters(sample_client: FlaskClient) -> None:
    """Type, district and need narrow; what is unknown in the address is ignored."""
    everything = _search(sample_client, "")
    assert "84 agencies" in everything
    police = _search(sample_client, "", type="POL")
    assert "6 agencies" in police
    assert "84 agencies" in _search(sample_client, "", type="nonsense", need="nonsense")
    lpsk = _search(sample_client, "", need="H3")
    assert "One agency" in lpsk
    nobody = _search(sample_client, "", need="H3", area="32.76")
    assert "0" in nobody or "No" in nobody


def test_an_absent_and_a_hidden_agency_answer_alike(make_app: object) -> None:
    """What one may not see does not exist."""
    app: Flask = make_app(demo=False)  # type: ignore[operator]
    make_offer(location={"tier": 2, "precision": "hidden"}, agency={"name": "Rumah Rahasia"})
    client = app.test_client()
    hidden = db.session.query(Agency).one()
    nobody = "01900000-0000-7000-8000-000000000000"
    absent = client.get(f"/agencies/{nobody}")
    secret = client.get(f"/agencies/{hidden.id}")
    assert (absent.status_code, secret.status_code) == (404, 404)
    assert absent.text.replace(nobody, "") == secret.text.replace(str(hidden.id), "")
    assert "Rahasia" not in client.get("/directory?q=rahasia").text
    assert client.get(f"/services/{hidden.services[0].id}").status_code == 404


def test_call_and_chat_links_carry_no_word(sample_client: FlaskClient) -> None:
    """A number, and nothing that a messenger could read."""
    page = sample_client.get("/directory").text
    chats = [a.get("href") or "" for a in all_of(parse(page), "a")]
    chats = [href for href in chats if "wa.me" in href]
    assert chats
    assert all(href.removeprefix("https://wa.me/").isdigit() for href in chats)
    calls = [a.get("href") for a in all_of(parse(page), "a") if "tel:" in (a.get("href") or "")]
    assert calls


def test_the_booklet_holds_the_public_tier_alone(sample_client: FlaskClient) -> None:
    """Paper lies on desks, whoever prints it."""
    page = sample_client.get("/directory/booklet?lang=en").text
    check_page(page)
    assert "Rumah Aman Kenanga" not in page
    assert "Place hidden" not in page
    assert "Jakarta Timur" in page
