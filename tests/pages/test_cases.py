"""Cases, through the pages that people use."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from accounts.models import AuditEntry, Membership
from accounts.rules.rights import Role
from core.clock import now
from core.crypto import CannotUnsealError
from core.db import db, writing
from core.keystore import ErasedKeyError, keystore
from referral.commands.case.sealing import person_of
from referral.models import CaseFile
from referral.rules.person import key_name
from tests.factories import make_offer
from tests.support.html import bare, check_page, text_of
from tests.support.people import make_account, sign_in

SITI = {
    "name": "Siti Contoh",
    "birth_year": "2004",
    "phone": "0812 3456 7890",
    "address": "Jalan Contoh 7",
    "notes": "Tidak boleh ditelepon malam",
}


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def post(client: FlaskClient, url: str, page: str = "", **fields: str) -> Any:
    """Send a form with the token of the page that shows it."""
    shown = client.get(page or url).text
    return client.post(url, data={"csrf_token": token_of(shown), "seen": seen_of(shown), **fields})


def seen_of(page: str) -> str:
    """What the form of a case saw."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found[1] if found else ""


def open_one(client: FlaskClient, **fields: str) -> str:
    """The code of a new case."""
    answer = post(client, "/cases/new?lang=en", **{**SITI, **fields})
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.headers["Location"]).rpartition("/")[2]


def member(client: FlaskClient, agency: uuid.UUID | None = None, **how: Any) -> uuid.UUID:
    """Sign a worker of an agency in; returns the agency."""
    agency = agency or make_offer().service.agency_id
    sign_in(client, make_account(Role.WORKER, agency_id=agency), **how)
    return agency


def audited(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def row(code: str) -> CaseFile:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(CaseFile).where(CaseFile.code == code)).one()


