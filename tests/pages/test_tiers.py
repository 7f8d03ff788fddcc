"""Three tiers of the directory: public, network, secret. What is not seen does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from agencies.commands.index import refresh_offers
from agencies.models import Location, Offer, Precision
from core.db import db, writing
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.html import text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import post

NOBODY = "01900000-0000-7000-8000-000000000000"
NAMES = {0: "Yayasan Umum", 1: "Yayasan Jejaring", 2: "Yayasan Tertutup"}


@dataclass(frozen=True)
class World:
    """An app that is no demo, with an offer of each tier."""

    app: Flask
    offers: dict[int, Offer]


@pytest.fixture
def world(make_app: MakeApp) -> World:
    """One agency of each tier; the secret one has only its cell."""
    app = make_app(demo=False)
    offers = {
        tier: make_offer(
            needs="S1",
            phone=f"021-555010{tier}",
            agency={"name": name},
            name=f"Layanan {name}",
            location={"tier": tier, **({"precision": Precision.HIDDEN} if tier == 2 else {})},
        )
        for tier, name in NAMES.items()
    }
    return World(app, offers)


def _pages(client: FlaskClient, world: World) -> dict[str, str]:
    """Everything that lists entries."""
    listed = {
        "find": post(client, "/find", need="S1", lat="-6.32", lon="106.90"),
        "shared find": client.get("/find?need=S1&lang=en"),
        "directory": client.get("/directory?lang=en"),
        "by words": client.get("/directory?q=yayasan&lang=en"),
        "by need": client.get("/directory?need=S1&lang=en"),
    }
    assert {answer.status_code for answer in listed.values()} == {200}
    return {name: text_of(answer.text) for name, answer in listed.items()}


def _answers(client: FlaskClient, offer: Offer) -> list[Any]:
    return [
        client.get(f"/agencies/{offer.service.agency_id}"),
        client.get(f"/services/{offer.service_id}"),
    ]


@pytest.mark.both_databases(in_soak=True)
class TestTiers:
    def test_a_visitor_sees_the_public_tier_only(self, world: World) -> None:
        client = world.app.test_client()
        for page, text in _pages(client, world).items():
            assert NAMES[0] in text, page
            assert NAMES[1] not in text, page
            assert NAMES[2] not in text, page
        for tier in (1, 2):
            offer = world.offers[tier]
            for answer, path, own in zip(
                _answers(client, offer),
                ("agencies", "services"),
                (offer.service.agency_id, offer.service_id),
                strict=True,
            ):
                absent = client.get(f"/{path}/{NOBODY}")
                assert (answer.status_code, absent.status_code) == (404, 404)
                assert answer.text.replace(str(own), "") == absent.text.replace(NOBODY, "")

    @pytest.mark.parametrize("role", list(Role))
    def test_staff_see_all_three_and_of_a_secret_place_its_area(
        self, world: World, role: Role
    ) -> None:
        client = world.app.test_client()
        sign_in(client, make_account(role, agency_id=world.offers[0].service.agency_id))
        for page, text in _pages(client, world).items():
            for name in NAMES.values():
                assert name in text, (page, name)
        for offer in world.offers.values():
            assert {a.status_code for a in _answers(client, offer)} == {200}
        secret = client.get(f"/services/{world.offers[2].service_id}?lang=en").text
        assert "A place that is kept secret" in text_of(secret)

    def test_whose_last_role_ended_sees_what_a_visitor_sees(self, world: World) -> None:
        client = world.app.test_client()
        sign_in(client, make_account())  # an account without any role
        for text in _pages(client, world).values():
            assert NAMES[1] not in text
            assert NAMES[2] not in text

    def test_paper_holds_the_public_tier_whoever_prints(self, world: World) -> None:
        client = world.app.test_client()
        sign_in(client, make_account(Role.COORDINATOR))
        page = text_of(client.get("/directory/booklet?lang=en").text)
        assert NAMES[0] in page
        assert NAMES[1] not in page
        assert NAMES[2] not in page

    def test_a_service_at_two_places_shows_each_to_whom_it_is_for(self, world: World) -> None:
        """The public place of a service stays public; its secret one is not even counted."""
        public = world.offers[0]
        with writing():
            hidden = Location(
                key="hidden-2", tier=2, latitude=-6.4, longitude=106.8, precision=Precision.HIDDEN
            )
            hidden.district = "Kecamatan Contoh"
            second = Offer(service_id=public.service_id, location=hidden)
            db.session.add(second)
            db.session.flush()
            refresh_offers([second.id])
        address = f"/services/{public.service_id}?lang=en"
        visitor, worker = world.app.test_client(), world.app.test_client()
        sign_in(worker, make_account(Role.WORKER))
        assert "Kecamatan Contoh" not in visitor.get(address).text
        assert "2 places" not in visitor.get(address).text
        assert "Kecamatan Contoh" in worker.get(address).text

    def test_the_unseen_cannot_be_reported_or_edited(self, world: World) -> None:
        client = world.app.test_client()
        for tier in (1, 2):
            offer = str(world.offers[tier].id)
            assert post(client, "/report", offer=offer, what="phone").location == "/sign-in"
            assert client.get(f"/entry/offer/{offer}/hours").status_code == 404
