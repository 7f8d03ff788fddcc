"""Twenty people on one flight: each with a case, a consent and an answer of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from core.clock import now
from core.db import db, write
from referral.commands.moves.answering import Promise, accept
from referral.commands.moves.sending import divert
from referral.models import Batch, Consent, Hold, Notice, Referral
from referral.queries.batches import counted, people_of
from referral.rules.clocks import LIMITS
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.people import make_account, sign_in
from tests.support.sending import read, send, words

LIST = "Nama;L/P;Umur;Anak\nSari;P;24;\n=1+1;P;19;P2\nAnto;L;x;\nTono;L;31;\n"


def people(batch: Batch) -> list[Referral]:
    """The referrals of a batch as they stand now."""
    db.session.rollback()
    wanted = select(Referral).where(Referral.batch_id == batch.id).order_by(Referral.made_at)
    return list(db.session.scalars(wanted))


def test_a_flight_from_the_list_to_the_door(app: Flask, client: FlaskClient) -> None:
    ours = make_offer()
    for_women = make_offer(beds=(5, 0), **{**WELCOMES_ALL, "takes_male": False})
    for_men = make_offer(beds=(24, 0), **{**WELCOMES_ALL, "takes_female": False})
    worker = make_account(Role.WORKER, agency_id=ours.service.agency_id)
    clerks = {
        offer.service.agency_id: actor_of(
            make_account(Role.INTAKE, agency_id=offer.service.agency_id), strong=True
        )
        for offer in (for_women, for_men)
    }
    pools = {offer.service.agency_id: offer.pools[0].id for offer in (for_women, for_men)}
    women_id, men_id = for_women.service.agency_id, for_men.service.agency_id
    sign_in(client, worker)
    with time_machine.travel(now(), tick=False) as clock:
        lands = now() + timedelta(days=4)
        answer = send(
            client, "/batches?lang=en", "/batches", name="QZ 7681", expected_at=local(lands)
        )
        address = answer.headers["Location"]
        db.session.rollback()
        batch = db.session.scalars(select(Batch)).one()
        assert address == f"/batches/{batch.code}"

        # The list: what cannot be read is named and stays to be put right, all else is kept.
        listed = send(client, f"{address}?lang=en", f"{address}/people", need="S1", list=LIST)
        assert listed.status_code == 422
        assert "3 people are kept" in words(listed)
        assert "Row 3: “Age” cannot be read" in words(listed)
        assert "Anto\tL\tx" in listed.text
        right = {"file": (_workbook(), "daftar.xlsx"), "need": "S1"}
        answer = send(client, address, f"{address}/people", **right)
        assert answer.status_code == 422
        assert "Row 2" in words(answer)  # a formula runs nowhere
        assert len(people(batch)) == 4

        # Women and men find different places, each for themselves.
        match = f"{address}/match"
        page = client.get(f"{match}?lang=en").text
        chosen = {
            f"choice-{one.code}": str(offer_of(client, page, one.code)) for one in people(batch)
        }
        said = {"mode": "written", "abroad": "1", "identity": "1"}
        assert send(client, match, match, **chosen, **said).status_code == 422  # nobody agreed
        assert all(one.state.value == "draft" for one in people(batch))
        answer = send(client, match, match, **chosen, **said, agreed="1")
        assert answer.status_code == 303, words(answer)
        asked = people(batch)
        assert sorted(str(one.receiver_agency_id) for one in asked) == sorted(
            map(str, [women_id, women_id, men_id, men_id])
        )
        assert len({one.consent_id for one in asked}) == len({one.case_id for one in asked}) == 4

        # What is promised is kept until they land, and a delay keeps it longer.
        for one in asked:
            agency_id = one.receiver_agency_id
            assert agency_id is not None
            promise = Promise("Ibu Rini", pool_id=pools[agency_id])
            write(accept, clerks[agency_id], code=one.code, promise=promise)
        assert untils() == {lands + timedelta(hours=3)}
        # Nobody is late before they have landed.
        within = {one.urgency: LIMITS[one.urgency].start for one in asked}
        assert all(one.start_by == lands + within[one.urgency] for one in people(batch))
        later = lands + timedelta(hours=5)
        send(client, address, f"{address}/expected", expected_at=local(later))
        assert untils() == {later + timedelta(hours=3)}
        assert all(one.start_by == later + within[one.urgency] for one in people(batch))
        told = select(Notice.what).where(Notice.agency_id == men_id)
        assert "arrival_changed" in list(db.session.scalars(told))

        # They land: what was agreed abroad ends, and the places stay.
        clock.move_to(later)
        sign_in(client, worker)
        send(client, address, f"{address}/landed")
        db.session.rollback()
        ended = {one.ends_at for one in db.session.scalars(select(Consent))}
        assert ended == {later}
        assert all(not one.identity_open for one in people(batch))
        assert {one.state.value for one in people(batch)} == {"accepted"}
        assert "arrived" in read(client, address)

        # Each is asked again, and what they agreed to now opens the view.
        again, who = f"{address}/again", [one.code for one in asked[:2]]
        said = {"mode": "written"}
        assert send(client, address, again, who=who, **said).status_code == 422  # nobody agreed
        assert send(client, address, again, who=who, **said, agreed="1").status_code == 303
        assert [one.identity_open for one in people(batch)] == [
            one.code in who for one in people(batch)
        ]
        open_again = select(Notice).where(Notice.what == "open_again")
        assert len(list(db.session.scalars(open_again))) == len(who)  # and the receivers are told

        write(divert, actor_of(worker, strong=True), code=asked[0].code, words="Hospital first")
        db.session.rollback()
        assert counted(people_of(batch)) == {"accepted": 3, "diverted": 1}
        assert "3 accepted" in read(client, address)


def test_of_another_agency_there_is_no_group(app: Flask, client: FlaskClient) -> None:
    ours, theirs = make_offer(), make_offer()
    sign_in(client, make_account(Role.WORKER, agency_id=ours.service.agency_id))
    answer = send(client, "/batches", "/batches", name="KM Lambelu")
    sign_in(client, make_account(Role.WORKER, agency_id=theirs.service.agency_id))
    assert client.get(answer.headers["Location"]).status_code == 404
    assert "KM Lambelu" not in read(client, "/batches")


def offer_of(client: FlaskClient, page: str, code: str) -> str:
    """The service that the page proposes first for a person."""
    part = page.split(f'name="choice-{code}"')[1].split("</select>")[0]
    options = [piece.split('"')[1] for piece in part.split("<option")[1:] if 'value="' in piece]
    return next(one for one in options if one)


def untils() -> set[datetime | None]:
    """Until when places are held."""
    db.session.rollback()
    return set(db.session.scalars(select(Hold.until)))


def local(moment: datetime) -> str:
    """As it is typed, with its zone."""
    return moment.isoformat()


def _workbook() -> BytesIO:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["name", "sex", "age"])
    sheet.append(["Budi", "male", 40])
    sheet.append(["=HYPERLINK(1)", "male", 41])
    stream = BytesIO()
    book.save(stream)
    return BytesIO(stream.getvalue())