@pytest.mark.both_databases
class TestACase:
    def test_is_opened_read_changed_and_closed(self, app: Flask, client: FlaskClient) -> None:
        agency = member(client)
        check_page(client.get("/cases/new").text)
        code = open_one(client)
        assert re.fullmatch(r"RJK-[2-9A-Z]{5}", code)
        shown = client.get(f"/cases/{code.lower()}?lang=en")
        check_page(shown.text)
        for text in SITI.values():
            assert text in shown.text
        assert shown.headers["Cache-Control"] == "no-store"
        changed = post(client, f"/cases/{code}", **{**SITI, "name": "Sri", "address": ""})
        assert changed.status_code == 303
        person = person_of(row(code))
        assert person == {k: v for k, v in {**SITI, "name": "Sri"}.items() if k != "address"}
        assert post(client, f"/cases/{code}/close", f"/cases/{code}").status_code == 303
        closed = client.get(f"/cases/{code}?lang=en")
        assert "Sri" in closed.text
        assert "<textarea" not in closed.text
        listed = client.get("/cases?lang=en")
        check_page(listed.text)
        assert code in listed.text
        assert "Sri" not in listed.text
        assert {entry.chain for entry in audited("case.read")} == {agency.hex}

    def test_every_opening_is_recorded_without_what_was_read(
        self, app: Flask, client: FlaskClient
    ) -> None:
        member(client)
        code = open_one(client)
        assert [e.facts["fields"] for e in audited("case.opened")] == [sorted(SITI)]
        before = len(audited("case.read"))
        client.get(f"/cases/{code}")
        reads = audited("case.read")
        assert len(reads) == before + 1
        assert reads[-1].subject_id == str(row(code).id)
        post(client, f"/cases/{code}", **{**SITI, "phone": "0812 0000 0000"})
        assert [e.facts["fields"] for e in audited("case.changed")] == [["phone"]]
        for entry in db.session.scalars(select(AuditEntry)):
            assert "Siti" not in str(entry.facts)

    def test_nothing_changed_is_nothing_recorded(self, app: Flask, client: FlaskClient) -> None:
        member(client)
        code = open_one(client)
        sealed = row(code).name_sealed
        assert post(client, f"/cases/{code}", **SITI).status_code == 303
        assert row(code).name_sealed == sealed
        assert not audited("case.changed")

    def test_what_is_sealed_opens_in_no_other_case_or_field(
        self, app: Flask, client: FlaskClient
    ) -> None:
        member(client)
        one, other = open_one(client), open_one(client, phone="")
        with writing():
            moved = db.session.scalars(select(CaseFile.name_sealed).filter_by(code=one)).one()
            db.session.execute(update(CaseFile).filter_by(code=other).values(name_sealed=moved))
        with pytest.raises(CannotUnsealError):
            person_of(row(other))
        broken = client.get(f"/cases/{other}?lang=en")
        assert broken.status_code == 503
        assert "keys of this server" in text_of(broken.text)
        with writing():
            db.session.execute(
                update(CaseFile).filter_by(code=one).values(notes_sealed=CaseFile.name_sealed)
            )
        assert client.get(f"/cases/{one}").status_code == 503

    def test_a_phone_that_an_open_case_has_is_said_once(
        self, app: Flask, client: FlaskClient
    ) -> None:
        member(client)
        first = open_one(client)
        again = post(client, "/cases/new?lang=en", **{**SITI, "phone": "+62 812-3456-7890"})
        assert again.status_code == 422
        check_page(again.text)
        assert first in text_of(again.text)
        assert "although_same_phone" in again.text
        assert SITI["notes"] in again.text
        second = open_one(client, although_same_phone="1")
        assert second != first
        for code in (first, second):
            post(client, f"/cases/{code}/close", f"/cases/{code}")
        third = open_one(client)
        # The same where a phone is changed; what stands there already is asked about no more.
        other = open_one(client, phone="0812-1111-2222")
        page = f"/cases/{other}?lang=en"
        told = post(client, page, **SITI)
        assert told.status_code == 422
        assert third in text_of(told.text)
        assert post(client, page, **SITI, although_same_phone="1").status_code == 303
        assert post(client, page, **{**SITI, "notes": ""}).status_code == 303

    def test_another_agency_is_not_told_about_a_phone(self, app: Flask) -> None:
        here, there = app.test_client(), app.test_client()
        member(here)
        member(there)
        open_one(here)
        open_one(there)


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("birth_year", "1850"),
            ("birth_year", "2099"),
            ("birth_year", "old"),
            ("phone", "nobody"),
            ("name", "x" * 201),
        ],
    )
    def test_is_said_next_to_its_field_and_nothing_typed_is_lost(
        self, app: Flask, client: FlaskClient, field: str, text: str
    ) -> None:
        member(client)
        for url in ("/cases/new?lang=en", f"/cases/{open_one(client)}?lang=en"):
            answer = post(client, url, **{**SITI, "phone": "", field: text})
            assert answer.status_code == 422
            check_page(answer.text)
            assert f'id="{field}-error"' in answer.text
            assert SITI["notes"] in answer.text
            assert text in answer.text

    def test_with_an_old_token_nothing_happens_and_nothing_is_lost(
        self, app: Flask, client: FlaskClient
    ) -> None:
        member(client)
        answer = client.post("/cases/new", data={**SITI, "csrf_token": "old"})
        assert answer.status_code == 422
        assert SITI["notes"] in answer.text
        assert db.session.scalars(select(CaseFile)).all() == []
        code = open_one(client)
        for url in (f"/cases/{code}", f"/cases/{code}/close"):
            assert (
                client.post(url, data={**SITI, "name": "Other", "csrf_token": "old"}).status_code
                == 422
            )
        assert person_of(row(code)) == SITI
        assert row(code).closed_at is None

    def test_a_closed_case_is_not_changed(self, app: Flask, client: FlaskClient) -> None:
        member(client)
        code = open_one(client)
        token = token_of(client.get(f"/cases/{code}").text)
        client.post(f"/cases/{code}/close", data={"csrf_token": token})
        answer = client.post(f"/cases/{code}", data={"csrf_token": token, "name": "Other"})
        assert answer.status_code == 422
        assert person_of(row(code)) == SITI


