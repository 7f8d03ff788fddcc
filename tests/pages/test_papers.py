"""Papers: what each holds, for whom, their numbers, and that every print is recorded."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.commands.secret.places import Exact, say_place
from agencies.commands.secret.places import Wanted as Published
from agencies.models import MeetingPoint
from core.actors import Tier
from core.clock import now
from core.db import db, write, writing
from referral.commands.hand_over.arrivals import Way, say_arrival
from referral.commands.moves.answering import accept, decline
from referral.commands.moves.handing import hand_over
from referral.commands.record.papers import number_paper, say_letterhead
from referral.models import Letter
from referral.rules.papers import Paper
from referral.rules.reasons import Decline
from tests.support.handing import NAME, PHONE, Two, make_accepted, make_sent, make_two
from tests.support.html import text_of
from tests.support.missing import require_program
from tests.support.people import make_account, sign_in
from tests.support.sending import post

HEAD = {"lines": "Dinas Contoh\nJl. Kantor 1", "city": "Jakarta", "signer": "Sari Dewi, M.Si."}
HEAD |= {"number_pattern": "{number}/RJK/{month}/{year}", "copies_to": "Polres Metro"}


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies."""
    return make_two()


def _browser(app: Flask, account: Any) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    return client


def _paper(client: FlaskClient, code: str, paper: str, lang: str = "en", **query: str) -> str:
    asked = {"lang": lang, **query}
    answer = client.get(f"/referrals/{code}/letters/{paper}", query_string=asked)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return text_of(answer.text)


def _manager(agency_id: Any) -> Any:
    return make_account(Role.MANAGER, agency_id=agency_id)


def test_the_letter_holds_what_the_receiver_may_see_at_that_stage(app: Flask, two: Two) -> None:
    code = make_sent(two)
    worker = _browser(app, two.worker)
    before = _paper(worker, code, "letter")
    assert NAME not in before
    assert "25–59 years" in before
    write(accept, two.answering, code=code, promise=two.promise())
    after = _paper(worker, code, "letter")
    assert NAME in after
    assert "1999" not in after  # the year of birth was not released
    copy = _paper(worker, code, "letter", copy="notice")
    for hidden in (NAME, PHONE, "Needs a bed tonight"):
        assert hidden not in copy
    write(decline, two.answering, code=code, reason=Decline.FULL)
    assert NAME not in _paper(worker, code, "letter")
    prints = list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.printed"))
    )
    assert len(prints) == 4
    assert {entry.chain for entry in prints} == {str(two.sender_id).replace("-", "")}


def test_each_side_prints_its_own_papers(app: Flask, two: Two) -> None:
    code = make_accepted(two)
    clerk, other = _browser(app, two.clerk), _browser(app, make_two().worker)
    for client, paper, status in (
        (clerk, "record", 200),
        (clerk, "letter", 404),
        (clerk, "consent", 404),
        (other, "record", 404),
        (clerk, "of no kind", 404),
    ):
        assert client.get(f"/referrals/{code}/letters/{paper}").status_code == status
    assert other.get(f"/referrals/{code}/letters").status_code == 404


def _at_a_secret_place(two: Two, latitude: float, longitude: float) -> str:
    """A hand-over at a meeting point for a secret place that lies there."""
    manager = actor_of(_manager(two.receiver_id), strong=True)
    exact = Exact("Jl. Rahasia 7", latitude=latitude, longitude=longitude)
    place = two.offer.location_id
    write(say_place, manager, location_id=place, wanted=Published(Tier.SECRET, exact))
    with writing():
        point = MeetingPoint(
            agency_id=two.receiver_id, name="Stasiun Jatinegara", latitude=-6.0, longitude=106.2
        )
        db.session.add(point)
    code = make_accepted(two)
    expected = now() + timedelta(hours=1)
    way = Way(meeting_point_id=point.id, expected_at=expected)
    write(say_arrival, two.answering, code=code, way=way)
    write(hand_over, two.answering, code=code, received_by="Rini")
    return code


