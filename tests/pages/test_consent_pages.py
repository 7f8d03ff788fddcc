"""The pages of consents, exclusions and broken glass, as people use them; and every door."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from accounts.access import RULES
from accounts.models import Account
from accounts.rules.rights import Role
from accounts.walls import bearing_of
from core.bearing import OPERATOR, take
from core.db import db, write
from core.walls import act
from referral.commands.consent.glass import break_glass
from referral.commands.record.reading import read_referral
from referral.models import CaseFile, Consent, Exclusion, GlassBreak, Referral
from referral.queries.referrals import any_referral_by_code
from referral.rules.states import State
from tests.support.handing import NAME, PHONE, Two, make_accepted, make_sent, make_two
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import send

DIGITS = "081200001111"  # of the person's phone, as somebody would search for it


def _as(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    return client


def _referral(code: str) -> Referral:
    db.session.rollback()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _pages(two: Two, code: str) -> list[str]:
    own = f"/cases/{two.case_code}"
    return [
        f"{own}/consents",
        f"{own}/consents/shown",
        f"{own}/exclusions",
        f"/referrals/{code}/glass",
    ]


def test_take_back_one_in_two_taps(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    worker = _as(app, two.worker)
    page = f"/cases/{two.case_code}/consents?lang=en"
    shown = worker.get(page)
    check_page(shown.text)
    assert "no-store" in shown.headers["Cache-Control"]
    assert "They know who it is" in text_of(shown.text)
    assert NAME not in shown.text
    consent_id = _referral(code).consent_id
    to = f"/cases/{two.case_code}/consents/{consent_id}/withdraw"
    answer = send(worker, page, to)
    assert answer.status_code == 303
    after = text_of(worker.get(answer.headers["Location"]).text)
    assert "From now on they see nothing of it. One referral was called off." in after
    assert "Taken back" in after
    assert _referral(code).state is State.CANCELLED


def test_take_back_everything_and_show_it_in_both_languages(app: Flask) -> None:
    two = make_two()
    make_accepted(two)
    make_sent(two)
    worker = _as(app, two.worker)
    shown = worker.get(f"/cases/{two.case_code}/consents/shown?lang=en")
    check_page(shown.text)
    assert "They know who you are" in text_of(shown.text)
    assert 'lang="id"' in shown.text
    assert NAME not in shown.text
    assert PHONE not in shown.text
    page = f"/cases/{two.case_code}/consents?lang=en"
    to = f"/cases/{two.case_code}/consents/withdraw-all"
    assert send(worker, page, to).status_code == 303
    db.session.rollback()
    assert all(row.withdrawn_at for row in db.session.scalars(select(Consent)))
    text = text_of(worker.get(f"/cases/{two.case_code}/consents/shown?lang=en").text)
    assert "Nobody outside our agency can see anything about you." in text


def test_leave_out_an_agency_and_a_person(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    worker = _as(app, two.worker)
    page = f"/cases/{two.case_code}/exclusions?lang=en"
    check_page(worker.get(page).text)
    person, agency = (f"/cases/{two.case_code}/exclusions/{of}" for of in ("person", "agency"))
    at = str(two.receiver_id)
    wrong = send(worker, page, person, at=at, email="nobody@example.org", words="Cousin")
    assert wrong.status_code == 422
    assert "Nobody with this address works at that agency" in text_of(wrong.text)
    assert "nobody@example.org" in wrong.text  # nothing typed is lost
    assert send(worker, page, person, at=at, email=two.clerk.email).status_code == 303
    assert _as(app, two.clerk).get(f"/referrals/{code}/glass").status_code == 404
    assert send(worker, page, agency, agency=at, agency_words="Kin").status_code == 303
    assert _referral(code).state is State.CANCELLED
    rows = list(db.session.scalars(select(Exclusion)))
    to = f"/cases/{two.case_code}/exclusions/{rows[0].id}/end"
    assert send(worker, page, to).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Exclusion, rows[0].id).ended_at is not None


def test_break_the_glass_and_review_it(app: Flask) -> None:
    two = make_two()
    code = make_sent(two)
    clerk = _as(app, two.clerk)
    page = f"/referrals/{code}/glass"
    first = clerk.get(f"{page}?lang=en")
    check_page(first.text)
    assert NAME not in first.text
    short = send(clerk, page, page, reason="now")
    assert short.status_code == 422
    assert NAME not in short.text
    assert send(clerk, page, page, reason="She bleeds and cannot speak").status_code == 303
    opened = clerk.get(page)
    assert NAME in opened.text
    assert "no-store" in opened.headers["Cache-Control"]
    glass = db.session.scalars(select(GlassBreak)).one()
    coordinator = _as(app, make_account(Role.COORDINATOR))
    listed = coordinator.get("/glass?lang=en")
    check_page(listed.text)
    assert code in listed.text
    review = f"/glass/{glass.id}"
    shown = coordinator.get(review)
    check_page(shown.text)
    assert "She bleeds" in shown.text
    assert NAME not in shown.text
    assert send(coordinator, review, review, words="Yes").status_code == 422
    assert send(coordinator, review, review, was_right="wrong", words="Call").status_code == 303
    assert "Was not right" in text_of(coordinator.get("/glass").text)
    assert clerk.get("/glass").status_code == 404


@pytest.mark.parametrize("who", ["receiver", "stranger", "coordinator"])
def test_nobody_else_has_these_pages(app: Flask, who: str) -> None:
    two = make_two()
    code = make_sent(two)
    strangers = {
        "receiver": lambda: two.clerk,
        "stranger": lambda: make_two().worker,
        "coordinator": lambda: make_account(Role.COORDINATOR),
    }
    client = _as(app, strangers[who]())
    for page in _pages(two, code):
        of_receiver = who == "receiver" and "/referrals/" in page
        assert client.get(page).status_code == (200 if of_receiver else 404)


def test_a_withdrawal_closes_every_door(app: Flask) -> None:
    """Every address that the app has, asked by the receiver's people, before and after."""
    two = make_two()
    accepted, waiting = make_accepted(two), make_sent(two)
    write(break_glass, two.answering, code=waiting, reason="She bleeds and cannot speak")
    manager = make_account(Role.MANAGER, agency_id=two.receiver_id)
    before = _everything(app, two, [two.clerk, manager], (accepted, waiting))
    assert _who_say(before), "no door showed the person: nothing would be proved"
    for code in (accepted, waiting):
        assert write(read_referral, two.answering, code=code).fields["name"] == NAME
    worker, page = _as(app, two.worker), f"/cases/{two.case_code}/consents"
    assert send(worker, page, f"{page}/withdraw-all").status_code == 303
    after = _everything(app, two, [two.clerk, manager], (accepted, waiting))
    assert before.keys() == after.keys()
    assert _who_say(after) == []
    for code in (accepted, waiting):
        assert write(read_referral, two.answering, code=code).fields == {}
    try:
        act(bearing_of(two.answering))
        assert db.session.scalars(select(CaseFile)).all() == []  # nor to a query that forgot to ask
    finally:
        take(OPERATOR)
        db.session.rollback()


def _who_say(pages: dict[str, bytes]) -> list[str]:
    return [url for url, page in pages.items() if NAME.encode() in page or PHONE.encode() in page]


def _everything(
    app: Flask, two: Two, people: list[Account], codes: tuple[str, ...]
) -> dict[str, bytes]:
    """What each of these people is shown at every address that can be asked for."""
    adapter = app.url_map.bind("localhost")
    found = {}
    for account, code in product(people, codes):
        client = _as(app, account)
        known = {"code": two.case_code, "ruj": code, "agency_id": two.receiver_id}
        for rule in app.url_map.iter_rules():
            if not _is_asked(rule, frozenset(known)):
                continue
            values = {name: known[name] for name in rule.arguments}
            url = adapter.build(rule.endpoint, values, force_external=False)
            found[f"{account.id} {url}"] = client.get(url, query_string={"q": DIGITS}).get_data()
    return found


def _is_asked(rule: Rule, known: frozenset[str]) -> bool:
    """Pages that are about agencies, cases and referrals; whatever is added later too."""
    asked = "GET" in (rule.methods or ()) and rule.arguments <= known
    open_to_all = RULES[rule.endpoint].everybody if rule.endpoint in RULES else False
    return asked and not open_to_all
