"""Beds in two taps: the clerk's word becomes what is occupied, held places stay held."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import AuditEntry
from accounts.rules.rights import Role
from agencies.models import EntryChange, Offer, Pool
from core.clock import now
from core.db import db, writing
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.html import bare, check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import post, read


def _shelter(**more: object) -> Offer:
    return make_offer(beds=(6, 3), said_hours_ago=30, hours=None, **WELCOMES_ALL, **more)  # type: ignore[arg-type]


def _pool() -> Pool:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Pool).order_by(Pool.id).first()  # type: ignore[return-value]


def _clerk(client: FlaskClient, offer: Offer, role: Role = Role.INTAKE) -> None:
    sign_in(client, make_account(role, agency_id=offer.service.agency_id))


def _found(client: FlaskClient) -> str:
    answer = post(client, "/find", need="S1", lat="-6.32", lon="106.90")
    assert answer.status_code == 200
    return text_of(answer.text)


@pytest.mark.both_databases
class TestBeds:
    def test_a_number_and_done_and_find_shows_it_at_once(
        self, app: Flask, client: FlaskClient
    ) -> None:
        pool_id = _shelter().pools[0].id
        _clerk(client, db.session.query(Offer).one())
        assert "3 free" in _found(client)
        assert "3 of 6 places free" in read(client, "/beds")
        answer = post(client, "/beds", pool=str(pool_id), free="5")
        assert answer.status_code == 303
        assert (_pool().occupied, _pool().free) == (1, 5)
        assert now() - _pool().said_at < timedelta(minutes=1)
        assert _pool().said_by == "intake"
        assert "5 free" in _found(client)
        post(client, "/beds", pool=str(pool_id), free="0")
        assert "Full" in _found(client)

    def test_held_and_closed_places_stay_what_they_are(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = _shelter()
        with writing():
            pool = db.session.get_one(Pool, offer.pools[0].id)
            pool.held, pool.closed, pool.occupied = 2, 1, 1
        _clerk(client, offer)
        assert post(client, "/beds", pool=str(pool.id), free="3").status_code == 303
        assert (_pool().occupied, _pool().held, _pool().closed) == (0, 2, 1)
        refused = post(client, "/beds", pool=str(pool.id), free="4")
        assert refused.status_code == 422
        check_page(refused.text)
        assert "Of 6 places 2 are held" in text_of(refused.text)
        assert "at most 3 can be free" in text_of(refused.text)
        assert _pool().free == 3

    def test_the_same_again_makes_it_young_and_is_no_change(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = _shelter()
        _clerk(client, offer)
        post(client, "/beds", pool=str(offer.pools[0].id), free="3")
        assert now() - _pool().said_at < timedelta(minutes=1)
        assert db.session.query(EntryChange).count() == 0
        said = db.session.query(AuditEntry).filter_by(action="beds.said").one()
        assert said.facts == {"free": 3, "closed": 0, "capacity": 6}

    @pytest.mark.parametrize("typed", ["", "many", "-1", "7", "٣", "999999999"])
    def test_what_is_no_figure_is_refused_and_changes_nothing(
        self, app: Flask, client: FlaskClient, typed: str
    ) -> None:
        offer = _shelter()
        before = offer.pools[0].said_at
        _clerk(client, offer)
        answer = post(client, "/beds", pool=str(offer.pools[0].id), free=typed)
        assert answer.status_code == 422
        check_page(answer.text)
        assert (_pool().free, _pool().said_at) == (3, before)

    def test_others_pools_are_like_unknown_ones(self, app: Flask, client: FlaskClient) -> None:
        mine, other = _shelter(), _shelter()
        _clerk(client, mine)
        theirs = post(client, "/beds", pool=str(other.pools[0].id), free="1")
        unknown = post(client, "/beds", pool=str(uuid.uuid4()), free="1")
        assert (theirs.status_code, unknown.status_code) == (404, 404)
        assert bare(theirs.text) == bare(unknown.text)
        page = read(client, "/beds")
        assert mine.service.name in page
        assert other.service.name not in page

    @pytest.mark.parametrize("role", [None, Role.WORKER, Role.COORDINATOR, Role.ADMINISTRATOR])
    def test_without_the_right_there_is_no_such_page(
        self, app: Flask, client: FlaskClient, role: Role | None
    ) -> None:
        offer = _shelter()
        if role:
            _clerk(client, offer, role)
        told = 404 if role else 302  # a visitor is led to sign-in
        assert client.get("/beds").status_code == told
        assert post(client, "/beds", pool=str(offer.pools[0].id), free="1").status_code == told
        assert _pool().free == 3
        assert "/beds" not in client.get("/").text

    def test_a_forged_post_changes_nothing(self, app: Flask, client: FlaskClient) -> None:
        offer = _shelter()
        _clerk(client, offer)
        said = {"pool": str(offer.pools[0].id), "free": "1"}
        assert client.post("/beds", data=said).status_code == 400
        assert client.post("/beds", data={**said, "csrf_token": "x"}).status_code == 422
        assert _pool().free == 3


def test_the_navigation_leads_there(app: Flask, client: FlaskClient) -> None:
    """For those who hold the right, in both languages."""
    _clerk(client, _shelter())
    page = client.get("/")
    assert 'href="/beds"' in page.text
    assert 'href="/entry"' not in page.text
    assert client.get("/beds").headers["Cache-Control"] == "no-store"