def test_the_address_of_a_secret_place_is_on_no_paper(app: Flask, two: Two) -> None:
    code = _at_a_secret_place(two, -6.32, 106.90)
    worker, clerk = _browser(app, two.worker), _browser(app, two.clerk)
    for client, papers in ((worker, list(Paper)), (clerk, [Paper.RECORD])):
        for paper in papers:
            for copy in ("receiver", "notice"):
                for lang in ("id", "en"):
                    shown = _paper(client, code, paper.value, lang, copy=copy)
                    assert "Jl. Rahasia" not in shown
                    assert "106.9" not in shown
    assert "Stasiun Jatinegara" in _paper(worker, code, "record")
    assert "Stasiun" not in _paper(worker, code, "record", copy="notice")


@pytest.mark.both_databases
def test_numbers_have_no_gap_and_none_is_given_twice(app: Flask, two: Two) -> None:
    manager = actor_of(_manager(two.sender_id), strong=True)
    write(say_letterhead, manager, agency_id=two.sender_id, wanted=HEAD)
    codes = [make_sent(two) for _ in range(4)]
    worker = _browser(app, two.worker)
    assert post(worker, f"/referrals/{codes[0]}/letters", paper="letter").status_code == 303
    actor = two.sending

    def number(code: str) -> None:
        with app.app_context():
            for _ in range(2):
                write(number_paper, actor, code=code, paper=Paper.LETTER)

    threads = [threading.Thread(target=number, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    numbers = sorted(db.session.scalars(select(Letter.number)))
    assert numbers == [1, 2, 3, 4]
    spelt = db.session.scalars(select(Letter.spelt).where(Letter.number == 1)).one()
    assert spelt.startswith("001/RJK/")
    shown = _paper(worker, codes[0], "letter")
    assert spelt in shown
    assert "Sari Dewi, M.Si." in shown
    assert "Polres Metro" in shown


def test_a_letterhead_is_its_managers_and_faults_stand_at_their_fields(
    app: Flask, two: Two
) -> None:
    manager, clerk = _browser(app, _manager(two.sender_id)), _browser(app, two.clerk)
    assert clerk.get("/letterhead").status_code == 404
    body = {**HEAD, "number_pattern": "{number}", "signer_nip": "12"}
    answer = post(manager, "/letterhead", agency=str(two.sender_id), **body)
    assert answer.status_code == 422
    assert 'id="number_pattern-error"' in answer.text
    assert 'id="signer_nip-error"' in answer.text
    assert "Sari Dewi, M.Si." in answer.text
    answer = post(manager, "/letterhead", agency=str(two.receiver_id), **HEAD)
    assert answer.status_code == 404
    answer = post(manager, "/letterhead", agency=str(two.sender_id), **HEAD)
    assert answer.status_code == 303


def test_without_its_library_people_print_from_the_browser(
    app: Flask, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referral.pages.papers.can_make_pdf", lambda: False)
    worker = _browser(app, two.worker)
    code = make_accepted(two)
    assert worker.get(f"/referrals/{code}/letters/letter/pdf").status_code == 303
    assert "with the browser" in worker.get(f"/referrals/{code}/letters?lang=en").text


def test_a_pdf_is_a4_with_its_fonts_and_the_same_words(app: Flask, two: Two) -> None:
    require_program("pango")
    code = make_accepted(two)
    worker = _browser(app, two.worker)
    answer = worker.get(f"/referrals/{code}/letters/letter/pdf", query_string={"lang": "en"})
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert len(pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [210, 297]
    words = " ".join(pages[0].extract_text().split())
    assert NAME in words
    assert code in words
    resources: Any = pages[0]["/Resources"]
    fonts = resources["/Font"].values()
    descriptors = [f.get_object()["/DescendantFonts"][0].get_object() for f in fonts]
    assert all(
        {"/FontFile2", "/FontFile3"} & set(d["/FontDescriptor"].get_object()) for d in descriptors
    )
