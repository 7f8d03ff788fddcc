"""A manager keeps the own entry: every part has its form, every change a way back."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import AuditEntry
from accounts.rules.rights import Role
from agencies.commands.entries.nudges import FACTS_ARE_OLD, tell_of_old_facts
from agencies.exchange.importing import Wishes, import_file
from agencies.models import Agency, EntryChange, FactCheck, Offer, Pool, Service
from core.actors import OPERATOR, SYSTEM
from core.clock import now
from core.db import db, write, writing
from core.events import subscribe
from tests.factories import OFFICE, WELCOMES_ALL, make_offer
from tests.support.html import check_page, links, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import fields, post, read


def _manager(client: FlaskClient, offer: Offer, role: Role = Role.MANAGER) -> None:
    sign_in(client, make_account(role, agency_id=offer.service.agency_id, name="Bu Sri"))


def _fresh() -> None:
    db.session.rollback()
    db.session.expire_all()


def _service() -> Service:
    _fresh()
    return db.session.query(Service).order_by(Service.id).first()  # type: ignore[return-value]


def _save(client: FlaskClient, address: str, **typed: Any) -> Any:
    """Open the form, change what is typed, send everything."""
    opened = client.get(f"{address}?lang=en")
    assert opened.status_code == 200, address
    check_page(opened.text)
    return client.post(address, data={**fields(opened.text), **typed})


def _undo_last(client: FlaskClient) -> Any:
    _fresh()
    last = db.session.query(EntryChange).order_by(EntryChange.id.desc()).first()
    assert last
    return post(client, "/entry/undo", change=str(last.id))


def _find(client: FlaskClient, **typed: str) -> str:
    answer = post(client, "/find", need="S1", lat="-6.32", lon="106.90", **typed)
    return text_of(answer.text)


@pytest.mark.both_databases(in_soak=True)
class TestChanging:
    def test_eligibility_is_seen_by_find_at_once_and_can_be_undone(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer(**{**WELCOMES_ALL, "takes_male": None})
        _manager(client, offer)
        address = f"/entry/service/{offer.service_id}/eligibility"
        assert "Ask" in _find(client, sex="male", age="30")
        saved = _save(client, address, takes_male="no", longest_stay_days="14", languages=["id"])
        assert saved.status_code == 303
        assert _service().takes_male is False
        assert [x.code for x in _service().languages] == ["id"]
        assert "No service found" in _find(client, sex="male", age="30")
        history = read(client, "/entry/history")
        assert "Men not known became No" in history
        assert "Longest stay not known became 14 days" in history
        assert "Bu Sri" in history
        assert _undo_last(client).status_code == 303
        assert (_service().takes_male, _service().longest_stay_days) == (None, None)
        assert _service().languages == []
        assert "Ask" in _find(client, sex="male", age="30")
        _undo_last(client)  # the undoing is undone
        assert _service().takes_male is False

    def test_what_was_changed_again_cannot_be_undone(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        _manager(client, offer)
        address = f"/entry/service/{offer.service_id}/about"
        _save(client, address, fees="Gratis")
        _fresh()
        first = db.session.query(EntryChange).one().id
        _save(client, address, description="Buka setiap hari")
        _save(client, address, fees="Rp 10.000")
        refused = client.post(
            "/entry/undo",
            data={**fields(client.get("/entry/history").text, "/undo"), "change": str(first)},
            follow_redirects=True,
        )
        assert "changed again since" in text_of(refused.text)
        assert _service().fees == "Rp 10.000"
        _fresh()
        second = db.session.query(EntryChange).order_by(EntryChange.id).all()[1]
        post(client, "/entry/undo", change=str(second.id))  # another field: still possible
        assert (_service().fees, _service().description) == ("Rp 10.000", None)

    def test_what_changed_behind_the_history_cannot_be_undone(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer()
        _manager(client, offer)
        _save(client, f"/entry/service/{offer.service_id}/about", fees="Gratis")
        with writing():
            db.session.get_one(Service, offer.service_id).fees = "Rp 5.000"
        _undo_last(client)
        assert _service().fees == "Rp 5.000"

    def test_hours_by_the_week(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer(hours=OFFICE, holidays="closed")
        _manager(client, offer)
        address = f"/entry/offer/{offer.id}/hours"
        opened = fields(client.get(address).text)
        assert (opened["MO_opens_1"], opened["SA_opens_1"]) == (["08:00"], [""])
        typed = {"MO_closes_1": "12", "MO_opens_2": "13.00", "MO_closes_2": "1600"}
        typed |= {"SA_opens_1": "22:00", "SA_closes_1": "6", "on_holidays": "open"}
        assert _save(client, address, **typed).status_code == 303
        _fresh()
        rows = db.session.query(Offer).one().schedules
        times = {(r.byday, r.opens_at, r.closes_at) for r in rows}
        assert ("MO", "08:00", "12:00") in times
        assert ("MO", "13:00", "16:00") in times
        assert ("SA", "22:00", "06:00") in times
        assert {r.on_holidays for r in rows} == {"open"}
        assert "Monday 08:00–12:00, 13:00–16:00" in read(client, f"/services/{offer.service_id}")
        assert "Monday 08:00–12:00, 13:00–16:00" in read(client, "/entry/history")
        _save(client, address, hours_kind="always")
        assert "24 hours" in read(client, f"/services/{offer.service_id}")
        forgot = _save(client, address, MO_opens_1="08:00", MO_closes_1="16:00")
        assert forgot.status_code == 422
        assert "choose the week" in text_of(forgot.text)
        _save(client, address, hours_kind="unknown")
        assert "Hours not known" in read(client, f"/services/{offer.service_id}")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"MO_opens_1": "8 o'clock"}, "Write a time such as 08:00"),
            ({"MO_closes_1": ""}, "Write both"),
            ({"MO_closes_1": "24:30"}, "Write a time such as 08:00"),
            ({"MO_closes_1": "08:00"}, "close when it opens"),
        ],
    )
    def test_wrong_hours_lose_nothing(
        self, app: Flask, client: FlaskClient, typed: dict[str, str], said: str
    ) -> None:
        offer = make_offer(hours=OFFICE)
        _manager(client, offer)
        answer = _save(client, f"/entry/offer/{offer.id}/hours", TU_opens_2="19:30", **typed)
        assert answer.status_code == 422
        check_page(answer.text)
        assert said in text_of(answer.text)
        kept = fields(answer.text)
        assert kept["TU_opens_2"] == ["19:30"]
        assert all(kept[name] == [text] for name, text in typed.items())
        assert len(db.session.query(Offer).one().schedules) == 1

    def test_phones_with_whatsapp(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer(phone="021-5550123")
        _manager(client, offer)
        address = f"/entry/offer/{offer.id}/phone"
        saved = _save(
            client, address, number_1="021-5550999", number_2="0812-0000-0001", kind_2="whatsapp"
        )
        assert saved.status_code == 303
        assert "wa.me/6281200000001" in client.get(f"/services/{offer.service_id}").text
        assert "5550999" in _find(client)
        wrong = _save(client, address, number_1="not a number")
        assert wrong.status_code == 422
        assert "cannot be dialled" in text_of(wrong.text)
        assert _save(client, address, number_2="").status_code == 303
        assert "wa.me" not in client.get(f"/services/{offer.service_id}").text

    def test_a_renamed_agency_is_found_by_both_names(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer(agency={"name": "P2TP2A Kenanga"})
        _manager(client, offer)
        address = f"/entry/agency/{offer.service.agency_id}/about"
        _save(client, address, name="UPTD PPA Kenanga", keep_name="1", email="ppa@kenanga.example")
        assert "UPTD PPA Kenanga" in read(client, "/directory", q="p2tp2a")
        assert "ppa@kenanga.example" in read(client, f"/agencies/{offer.service.agency_id}")
        _undo_last(client)
        _fresh()
        agency = db.session.query(Agency).one()
        assert (agency.name, agency.names, agency.email) == ("P2TP2A Kenanga", [], None)

    @pytest.mark.parametrize(
        ("part", "typed", "said"),
        [
            ("about", {"name": " "}, "This is needed"),
            ("about", {"needs": []}, "Choose at least one need"),
            ("about", {"needs": ["X9"]}, "Choose at least one need"),
            ("about", {"fees": "x" * 301}, "At most 300 letters"),
            ("eligibility", {"minimum_age": "40", "maximum_age": "20"}, "lowest age is above"),
            ("eligibility", {"maximum_age": "old"}, "Must be a whole number"),
            ("eligibility", {"oldest_boy": "-1"}, "Must be a whole number"),
        ],
    )
    def test_what_cannot_be_right_is_said_beside_the_field(
        self, app: Flask, client: FlaskClient, part: str, typed: dict[str, Any], said: str
    ) -> None:
        offer = make_offer()
        _manager(client, offer)
        answer = _save(client, f"/entry/service/{offer.service_id}/{part}", **typed)
        assert answer.status_code == 422
        check_page(answer.text)
        assert said in text_of(answer.text)
        assert db.session.query(EntryChange).count() == 0

    def test_two_editors_do_not_overwrite_each_other(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        _manager(client, offer)
        address = f"/entry/service/{offer.service_id}/about"
        opened = fields(client.get(f"{address}?lang=en").text)
        _save(client, address, fees="Gratis")
        second = client.post(address, data={**opened, "fees": "Rp 1.000"})
        assert second.status_code == 422
        assert "Somebody else changed this meanwhile" in text_of(second.text)
        assert "Gratis" in text_of(second.text)
        assert _service().fees == "Gratis"
        assert client.post(address, data=fields(second.text)).status_code == 303
        assert _service().fees == "Rp 1.000"

    def test_closed_for_some_time(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer(needs="S1 H4")
        _manager(client, offer)
        assert "One service found" in _find(client)
        address = f"/entry/service/{offer.service_id}/about"
        _save(client, address, status="temporarily closed")
        assert "No service found" in _find(client)
        assert "became Closed for some time" in read(client, "/entry/history")
        _undo_last(client)
        assert "One service found" in _find(client)

    def test_access(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer()
        _manager(client, offer)
        _save(client, f"/entry/offer/{offer.id}/access", access_mobility="yes", access_sight="no")
        _fresh()
        found = db.session.query(Offer).one()
        assert (found.access_mobility, found.access_sight, found.access_hearing) == (
            True,
            False,
            None,
        )

    def test_beds_in_the_history_and_undone_within_what_is_held(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer(beds=(4, 3), said_hours_ago=5)
        said_at = offer.pools[0].said_at
        _manager(client, offer)
        post(client, "/beds", pool=str(offer.pools[0].id), free="4")
        assert "Free places 1 free became 4 free" in read(client, "/entry/history")
        with writing():
            db.session.query(Pool).one().held = 2  # three were taken then, two are held now
        refused = _undo_last(client)
        assert refused.status_code == 303
        _fresh()
        assert db.session.query(Pool).one().occupied == 0
        with writing():
            db.session.query(Pool).one().held = 1
        _undo_last(client)
        _fresh()
        pool = db.session.query(Pool).one()
        assert (pool.occupied, pool.held, pool.free, pool.said_at) == (3, 1, 0, said_at)
        _undo_last(client)
        _fresh()
        assert db.session.query(Pool).one().occupied == 0

    def test_the_audit_names_fields_and_not_what_they_say(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer()
        _manager(client, offer)
        _save(client, f"/entry/service/{offer.service_id}/about", fees="Gratis")
        _undo_last(client)
        _fresh()
        rows = db.session.query(AuditEntry).order_by(AuditEntry.number).all()
        rows = [row for row in rows if row.action.startswith("entry.")]
        assert [row.action for row in rows] == ["entry.changed", "entry.undone"]
        assert [row.facts for row in rows] == [{"fields": ["fees"]}] * 2
        assert {row.chain for row in rows} == {offer.service.agency_id.hex}


@pytest.mark.both_databases(in_soak=True)
class TestWhoMay:
    @pytest.mark.parametrize(
        "role", [None, Role.WORKER, Role.INTAKE, Role.COORDINATOR, Role.ADMINISTRATOR]
    )
    def test_without_the_right_there_are_no_such_pages(
        self, app: Flask, client: FlaskClient, role: Role | None
    ) -> None:
        offer = make_offer()
        if role:
            _manager(client, offer, role)
        part = f"/entry/service/{offer.service_id}/about"
        told = 404 if role else 302  # a visitor is led to sign-in
        for address in ("/entry", "/entry/history"):
            assert client.get(address).status_code == told
        assert client.get(part).status_code == 404
        nobody = str(uuid.uuid4())
        for address, body in (
            (part, {"name": "x"}),
            ("/entry/confirm", {"kind": "service", "id": offer.service_id, "fact": "about"}),
            ("/entry/undo", {"change": nobody}),
            ("/entry/settle", {"report": nobody}),
        ):
            wanted = 404 if address == part else told
            assert post(client, address, **body).status_code == wanted, address
        assert db.session.query(FactCheck).count() == 0

    def test_another_agencys_entry_is_like_none(self, app: Flask, client: FlaskClient) -> None:
        mine, other = make_offer(), make_offer()
        _manager(client, mine)
        nobody = uuid.uuid4()
        for kind, part, subject in (
            ("agency", "about", other.service.agency_id),
            ("service", "eligibility", other.service_id),
            ("offer", "hours", other.id),
        ):
            theirs = client.get(f"/entry/{kind}/{subject}/{part}")
            absent = client.get(f"/entry/{kind}/{nobody}/{part}")
            assert (theirs.status_code, absent.status_code) == (404, 404)
            token = r'name="csrf_token" value="[^"]*"'
            ours, none = (re.sub(token, "", answer.text) for answer in (theirs, absent))
            assert ours.replace(str(subject), "") == none.replace(str(nobody), "")
            sent = post(client, f"/entry/{kind}/{subject}/{part}", name="Ours now")
            assert sent.status_code == 404
            confirmed = post(client, "/entry/confirm", kind=kind, id=subject, fact=part)
            assert confirmed.status_code == 404
        assert other.service.name not in read(client, "/entry")

    def test_another_agencys_change_is_like_none(self, app: Flask, client: FlaskClient) -> None:
        mine, other = make_offer(), make_offer()
        theirs = app.test_client()
        _manager(theirs, other)
        _save(theirs, f"/entry/service/{other.service_id}/about", fees="Gratis")
        _manager(client, mine)
        assert "Gratis" not in read(client, "/entry/history")
        assert _undo_last(client).status_code == 404
        _fresh()
        assert db.session.get_one(Service, other.service_id).fees == "Gratis"

    @pytest.mark.parametrize(
        "address",
        ["/entry/pool/{id}/beds", "/entry/offer/{id}/about", "/entry/offer/{id}/nonsense"],
    )
    def test_what_has_no_form_is_no_page(
        self, app: Flask, client: FlaskClient, address: str
    ) -> None:
        offer = make_offer()
        _manager(client, offer)
        assert client.get(address.format(id=offer.id)).status_code == 404


@pytest.mark.both_databases(in_soak=True)
class TestDates:
    def test_each_fact_ages_by_itself(self, app: Flask, client: FlaskClient) -> None:
        day = datetime(2026, 11, 1, 12, tzinfo=UTC)
        with time_machine.travel(day, tick=False):
            offer = make_offer(
                hours=OFFICE, offer={"verified_at": day.date() - timedelta(days=200)}
            )
            page = read(client, f"/services/{offer.service_id}")
            assert "Hours: last confirmed 6 months ago: ask" in page
            assert "Whom it takes: confirmed" in page  # that holds for a year
            _manager(client, offer)
            nudges = read(client, "/entry")
            assert "Hours · " in nudges
            answer = post(client, "/entry/confirm", kind="offer", id=offer.id, fact="hours")
            assert answer.status_code == 303
            page = read(client, f"/services/{offer.service_id}")
            assert "Hours: confirmed Nov 1, 2026" in page or "Hours: confirmed 1 Nov 2026" in page
            assert "Phone number: last confirmed 6 months ago: ask" in page
            assert "Hours · " not in read(client, "/entry")
        with time_machine.travel(day + timedelta(days=100), tick=False):
            page = read(client, f"/services/{offer.service_id}")
            assert "Hours: last confirmed 3 months ago: ask" in page

    def test_a_result_says_which_fact_is_old(self, app: Flask, client: FlaskClient) -> None:
        old = now().date() - timedelta(days=125)
        offer = make_offer(hours=OFFICE, offer={"verified_at": old})
        _manager(client, offer)
        assert "Hours: last confirmed 4 months ago: ask" in _find(client)
        post(client, "/entry/confirm", kind="offer", id=offer.id, fact="hours")
        found = _find(client)
        assert "Hours: last confirmed" not in found
        assert "Phone number: last confirmed 4 months ago: ask" in found

    def test_nothing_is_verified_that_nobody_confirmed(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer(hours=OFFICE)
        page = read(client, f"/services/{offer.service_id}")
        assert "Hours: never confirmed: ask" in page
        assert "Not verified yet" in page

    def test_a_number_of_the_agency_says_nothing_of_the_places_own(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer(phone="021-5550123")
        _manager(client, offer)
        agency = offer.service.agency_id
        post(client, "/entry/confirm", kind="agency", id=agency, fact="phone")
        assert "Phone number: never confirmed" in read(client, f"/services/{offer.service_id}")

    def test_undoing_confirms_nothing(self, app: Flask, client: FlaskClient) -> None:
        offer = make_offer(hours=OFFICE)
        _manager(client, offer)
        _save(client, f"/entry/offer/{offer.id}/hours", hours_kind="always")
        assert "Hours: confirmed" in read(client, f"/services/{offer.service_id}")
        _undo_last(client)
        assert "Hours: never confirmed" in read(client, f"/services/{offer.service_id}")

    def test_the_start_page_tells_those_who_keep_an_entry(
        self, app: Flask, client: FlaskClient
    ) -> None:
        offer = make_offer()
        assert "getting old" not in read(client, "/")
        _manager(client, offer)
        assert "facts of your entry are getting old" in read(client, "/")

    def test_those_above_are_told_at_most_weekly(self, app: Flask, client: FlaskClient) -> None:
        told: list[dict[str, Any]] = []

        def note(**facts: Any) -> None:
            told.append(facts)

        subscribe(FACTS_ARE_OLD, note)
        offer, _nobodys = make_offer(), make_offer()
        _manager(client, offer)
        moment = now()
        with time_machine.travel(moment, tick=False):
            assert write(tell_of_old_facts, SYSTEM) == 1
        with time_machine.travel(moment + timedelta(days=6), tick=False):
            assert write(tell_of_old_facts, SYSTEM) == 0
        with time_machine.travel(moment + timedelta(days=8), tick=False):
            assert write(tell_of_old_facts, SYSTEM) == 1
        assert [facts["agency_id"] for facts in told] == [offer.service.agency_id] * 2


@pytest.mark.both_databases(in_soak=True)
def test_an_import_stands_in_the_history_and_unsays_what_was_confirmed(
    app: Flask, client: FlaskClient, tmp_path: Any
) -> None:
    """What a file changed was not confirmed by the agency; it can be undone like the rest."""

    def load(fees: str, hours: str, places: str) -> None:
        path = tmp_path / "entries.csv"
        path.write_text(
            "agency_key,agency_name,agency_type,service_key,service_name,needs,fees,"
            "location_key,location_name,tier,latitude,longitude,hours,places\n"
            f"a,Yayasan A,NGO,s,Rumah aman,S1,{fees},l,Kantor,public,-6.3,106.9,{hours},{places}\n",
            encoding="utf-8",
        )
        report = import_file(OPERATOR, path, Wishes(), lambda *_: None)
        assert not report.refused

    load("Gratis", "Mo-Fr 08:00-16:00", "")
    _fresh()
    offer = db.session.query(Offer).one()
    assert db.session.query(EntryChange).count() == 0
    _manager(client, offer)
    post(client, "/entry/confirm", kind="offer", id=offer.id, fact="hours")
    load("Rp 1.000", "Mo-Fr 09:00-15:00", "")
    page = read(client, "/entry/history")
    assert "Cost Gratis became Rp 1.000" in page
    assert "08:00–16:00" in page
    assert "Hours: never confirmed" in read(client, f"/services/{offer.service_id}")
    _fresh()
    for change in db.session.query(EntryChange).all():
        post(client, "/entry/undo", change=str(change.id))
    assert _service().fees == "Gratis"
    assert "Monday–Friday 08:00–16:00" in read(client, f"/services/{offer.service_id}")
    assert "Hours: confirmed" in read(client, f"/services/{offer.service_id}")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_of_the_entry_is_sound(app: Flask, client: FlaskClient, lang: str) -> None:
    """Follow every link of the overview, in both languages."""
    offer = make_offer(hours=OFFICE, beds=(40, 3))
    _manager(client, offer)
    _save(client, f"/entry/service/{offer.service_id}/about", fees="Gratis")
    client.get(f"/?lang={lang}")
    todo, seen = ["/entry", "/entry/history", "/beds"], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        found = links(check_page(answer.text))
        todo += [href for href in found if href.startswith("/entry/") and "lang=" not in href]
    assert len(seen) >= 10
