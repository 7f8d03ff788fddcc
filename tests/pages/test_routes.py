"""Agreements from the proposal to their end, and the pathway as coordinators keep it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Account
from accounts.rules.rights import Role, Scope
from agencies.models import Offer
from core import worker
from core.clock import now
from core.db import db
from referral.models import Agreement, Notice, RouteRow
from referral.queries.routes import live_routes
from referral.rules.notices import What
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.people import make_account, sign_in
from tests.support.programs import program_of

MORNING = datetime(2026, 3, 16, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
NO_ROUTE = "No known route from your agency for"


def _get(client: FlaskClient, account: Account, path: str) -> str:
    sign_in(client, account)
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang=en").get_data(as_text=True)
    db.session.rollback()
    return page


def _send(
    client: FlaskClient, account: Account, path: str, at: str = "", **form: object
) -> tuple[int, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', _get(client, account, at or path))
    assert token
    answer = client.post(path, data={"csrf_token": token[1], **form}, follow_redirects=True)
    db.session.rollback()
    return answer.status_code, answer.get_data(as_text=True)


def _found(client: FlaskClient, account: Account) -> str:
    return _get(client, account, "/find?need=K4")


@pytest.fixture
def hospital(app: Flask) -> Offer:
    """A hospital to which no civil society organisation has a declared route."""
    agency = {"name": "RSUD Contoh", "type": "PPT"}
    return make_offer(needs="K3 K4", agency=agency, **WELCOMES_ALL)


@pytest.mark.both_databases
def test_an_agreement_from_its_proposal_to_its_end(app: Flask, hospital: Offer) -> None:
    """It counts when both sides said yes; its end is told twice, to each once; then it is over."""
    client = app.test_client()
    ours, theirs = make_offer(needs="P6").service.agency_id, hospital.service.agency_id
    manager = make_account(Role.MANAGER, agency_id=ours, name="Mira")
    other = make_account(Role.MANAGER, agency_id=theirs, name="Rudi")
    kora = make_account(Role.COORDINATOR, name="Kora")
    with time_machine.travel(MORNING, tick=False):
        assert NO_ROUTE in _found(client, manager)
        status, page = _send(client, manager, "/routes/new", go="look", other_name="RSUD")
        assert (status, "RSUD Contoh" in page) == (200, True)
        terms = {"direction": "out", "other": str(theirs), "title": "MoU 7", "basis": "mou"}
        terms |= {"need": "K4", "first": "medical_clearance", "valid_from": "2026-03-16"}
        terms |= {"limit": "2", "unit": "hours", "go": "propose"}
        wrong = {**terms, "valid_until": "2026-03-01", "title": ""}
        status, page = _send(client, manager, "/routes/new", **wrong)
        assert status == 422
        assert "Say what the agreement is called" in page
        assert "The last day is before the first" in page
        assert 'value="2026-03-01"' in page
        status, page = _send(client, manager, "/routes/new", **terms, valid_until="2026-05-01")
        assert (status, "Waits for a yes" in page) == (200, True)
        row = db.session.scalars(select(Agreement)).one()
        path = f"/routes/{row.id}"
        assert NO_ROUTE in _found(client, manager)
        assert not [r for r in live_routes(now()) if r.agreement_id]
        stranger = make_account(Role.MANAGER, agency_id=make_offer().service.agency_id)
        sign_in(client, stranger)
        assert client.get(path).status_code == 404
        assert "waits for your yes" in _get(client, other, "/notices")
        status, page = _send(client, other, f"{path}/confirm", at=path, side="to")
        assert (status, "Holds" in page) == (200, True)
        found = _found(client, manager)
        assert NO_ROUTE not in found
        assert "Medical clearance" in found
        (live,) = (r for r in live_routes(now()) if r.agreement_id)
        assert (live.need, live.limit.minutes, live.to_agency) == ("K4", 120, theirs)
        assert NO_ROUTE not in _found(client, kora)  # a coordinator refers for nobody
    told: list[tuple[object, ...]] = []
    for days in (16, 17, 40):  # 30 days before the last one, the day after, 6 days before
        with time_machine.travel(MORNING + timedelta(days=days), tick=False):
            worker.one_round()
            worker.one_round()
            ends = select(Notice).where(Notice.what == What.AGREEMENT_ENDS.value)
            told = [(n.agency_id, n.account_id) for n in db.session.scalars(ends)]
            db.session.rollback()
            number = 2 if days == 40 else 1
            assert told.count((ours, None)) == told.count((theirs, None)) == number
            assert told.count((ours, kora.id)) == number
    with time_machine.travel(MORNING + timedelta(days=46), tick=False):  # its last day
        assert NO_ROUTE not in _found(client, manager)
    with time_machine.travel(MORNING + timedelta(days=47), tick=False):
        assert NO_ROUTE in _found(client, manager)
        assert "Its time is over" in _get(client, manager, "/routes")
        assert not [r for r in live_routes(now()) if r.agreement_id]
        status, page = _send(client, manager, f"{path}/end", at="/routes/new")
        assert (status, "Nothing can be said" in page) == (422, True)


def test_a_coordinator_keeps_agreements_and_the_pathway(app: Flask, hospital: Offer) -> None:
    """Terms that change ask both sides again; a route that is off is known no more."""
    client = app.test_client()
    unit = make_offer(needs="P6", agency={"type": "UPTD", "name": "UPTD Contoh"})
    worker_ = make_account(Role.WORKER, agency_id=unit.service.agency_id)
    kora = make_account(Role.COORDINATOR, name="Kora")
    near = make_account(Role.COORDINATOR, area="31.75", name="Dita")
    page = _get(client, worker_, "/find?need=K3")
    assert "Police letter asking for the forensic report" in page
    assert NO_ROUTE not in page
    anybody = app.test_client().get("/find?need=K3&lang=en").get_data(as_text=True)
    assert "Police letter asking for the forensic report" in anybody
    assert NO_ROUTE not in anybody

    wanted = {"own": str(unit.service.agency_id), "other": str(hospital.service.agency_id)}
    wanted |= {"direction": "out", "title": "SOP", "basis": "sop", "valid_from": "2026-01-01"}
    assert _send(client, kora, "/routes/new", **wanted)[0] == 200
    row = db.session.scalars(select(Agreement)).one()
    path = f"/routes/{row.id}"
    for side in ("from", "to"):
        assert _send(client, kora, f"{path}/confirm", at=path, side=side)[0] == 200
    assert "Holds" in _get(client, kora, path)
    terms = {"title": "SOP 2", "basis": "sop", "valid_from": "2026-01-01", "need": "K4"}
    assert _send(client, kora, f"{path}/edit", **terms)[0] == 200
    assert "Waits for a yes" in _get(client, kora, path)
    assert _send(client, kora, f"{path}/end", at=path)[0] == 200

    route = db.session.scalars(select(RouteRow).where(RouteRow.key == "UPTD>PPT/K3")).one()
    edit = f"/network/routes/{route.id}"
    status, page = _send(client, near, f"{edit}/switch", at="/routes/new", off="1")
    assert (status, "whole network" in page) == (422, True)
    assert _send(client, kora, f"{edit}/switch", at=edit, off="1")[0] == 200
    assert NO_ROUTE in _get(client, worker_, "/find?need=K3")
    status, page = _send(client, kora, edit, limit="soon", unit="hours", first="social_report")
    assert status == 422
    assert "A whole number, or nothing" in page
    assert _send(client, kora, edit, limit="90", unit="minutes", first="social_report")[0] == 200
    page = _get(client, kora, "/network/routes?from=UPTD&to=PPT&need=K3")
    assert "90 min (not verified)" in page
    assert "Social report" in _get(client, worker_, "/find?need=K3")
    sign_in(client, worker_)
    assert client.get("/network/routes").status_code == 404


def test_the_referral_form_says_what_the_way_needs(app: Flask, hospital: Offer) -> None:
    """Beside the receiver, and it stops nobody."""
    client = app.test_client()
    unit = make_offer(
        needs="P6",
        agency={"type": "UPTD", "name": "UPTD Timur"},
        location={"area_code": "31.75.10"},
    )
    far = make_offer(
        needs="P6",
        agency={"type": "UPTD", "name": "UPTD Bogor"},
        location={"area_code": "32.01.05"},
    )
    sari = make_account(Role.WORKER, agency_id=unit.service.agency_id)

    def asked(offer: Offer, need: str) -> str:
        form = {"offer": str(offer.id), "need": need}
        return _send(client, sari, "/referrals/new", at="/referrals/new", **form)[1]

    page = asked(hospital, "K3")
    assert "Needed first" in page
    assert "Police letter asking for the forensic report" in page
    page = asked(far, "P6")
    assert "usually through National hotline SAPA" in page
    assert "Letter that hands the case over" in page
    assert NO_ROUTE in asked(hospital, "H4")


def test_find_says_whose_area_it_is(app: Flask) -> None:
    """To whoever asks for an agency, of the areas that both publish, and to nobody else."""
    unit = make_offer(
        needs="P6",
        agency={"type": "UPTD", "name": "UPTD Timur"},
        location={"area_code": "31.75.10"},
    )
    for name, area in (("Pusat", "31.71.01"), ("Bogor", "32.01.05"), ("Entah", None)):
        make_offer(
            needs="P6",
            agency={"type": "UPTD", "name": f"UPTD {name}"},
            location={"area_code": area},
        )
    program = program_of(app, unit.service.agency_id, Scope.FIND)
    headers = {"Authorization": f"Bearer {program.key}"}
    told = _hops_of(app.test_client().get("/api/v1/find?need=P6&lang=en", headers=headers))
    assert told["UPTD Timur"]["note"] is told["UPTD Entah"]["note"] is None
    assert told["UPTD Bogor"]["note"].startswith("Another area: usually through")
    assert "transfer_letter" in [one["code"] for one in told["UPTD Pusat"]["first"]]
    assert "transfer_letter" not in [one["code"] for one in told["UPTD Timur"]["first"]]
    page = _get(
        app.test_client(),
        make_account(Role.WORKER, agency_id=unit.service.agency_id),
        "/find?need=P6",
    )
    assert page.count("Another area: usually through") == 1
    unsaid = _hops_of(app.test_client().get("/api/v1/find?need=P6&lang=en"))
    assert {hop["note"] for hop in unsaid.values()} == {None}


def _hops_of(answer: Any) -> dict[str, Any]:
    return {one["agency"]["name"]: one["hop"] for one in answer.get_json()["results"]}


def test_programs_read_the_routes(app: Flask, hospital: Offer) -> None:
    """By type and need; of agreements only one's own; the hop in find is said to a key."""
    ours = make_offer(needs="P6").service.agency_id
    program = program_of(app, ours)
    headers = {"Authorization": f"Bearer {program.key}"}
    answer = app.test_client().get("/api/v1/routes?from=POL&to=PPT&need=K3", headers=headers)
    (route,) = answer.get_json()["routes"]
    assert [one["code"] for one in route["first"]] == ["visum_letter"]
    assert route["limit"]["standing"] == "proposed"
    assert app.test_client().get("/api/v1/routes").status_code == 401
    bad = app.test_client().get("/api/v1/routes?from=XYZ", headers=headers)
    assert bad.status_code == 422
    (found,) = app.test_client().get("/api/v1/find?need=K3&lang=en").get_json()["results"]
    assert found["hop"]["known"] is None
    assert found["hop"]["first"][0]["code"] == "visum_letter"


def test_the_command_line_loads_and_writes(app: Flask) -> None:
    """The same list twice is the same as once."""
    runner = app.test_cli_runner()
    assert "0 new, 0 brought" in runner.invoke(args=["referral", "routes", "load"]).output
    written = runner.invoke(args=["referral", "routes", "export", "--format", "csv"]).output
    assert written.startswith("from,to,needs,first,limit")
    assert "POL,PPT,K3,visum_letter,1h" in written
    listed = runner.invoke(args=["referral", "routes", "list"]).output
    assert re.search(r"POL > LPSK +H3 +L +temporary_protection +1d event=after_protection", listed)
