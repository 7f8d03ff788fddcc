"""Something is wrong here: reported from the result itself, settled by the agency."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from agencies.models import FactReport, Offer
from core.db import db
from tests.factories import make_offer
from tests.support.html import all_of, check_page, parse, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import fields, post, read

SHOWN = "Reported wrong on"


def _worker(app: Flask) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_account(Role.WORKER, agency_id=make_offer(needs="H4").service.agency_id))
    return client


def _results(client: FlaskClient) -> Any:
    return post(client, "/find", need="S1", lat="-6.32", lon="106.90")


def _count() -> int:
    db.session.rollback()
    return db.session.query(FactReport).count()


@pytest.mark.both_databases(in_soak=True)
class TestReports:
    def test_from_the_result_itself(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        worker = _worker(app)
        page = _results(worker)
        check_page(page.text)
        box = fields(page.text, "/report")
        assert uuid.UUID(box["offer"][0]) == offer.id
        sent = worker.post("/report?lang=en", data={**box, "what": "phone"})
        assert sent.status_code == 200
        check_page(sent.text)
        assert "The agency has been told" in text_of(sent.text)
        assert SHOWN in text_of(_results(worker).text)  # at once, and for everybody
        assert SHOWN in read(client, f"/services/{offer.service_id}")
        assert SHOWN in read(client, f"/agencies/{offer.service.agency_id}")

    def test_three_reports_or_a_wrong_phone(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        for number in range(3):
            assert SHOWN not in read(client, f"/services/{offer.service_id}")
            worker = _worker(app)
            for _ in range(2):  # pressed twice is one report
                post(worker, "/report", agency=str(offer.service.agency_id), what="moved")
            assert _count() == number + 1
        assert SHOWN in read(client, f"/services/{offer.service_id}")

    def test_the_manager_settles_it(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        post(_worker(app), "/report", offer=str(offer.id), what="phone", words="Tidak aktif")
        sign_in(client, make_account(Role.MANAGER, agency_id=offer.service.agency_id, name="Sri"))
        page = read(client, "/entry")
        assert "The phone number is wrong" in page
        assert "Tidak aktif" in page
        report = str(db.session.query(FactReport).one().id)
        assert post(client, "/entry/settle", report=report, outcome="right").status_code == 303
        assert SHOWN not in read(client, f"/services/{offer.service_id}")
        assert "Tidak aktif" not in read(client, "/entry")
        db.session.rollback()
        assert db.session.query(FactReport).one().was_right is True
        assert post(client, "/entry/settle", report=report, outcome="not").status_code == 404

    def test_another_manager_cannot(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        post(_worker(app), "/report", offer=str(offer.id), what="phone")
        sign_in(client, make_account(Role.MANAGER, agency_id=make_offer().service.agency_id))
        report = str(db.session.query(FactReport).one().id)
        assert post(client, "/entry/settle", report=report, outcome="not").status_code == 404
        assert SHOWN in read(client, f"/services/{offer.service_id}")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"what": ""}, "Choose what is wrong"),
            ({"what": "other", "words": " "}, "Say in a few words"),
            ({"what": "other", "words": "x" * 301}, "At most 300 letters"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_lost(
        self, app: Flask, typed: dict[str, str], said: str
    ) -> None:
        offer = make_offer()
        worker = _worker(app)
        answer = post(worker, "/report", offer=str(offer.id), key="r1", **typed)
        assert answer.status_code == 422
        check_page(answer.text)
        assert said in text_of(answer.text)
        assert fields(answer.text, "/report")["words"][0].strip() == typed.get("words", "").strip()
        assert _count() == 0

    def test_htmx_gets_the_box_alone(self, app: Flask) -> None:
        offer = make_offer()
        worker = _worker(app)
        box = fields(_results(worker).text, "/report")
        answer = worker.post(
            "/report", data={**box, "what": "full"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert _count() == 1
        assert offer.id

    def test_only_staff_may(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        page = _results(client).text
        assert not [f for f in all_of(parse(page), "form") if f.get("action") == "/report"]
        assert post(client, "/report", offer=str(offer.id), what="phone").location == "/sign-in"
        assert _count() == 0

    @pytest.mark.parametrize("body", [{}, {"offer": "x"}, {"offer": str(uuid.uuid4())}])
    def test_what_is_not_there_cannot_be_reported(self, app: Flask, body: dict[str, str]) -> None:
        assert post(_worker(app), "/report", what="phone", **body).status_code == 404
        assert _count() == 0


def test_nothing_of_a_report_stands_in_an_address(app: Flask) -> None:
    """Ids travel in the body; a GET has no such page."""
    offer: Offer = make_offer()
    worker = _worker(app)
    for form in all_of(parse(worker.get(f"/services/{offer.service_id}").text), "form"):
        assert str(offer.id) not in (form.get("action") or "")
    assert worker.get("/report").status_code in (404, 405)
