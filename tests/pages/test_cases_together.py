"""Cases that several people work on at once, and lists that have grown long."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from core.clock import now
from core.db import db, writing
from referral.commands.case.sealing import person_of
from referral.models import CaseFile
from referral.rules.codes import begins_code
from referral.rules.person import Person, differing, marks
from tests.factories import make_offer
from tests.pages.test_cases import SITI, open_one, post, row
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import hidden_of


def colleagues(app: Flask, how_many: int = 2) -> list[FlaskClient]:
    """Browsers of people of one agency."""
    agency = make_offer().service.agency_id
    clients = [app.test_client() for _ in range(how_many)]
    for client in clients:
        sign_in(client, make_account(Role.WORKER, agency_id=agency))
        client.get("/?lang=en")
    return clients


@pytest.mark.both_databases
class TestTwoAtOnce:
    def test_the_slower_one_is_told_what_changed_and_loses_nothing(self, app: Flask) -> None:
        ani, budi = colleagues(app)
        code = open_one(ani)
        url = f"/cases/{code}"
        seen = hidden_of(budi.get(url).text, url)
        assert post(ani, url, **{**SITI, "phone": "0813 0000 0000", "notes": "Ani"}).location
        typed = {**SITI, "notes": "Budi", "address": "Jalan Baru 1"}
        told = budi.post(url, data={**seen, **typed})
        assert told.status_code == 422
        check_page(told.text)
        words = text_of(told.text)
        assert "Somebody else changed this case meanwhile" in words
        assert "What is there now" in words
        assert "Ani" in words
        for kept in ("Budi", "Jalan Baru 1"):
            assert kept in told.text
        # What Budi had not touched is what is there now, and not what he saw.
        assert 'name="phone" value="0813 0000 0000"' in told.text
        assert person_of(row(code))["notes"] == "Ani"
        again = {**hidden_of(told.text, url), **typed, "phone": "0813 0000 0000"}
        assert budi.post(url, data=again).status_code == 303
        assert person_of(row(code)) == {**typed, "phone": "0813 0000 0000"}

    def test_the_same_words_of_both_are_no_quarrel(self, app: Flask) -> None:
        ani, budi = colleagues(app)
        code = open_one(ani)
        url = f"/cases/{code}"
        seen = hidden_of(budi.get(url).text, url)
        news = {**SITI, "name": "Siti Rahayu"}
        post(ani, url, **news)
        assert budi.post(url, data={**seen, **news}).status_code == 303

    def test_at_the_same_instant_exactly_one_wins(self, app: Flask) -> None:
        clients = colleagues(app, 4)
        code = open_one(clients[0])
        url = f"/cases/{code}"
        sent = [{**hidden_of(c.get(url).text, url), **SITI, "name": f"N{n}"}
                for n, c in enumerate(clients)]  # fmt: skip
        answers: list[int] = []
        start = threading.Barrier(len(clients))

        def save(client: FlaskClient, data: dict[str, str]) -> None:
            start.wait()
            answers.append(client.post(url, data=data).status_code)

        crowd = [threading.Thread(target=save, args=pair)
                 for pair in zip(clients, sent, strict=True)]  # fmt: skip
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        assert sorted(answers) == [303, 422, 422, 422]

    def test_what_was_typed_into_a_closed_case_is_shown_once_more(self, app: Flask) -> None:
        ani, budi = colleagues(app)
        code = open_one(ani)
        url = f"/cases/{code}"
        seen = hidden_of(budi.get(url).text, url)
        post(ani, f"{url}/close", url)
        told = budi.post(url, data={**seen, **SITI, "notes": "Kata Budi"})
        assert told.status_code == 422
        check_page(told.text)
        assert "What you typed was not saved" in text_of(told.text)
        assert "Kata Budi" in told.text

    def test_whoever_saw_nothing_writes_over_nothing(self, app: Flask) -> None:
        (ani,) = colleagues(app, 1)
        code = open_one(ani)
        url = f"/cases/{code}"
        data = {**hidden_of(ani.get(url).text, url), **SITI, "name": "Sri", "seen": ""}
        assert ani.post(url, data=data).status_code == 422
        assert person_of(row(code)) == SITI


def test_marks_tell_which_fields_differ() -> None:
    """By field, also for fields that are empty; line ends of a browser are no difference."""
    before: Person = {"name": "Siti", "notes": "a\nb"}
    assert differing(marks(before), before) == []
    assert differing(marks(before), {"name": "Siti", "notes": "a\r\nb"}) == []
    assert differing(marks(before), {"name": "Sri", "phone": "1", "notes": "a\nb"}) == [
        "name",
        "phone",
    ]
    assert len(differing("nonsense", before)) == 5


def test_the_beginning_of_a_code() -> None:
    """With or without RJK and its line; what no code begins with is none."""
    assert begins_code("rjk-7f") == begins_code("7F") == "RJK-7F"
    assert begins_code("RJK") == "RJK-"
    assert begins_code("1O") is None
    assert begins_code("234567") is None


@pytest.mark.both_databases
def test_a_long_list_is_paged_searched_and_filtered(app: Flask) -> None:
    """Every case is on exactly one page; a code and a state lead to it."""
    (ani,) = colleagues(app, 1)
    first = open_one(ani)
    agency: uuid.UUID = row(first).agency_id
    strange = make_offer().service.agency_id
    with writing():
        for n in range(119):
            letters = "23456789AB"
            code = f"RJK-ZZ{letters[n // 100]}{letters[n // 10 % 10]}{letters[n % 10]}"
            closed = now() if n % 2 else None
            opened = now() - timedelta(hours=n)
            db.session.add(
                CaseFile(code=code, agency_id=agency, opened_at=opened, closed_at=closed)
            )
        db.session.add(CaseFile(code="RJK-YYYYY", agency_id=strange, opened_at=now()))
    pages = [ani.get(f"/cases?lang=en&page={n}").text for n in (1, 2, 3)]
    check_page(pages[1])
    listed = [re.findall(r'href="/cases/(RJK-\w{5})"', page) for page in pages]
    assert [len(codes) for codes in listed] == [50, 50, 20]
    assert len({code for codes in listed for code in codes}) == 120
    assert "120 cases" in text_of(pages[0])
    assert "RJK-YYYYY" not in "".join(pages)
    for asked, many in (("code=rjk-zz2", 100), ("code=zz222", 1), ("state=closed", 59),
                        ("state=open", 61), ("code=ZZ2&state=closed", 50)):  # fmt: skip
        found = text_of(ani.get(f"/cases?lang=en&{asked}").text)
        assert f"{many} cases" in found if many > 1 else "One case" in found, asked
    nothing = ani.get("/cases?lang=en&code=YYYYY")
    assert "No such case" in text_of(nothing.text)
    check_page(nothing.text)
    assert ani.get("/cases?page=9999&state=x&code=%27%25").status_code == 200