class TestWhoMay:
    def test_somebody_elses_case_answers_like_one_that_is_not_there(self, app: Flask) -> None:
        owner, stranger, outside = (app.test_client() for _ in range(3))
        member(owner)
        member(stranger)
        code = open_one(owner)
        for client in (stranger, outside):
            form = {**SITI, "csrf_token": "x"}
            client.post("/cases/RJK-22222", data=form)  # the cookie that the first form brings
            for method, tail in (("GET", ""), ("POST", ""), ("POST", "/close")):
                theirs = client.open(f"/cases/{code}{tail}", method=method, data=form)
                nobodys = client.open(f"/cases/RJK-22222{tail}", method=method, data=form)
                assert theirs.status_code == nobodys.status_code == 404
                assert bare(theirs.text) == bare(nobodys.text)
                assert {k for k, _v in theirs.headers} == {k for k, _v in nobodys.headers}
        assert person_of(row(code)) == SITI

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
    def test_who_coordinates_or_administers_sees_no_case(
        self, app: Flask, client: FlaskClient, role: Role
    ) -> None:
        sign_in(client, make_account(role))
        for url in ("/cases", "/cases/new", "/cases/RJK-22222"):
            assert client.get(url).status_code == 404

    def test_without_a_second_factor_nothing_is_shown(self, app: Flask) -> None:
        """One is led on to make or show it, from a case that is there and from one that is not."""
        strong, weak = app.test_client(), app.test_client()
        agency = member(strong)
        code = open_one(strong)
        member(weak, agency, strong=False)
        shown = person_of(row(code))
        token = {"csrf_token": token_of(weak.get("/account/second-factor").text)}
        for answer in (
            weak.get("/cases"),
            weak.get(f"/cases/{code}"),
            weak.get("/cases/RJK-22222"),
            weak.get("/cases/new"),
            weak.post("/cases/new", data={**SITI, **token}),
            weak.post(f"/cases/{code}", data={**SITI, **token}),
            weak.post(f"/cases/{code}/close", data=token),
        ):
            assert answer.status_code == 302
            assert answer.location.startswith("/account/second-factor")
            assert SITI["name"] not in answer.text
        assert len(audited("case.opened")) == 1
        assert audited("case.read") == []
        assert person_of(row(code)) == shown

    def test_who_works_for_two_agencies_chooses_one_of_theirs(
        self, app: Flask, client: FlaskClient
    ) -> None:
        mine = make_offer().service.agency_id
        account = make_account(Role.WORKER, agency_id=mine)
        theirs = make_offer().service.agency_id
        with writing():
            db.session.add(
                Membership(
                    account_id=account.id, role=Role.WORKER, agency_id=theirs, began_at=now()
                )
            )
        strange = make_offer().service.agency_id
        sign_in(client, account)
        assert 'name="agency"' in client.get("/cases/new").text
        for wrong in ("", str(strange), "x"):
            assert post(client, "/cases/new", agency=wrong, **SITI).status_code == 422
        assert row(open_one(client, agency=str(theirs))).agency_id == theirs


