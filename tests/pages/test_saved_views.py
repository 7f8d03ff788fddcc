"""Saved views: a page of the network with one's choices, under a name of one's own."""

from __future__ import annotations

import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.commands.saved_views import MOST_VIEWS
from accounts.models import SavedView
from accounts.rules.rights import Role
from core.db import db
from maps.pages.common import VIEWS
from tests.factories import make_offer
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import token_on

VIEWS_AT = "/network/views"
NASTY = "</script><b>{{7*7}}"


@pytest.fixture
def mine(app: Flask) -> FlaskClient:
    """A coordinator's browser."""
    return _coordinator(app)


def _coordinator(app: Flask) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_account(Role.COORDINATOR))
    client.set_cookie("language", "en")
    return client


def _send(client: FlaskClient, where: str = VIEWS_AT, **data: str) -> TestResponse:
    token = token_on(client.get("/network/picture").text)
    return client.post(where, data={"csrf_token": token, **data})


def _saved() -> list[SavedView]:
    db.session.rollback()
    return list(db.session.scalars(select(SavedView).order_by(SavedView.name)))


def test_every_page_offers_to_save_what_was_chosen(mine: FlaskClient) -> None:
    """Its form holds the page and the choices, and its view leads back there."""
    make_offer()
    with mine.application.test_request_context():
        pages = {name: mine.application.url_for(name) for name in VIEWS}
    for name, address in pages.items():
        page = mine.get(f"{address}?need=S1&period=2026-Q1&q=Ani&area=%00").text
        check_page(page)
        form = re.search(rf'<form[^>]*action="{VIEWS_AT}">(.*?)</form>', page, re.DOTALL)
        assert form is not None, address
        sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[1]))
        token, _once = sent.pop("csrf_token"), sent.pop("once")
        assert sent == {"page": name, "need": "S1", "period": "2026-Q1"}, address
        answer = mine.post(VIEWS_AT, data={**sent, "csrf_token": token, "name": f"Celah {name}"})
        assert answer.status_code == 303, answer.text
    for view in _saved():
        links = re.findall(r'href="([^"]+)"[^>]*><bdi[^>]*>' + re.escape(view.name), _list(mine))
        address = links[0].replace("&amp;", "&")
        assert urlsplit(address).path == pages[view.page]
        assert parse_qs(urlsplit(address).query) == {"need": ["S1"], "period": ["2026-Q1"]}
        assert mine.get(address).status_code == 200


def _list(client: FlaskClient) -> str:
    page = client.get(VIEWS_AT)
    assert page.headers["Cache-Control"] == "no-store"
    check_page(page.text)
    return page.text


def test_a_name_stays_a_name_and_is_ones_own(app: Flask, mine: FlaskClient) -> None:
    """Nobody else sees it, opens it or deletes it; deleting twice is no fault."""
    assert "No view is saved yet" in text_of(_list(mine))
    assert _send(mine, page="gaps.index", name=f" {NASTY} ", need="S1").status_code == 303
    assert NASTY in text_of(_list(mine))
    assert "<b>" not in _list(mine)
    (view,) = _saved()
    other = _coordinator(app)
    assert NASTY not in text_of(_list(other))
    answer = _send(other, f"{VIEWS_AT}/forget", view=str(view.id))
    missing = _send(other, f"{VIEWS_AT}/forget", view=str(uuid.uuid4()))
    assert answer.status_code == missing.status_code == 303
    assert answer.headers["Location"] == missing.headers["Location"]
    assert "deleted" not in text_of(_list(other))
    assert len(_saved()) == 1
    assert _send(other, page="gaps.index", name=NASTY).status_code == 303  # a name of theirs
    assert _send(mine, f"{VIEWS_AT}/forget", view=str(view.id)).status_code == 303
    assert "The view is deleted." in text_of(_list(mine))
    assert _send(mine, f"{VIEWS_AT}/forget", view=str(view.id)).status_code == 303
    assert len(_saved()) == 1


def test_what_is_refused_says_so_and_loses_nothing(mine: FlaskClient) -> None:
    """No name, too long a name, the same name, one too many, no page, no token."""
    assert _send(mine, page="gaps.index", name="Satu", need="S1").status_code == 303
    for name, told in (("", "Give the view a name"), ("x" * 61, "Give the view a name"),
                       ("Satu", "You have a view of this name already")):  # fmt: skip
        answer = _send(mine, page="picture.index", name=name, need="K3", layout="pathway")
        assert answer.status_code == 422
        assert told in answer.text
        check_page(answer.text)
        for typed in (f'value="{name}"', 'value="K3"', 'value="pathway"', 'value="picture.index"'):
            assert typed in answer.text, typed
    for page in ("", "staff.index", "network_layers.agencies", "no.such"):
        assert _send(mine, page=page, name="Lain").status_code == 404
    for view in ("", "x"):
        assert _send(mine, f"{VIEWS_AT}/forget", view=view).status_code == 404
    forged = mine.post(VIEWS_AT, data={"csrf_token": "x", "page": "gaps.index", "name": "Lain"})
    assert forged.status_code == 422
    assert 'value="Lain"' in forged.text
    assert len(_saved()) == 1
    for number in range(MOST_VIEWS - 1):
        assert _send(mine, page="gaps.index", name=f"Ke-{number}").status_code == 303
    answer = _send(mine, page="gaps.index", name="Lebih")
    assert answer.status_code == 422
    assert "You have 50 saved views" in answer.text


def test_only_what_speaks_of_the_network_is_kept(mine: FlaskClient) -> None:
    """Names of persons have no field; unknown choices are left out."""
    said = {"q": "Ani", "name_of": "Ani", "need": "XX", "type": "'", "area": "31.75"}
    assert _send(mine, page="matrix.index", name="Timur", **said, view="a" * 99).status_code == 303
    assert _saved()[0].query == "area=31.75"
