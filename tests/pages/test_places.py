"""Suggestions while somebody types a place, as a page's part and as JSON."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.places import gazetteer, load


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    """A browser, and a small gazetteer."""
    assert load(app, gazetteer(tmp_path)).exit_code == 0
    return app.test_client()


def _ask(client: FlaskClient, query: str) -> str:
    answer = client.get(f"/places/suggest?lang=en&{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    return answer.get_data(as_text=True)


def test_suggestions_are_buttons_that_submit_nothing(client: FlaskClient) -> None:
    """Value and label for the form's script; Enter in the field must not press one of them."""
    page = _ask(client, "q=cipay")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(page)
    buttons = tree.findall(".//button")
    assert [button.get("type") for button in buttons] == ["button"] * 3
    assert [button.get("data-suggest-value") for button in buttons] == [
        "31.75.10",
        "32.76.07",
        "31.75.10.1001",
    ]
    assert buttons[0].get("data-suggest-label") == "Cipayung (district), Jakarta Timur, DKI Jakarta"
    assert '<p class="hint" role="status">3 places</p>' in page
    assert "<script" not in page


def test_the_name_of_the_forms_field_will_do(client: FlaskClient) -> None:
    """htmx sends the field as it is called there."""
    assert _ask(client, "place=jaktim") == _ask(client, "q=jaktim")


def test_a_similar_name_is_said_to_be_similar(client: FlaskClient) -> None:
    """It is not what was typed."""
    page = _ask(client, "q=cipayng")
    assert "No place is written like this. Perhaps one of these is meant:" in page
    assert page.count("<button") == 3


def test_too_little_or_too_much_suggests_nothing(client: FlaskClient) -> None:
    """No button, no fault."""
    for query in ("", "q=", "q=c", "q=%20", "q=%3Cb%3E", "q=" + "x" * 3000):
        assert "<button" not in _ask(client, query)


def test_what_was_typed_is_not_repeated(client: FlaskClient) -> None:
    """Nothing of it can become markup."""
    page = _ask(client, "q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "alert" not in page
    assert "No place of that name is known here." in page


def test_programs_get_json(client: FlaskClient) -> None:
    """By content negotiation, with labels in the asked language."""
    answer = client.get(
        "/places/suggest?lang=en&q=cipayung+depok", headers={"Accept": "application/json"}
    )
    assert answer.mimetype == "application/json"
    assert answer.get_json() == {
        "match": "name",
        "certain": True,
        "total": 1,
        "places": [
            {
                "value": "32.76.07",
                "code": "32.76.07",
                "level": "district",
                "kind": "district",
                "name": "Cipayung",
                "label": "Cipayung (district), Kota Depok, Jawa Barat",
                "parents": ["Kota Depok", "Jawa Barat"],
                "lat": -6.4297,
                "lon": 106.80283,
            }
        ],
    }
    assert {"Accept", "Accept-Language", "Cookie"} <= set(answer.vary)
    nothing = client.get("/places/suggest?q=zzqqxx", headers={"Accept": "application/json"})
    assert nothing.get_json() == {"match": None, "certain": False, "total": 0, "places": []}


def test_there_are_more(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """With more than fit, the page says how to narrow them."""
    rows = [f"32.01.01.20{n:02},village,Sukamaju,-6.5,106.{n:02}" for n in range(20)]
    load(app, gazetteer(tmp_path, rows))
    page = _ask(client, "q=sukamaju")
    assert page.count("<button") == 8
    assert "There are more: add the district or city." in page