@pytest.mark.both_databases
class TestErasing:
    def test_erases_the_person_for_everybody(self, app: Flask, client: FlaskClient) -> None:
        agency = member(client)
        code = open_one(client)
        kept = row(code)
        case_id, sealed = kept.id, kept.name_sealed
        runner = app.test_cli_runner()
        asked = runner.invoke(args=["keys", "erase", code], input="n\n")
        assert asked.exit_code == 1
        assert client.get(f"/cases/{code}").status_code == 200
        done = runner.invoke(args=["keys", "erase", code, "--yes"])
        assert done.exit_code == 0, done.output
        shown = client.get(f"/cases/{code}?lang=en")
        assert shown.status_code == 200
        assert "was erased on" in text_of(shown.text)
        assert SITI["name"] not in shown.text
        assert "Person erased" in client.get("/cases?lang=en").text
        gone = row(code)
        assert gone.name_sealed is gone.phone_sealed is gone.notes_sealed is None
        assert [e.chain for e in audited("case.erased")] == [agency.hex]
        # The row of an old backup opens no more.
        with writing():
            db.session.execute(update(CaseFile).filter_by(code=code).values(name_sealed=sealed))
        assert SITI["name"] not in client.get(f"/cases/{code}").text
        # Its phone is found no more, and nothing can be written again.
        open_one(client)
        token = token_of(client.get("/cases/new").text)
        again = client.post(f"/cases/{code}", data={"csrf_token": token, **SITI})
        assert again.status_code == 422
        assert keystore().erased_at(key_name(case_id))

    def test_a_code_that_is_not_there(self, app: Flask) -> None:
        for code in ("RJK-22222", "nonsense"):
            answer = app.test_cli_runner().invoke(args=["keys", "erase", code, "--yes"])
            assert answer.exit_code == 1

    def test_an_erasure_that_was_interrupted_is_finished_by_the_worker(
        self, app: Flask, client: FlaskClient
    ) -> None:
        member(client)
        code = open_one(client)
        keystore().erase(key_name(row(code).id))  # and then the process died
        assert "was erased on" in text_of(client.get(f"/cases/{code}?lang=en").text)
        assert row(code).name_sealed
        answer = app.test_cli_runner().invoke(args=["keys", "repeat-erasures"])
        assert answer.output.split()[0] == "1"
        assert row(code).name_sealed is None
        assert len(audited("case.erased")) == 1


@pytest.mark.both_databases
class TestANewKey:
    def test_the_person_stays_and_old_rows_open_no_more(
        self, app: Flask, client: FlaskClient
    ) -> None:
        agency = member(client)
        code = open_one(client)
        before, name = row(code).name_sealed, key_name(row(code).id)
        former = keystore().existing(name)
        done = app.test_cli_runner().invoke(args=["keys", "rotate", "--case", code.lower()])
        assert done.exit_code == 0, done.output
        assert code in done.output
        assert keystore().existing(name) != former
        assert person_of(row(code)) == SITI
        assert SITI["notes"] in client.get(f"/cases/{code}").text
        assert [e.chain for e in audited("case.rekeyed")] == [agency.hex]
        # Its phone is still found, and it can be changed.
        again = post(client, "/cases/new?lang=en", **SITI)
        assert code in text_of(again.text)
        assert post(client, f"/cases/{code}", **{**SITI, "name": "Sri"}).status_code == 303
        # The row of an old backup.
        with writing():
            db.session.execute(update(CaseFile).filter_by(code=code).values(name_sealed=before))
        assert client.get(f"/cases/{code}").status_code == 503

    def test_interrupted_at_each_step_it_loses_nothing(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        member(client)
        code = open_one(client)
        args = ["keys", "rotate", "--case", code]

        def dies(*_given: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:  # the key is made, the row is not written
            patch.setattr("referral.commands.case.rekeying.put_person", dies)
            app.test_cli_runner().invoke(args=args)
        assert person_of(row(code)) == SITI
        with monkeypatch.context() as patch:  # the row is written, the key not in its place
            patch.setattr("core.keystore.KeyStore.swap_in", lambda *_given: None)
            assert app.test_cli_runner().invoke(args=args).exit_code == 0
            assert post(client, f"/cases/{code}", **{**SITI, "name": "Sri"}).status_code == 303
        assert person_of(row(code))["name"] == "Sri"
        assert person_of(row(code))["notes"] == SITI["notes"]
        assert app.test_cli_runner().invoke(args=args).exit_code == 0
        assert person_of(row(code))["name"] == "Sri"

    def test_an_erased_person_has_none(self, app: Flask, client: FlaskClient) -> None:
        member(client)
        code = open_one(client)
        runner = app.test_cli_runner()
        runner.invoke(args=["keys", "erase", code, "--yes"])
        assert runner.invoke(args=["keys", "rotate", "--case", code]).exit_code == 1
        assert runner.invoke(args=["keys", "rotate", "--case", "RJK-22222"]).exit_code == 1
        with pytest.raises(ErasedKeyError):
            person_of(row(code))
