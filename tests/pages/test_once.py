"""A form tapped twice, sent again after a lost connection, or changed in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Account, AuditEntry, Invitation
from accounts.rules.rights import Role
from agencies.models import AgencyApplication, Offer, Pool
from core.db import db
from core.idempotency import KeptAnswer
from core.once import FIELD
from referral.models import CaseFile
from tests.factories import make_offer
from tests.pages.test_joining import GIVEN
from tests.support.html import all_of, check_page, parse, text_of
from tests.support.people import make_account, sign_in
from tests.support.places import gazetteer, load
from tests.support.sending import hidden_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def offer(app: Flask, tmp_path: Path) -> Offer:
    """A shelter with six places, three of them taken; the gazetteer around Jakarta."""
    assert load(app, gazetteer(tmp_path)).exit_code == 0
    return make_offer(beds=(6, 3))


def _browser(app: Flask, account: Account | None = None) -> FlaskClient:
    client = app.test_client()
    if account is not None:
        sign_in(client, account)
    client.get("/?lang=en")
    return client


def _filled(client: FlaskClient, page: str, to: str, **typed: str) -> dict[str, str]:
    return {**hidden_of(client.get(page).text, to), **typed}


def _count(model: Any, **by: Any) -> int:
    db.session.rollback()
    return int(db.session.query(model).filter_by(**by).count())


def test_beds_tapped_twice(app: Flask, offer: Offer) -> None:
    """One word, and both taps are told the same on the next page."""
    client = _browser(app, make_account(Role.INTAKE, agency_id=offer.service.agency_id))
    sent = _filled(client, "/beds", "/beds", free="2")
    answers = [client.post("/beds", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert text_of(client.get("/beds").text).count("Said: Kamar Melur, 2 free.") == 1
    assert _count(AuditEntry, action="beds.said") == 1


def test_what_is_said_next_is_said_although_the_first_answer_was_lost(
    app: Flask, offer: Offer
) -> None:
    """The cookie with the sentence never arrived; sent again, it is there."""
    client = _browser(app, make_account(Role.INTAKE, agency_id=offer.service.agency_id))
    sent = _filled(client, "/beds", "/beds", free="2")
    before = client.get_cookie("session")
    client.post("/beds", data=sent)
    assert before is not None
    client.set_cookie("session", before.value)
    client.post("/beds", data=sent)
    assert "Said: Kamar Melur, 2 free." in text_of(client.get("/beds").text)


def test_another_number_under_the_same_form_is_told_and_kept(app: Flask, offer: Offer) -> None:
    """Back, another figure, Done: nothing is done with it until it is sent once more."""
    client = _browser(app, make_account(Role.INTAKE, agency_id=offer.service.agency_id))
    sent = _filled(client, "/beds", "/beds", free="2")
    client.post("/beds", data=sent)
    told = client.post("/beds", data={**sent, "free": "1"})
    assert told.status_code == 422
    check_page(told.text)
    assert "This form was sent already" in text_of(told.text)
    db.session.rollback()
    assert db.session.query(Pool).one().free == 2
    again = hidden_of(told.text, "/beds")
    assert again["free"] == "1"
    assert again[FIELD] != sent[FIELD]
    assert client.post("/beds", data=again).status_code == 303
    db.session.rollback()
    assert db.session.query(Pool).one().free == 1


def test_an_application_sent_five_times_at_once(app: Flask, offer: Offer) -> None:
    """One application, and five times the same address to look at."""
    client = _browser(app)
    sent = _filled(client, "/join", "/join", **GIVEN)
    clients = [_browser(app) for _ in range(5)]
    cookie = client.get_cookie("session")
    assert cookie is not None
    for one in clients:
        one.set_cookie("session", cookie.value)
    with ThreadPoolExecutor(5) as crowd:
        answers = list(crowd.map(lambda one: one.post("/join", data=sent), clients))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert _count(AgencyApplication) == 1


def test_what_was_refused_is_mended_under_the_same_number(app: Flask, offer: Offer) -> None:
    """A refusal is no answer to keep: nothing of what was typed stays behind."""
    client = _browser(app)
    sent = _filled(client, "/join", "/join", **{**GIVEN, "name": ""})
    assert client.post("/join", data=sent).status_code == 422
    assert _count(KeptAnswer) == 0
    assert client.post("/join", data={**sent, "name": "Yayasan"}).status_code == 303


def test_an_invitation_tapped_twice_shows_the_same_link(app: Flask, offer: Offer) -> None:
    """Inviting again would end the first link; a second tap does not."""
    agency = offer.service.agency_id
    client = _browser(app, make_account(Role.MANAGER, agency_id=agency))
    to = f"/staff/{agency}/invitations"
    sent = _filled(client, f"/staff/{agency}", to, email="tono@example.org", roles="worker")
    first, second = (client.post(to, data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 200
    link = [a.get("value") for a in all_of(parse(first.text), "input") if a.get("readonly")]
    assert link == [
        a.get("value") for a in all_of(parse(second.text), "input") if a.get("readonly")
    ]
    assert text_of(first.text) == text_of(second.text)
    assert _count(Invitation) == 1


def test_a_case_opened_twice_is_one_case(app: Flask, offer: Offer) -> None:
    """And nothing of the person is in what is kept of the answer."""
    client = _browser(app, make_account(Role.WORKER, agency_id=offer.service.agency_id))
    sent = _filled(client, "/cases/new", "/cases/new", name="Siti Contoh")
    first, second = (client.post("/cases/new", data=sent) for _ in range(2))
    assert first.location == second.location
    assert _count(CaseFile) == 1


def test_somebody_elses_number_is_another(app: Flask, offer: Offer) -> None:
    """The first answer is for who sent it."""
    agency = offer.service.agency_id
    one, two = (_browser(app, make_account(Role.WORKER, agency_id=agency)) for _ in range(2))
    sent = _filled(one, "/cases/new", "/cases/new", name="Siti Contoh")
    theirs = _filled(two, "/cases/new", "/cases/new", name="Siti Contoh")
    locations = {
        one.post("/cases/new", data=sent).location,
        two.post("/cases/new", data={**theirs, FIELD: sent[FIELD]}).location,
    }
    assert len(locations) == 2


def test_the_other_language_sends_nothing(app: Flask, offer: Offer) -> None:
    """The language button of a refused page shows what was typed again, and does nothing."""
    client = _browser(app)
    sent = _filled(client, "/join", "/join", **{**GIVEN, "name": ""})
    refused = client.post("/join", data=sent)
    assert 'name="show_in" value="id"' in refused.text
    full = {**hidden_of(refused.text, "/join"), **GIVEN, "show_in": "id"}
    shown = client.post("/join", data=full)
    assert shown.status_code == 422
    tree = check_page(shown.text)
    assert tree.get("lang") == "id"
    typed = {i.get("name"): i.get("value") for i in all_of(tree, "input")}
    assert typed["name"] == GIVEN["name"]
    assert _count(AgencyApplication) == 0
    del full["show_in"]
    mended = {**full, **hidden_of(shown.text, "/join")}
    assert client.post("/join", data=mended).status_code == 303
    assert _count(AgencyApplication) == 1
