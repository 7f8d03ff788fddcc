"""Who saw what: the access report and the trail, as command and as page."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.commands.audit import record
from accounts.models import Account, ApiKey, AuditEntry
from accounts.queries.audit.names import register_names
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db, writing
from tests.factories import make_offer
from tests.support.audit import run
from tests.support.html import check_page
from tests.support.people import make_account, sign_in

pytestmark = pytest.mark.both_databases(in_soak=True)
CASE = uuid.UUID("01930000-0000-7000-8000-000000000001")
KNOWN = "audit.report_read"


@pytest.fixture
def home(app: Flask) -> uuid.UUID:
    """An agency with a case that its worker and another agency's opened."""
    agency: uuid.UUID = make_offer(agency={"name": "Rumah Contoh"}).service.agency_id
    return agency


def _opened(account: Account, agency_id: uuid.UUID) -> None:
    with writing():
        actor = actor_of(account, strong=True)
        record(actor, "session.ended", agency_id=agency_id, subject=("case", CASE))


def _path(agency_id: uuid.UUID) -> str:
    return f"/audit/{agency_id}/case/{CASE}"


def _manager(client: FlaskClient, agency_id: uuid.UUID, *, strong: bool = True) -> None:
    sign_in(client, make_account(Role.MANAGER, agency_id=agency_id, name="Maya"), strong=strong)


def test_the_report_names_everybody(app: Flask, client: FlaskClient, home: uuid.UUID) -> None:
    """The home agency sees what others did too; reading the report is in the report."""
    other = make_offer().service.agency_id
    _opened(make_account(Role.WORKER, agency_id=home, name="Wati"), home)
    _opened(make_account(Role.WORKER, agency_id=other, name="Joko"), other)
    _manager(client, home)
    page = client.get(f"{_path(home)}?lang=en")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    check_page(page.text)
    assert "Wati signed out." in page.text
    assert "Joko signed out." in page.text
    assert str(CASE) not in page.text.partition("</title>")[0]
    assert "Who saw this data" in page.text
    again = client.get(f"{_path(home)}?lang=en").text
    assert again.count("Maya read this report") == 1


def test_another_agency_sees_its_own_rows_alone(
    app: Flask, client: FlaskClient, home: uuid.UUID
) -> None:
    """Whoever once took part does not learn who saw the case at home."""
    other = make_offer().service.agency_id
    _opened(make_account(Role.WORKER, agency_id=home, name="Wati"), home)
    _opened(make_account(Role.WORKER, agency_id=other, name="Joko"), other)
    _manager(client, other)
    page = client.get(f"{_path(other)}?lang=en").text
    assert "Joko" in page
    assert "Wati" not in page


@pytest.mark.parametrize("role", [None, Role.WORKER, Role.INTAKE, Role.COORDINATOR, "other"])
def test_for_others_there_is_no_such_page(
    app: Flask, client: FlaskClient, home: uuid.UUID, role: Role | str | None
) -> None:
    """Without the right, or elsewhere: as for what is not there."""
    _opened(make_account(Role.WORKER, agency_id=home), home)
    if role == "other":
        _manager(client, make_offer().service.agency_id)
    elif isinstance(role, Role):
        agency = None if role is Role.COORDINATOR else home
        sign_in(client, make_account(role, agency_id=agency))
    nothing = client.get("/audit/nowhere")
    for path in (_path(home), f"/audit/{home}", f"/audit/{uuid.uuid4()}"):
        answer = client.get(path)
        assert (answer.status_code, _plain(answer.text)) == (404, _plain(nothing.text))
    db.session.rollback()
    assert KNOWN not in db.session.scalars(select(AuditEntry.action)).all()


def test_without_a_second_factor_one_is_led_to_it(
    app: Flask, client: FlaskClient, home: uuid.UUID
) -> None:
    """From whatever address, so that nobody learns what is there."""
    _opened(make_account(Role.WORKER, agency_id=home), home)
    _manager(client, home, strong=False)
    for path in (_path(home), f"/audit/{home}", f"/audit/{uuid.uuid4()}"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/account/second-factor")
    db.session.rollback()
    assert KNOWN not in db.session.scalars(select(AuditEntry.action)).all()


def _plain(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_trail_of_an_agency(app: Flask, client: FlaskClient, home: uuid.UUID) -> None:
    """Newest first, page by page, each line leading to who saw its subject."""
    worker = make_account(Role.WORKER, agency_id=home, name="Wati")
    for _ in range(60):
        _opened(worker, home)
    _manager(client, home)
    page = client.get(f"/audit/{home}?lang=en").text
    check_page(page)
    assert "Rumah Contoh" in page
    assert page.count("Wati signed out.") == 50
    assert _path(home) in page
    assert client.get(f"/audit/{home}?lang=en&page=2").text.count("Wati signed out.") == 11
    assert client.get(f"/audit/{home}?lang=en&page=99").status_code == 404


def test_the_command_tells_the_operator(app: Flask, home: uuid.UUID) -> None:
    """Programs, closed accounts and the operator are named as what they are."""
    owner = make_account(Role.MANAGER, agency_id=home, name="Maya")
    with writing():
        key = ApiKey(agency_id=home, name="Statistik", start="rjk", secret_hash="x", scopes=[],
                     created_by=owner.id, created_at=now(), expires_at=now())  # fmt: skip
        db.session.add(key)
        db.session.flush()
        for actor in (
            Actor(ActorKind.KEY, "x", id=key.id),
            Actor(ActorKind.MEMBER, "x", id=uuid.uuid4()),
        ):
            record(actor, "session.ended", agency_id=home, subject=("case", CASE))
    told = run(app, "audit", "seen", "case", str(CASE))
    assert told.exit_code == 0, told.output
    assert "Statistik" in told.output
    assert len(told.output.splitlines()) == 2
    assert len(run(app, "audit", "seen", "case", CASE.hex).output.splitlines()) == 3
    assert run(app, "audit", "seen", "case", str(uuid.uuid4())).exit_code == 1


def test_the_breach_drill(app: Flask, home: uuid.UUID) -> None:
    """Cases by code, agencies by name, and until when notice must be given."""
    thief = make_account(Role.WORKER, agency_id=home, email="thief@example.org")
    honest = make_account(Role.WORKER, agency_id=make_offer().service.agency_id)
    register_names("case", lambda ids: dict.fromkeys(ids, "RJK-7F3K2"))
    with time_machine.travel(datetime(2026, 11, 20, 3, tzinfo=UTC)):
        _opened(thief, home)
    with time_machine.travel(datetime(2026, 11, 20, 5, tzinfo=UTC)):
        _opened(thief, home)
        with writing():
            record(actor_of(honest, strong=True), "session.ended", subject=("case", uuid.uuid4()))
    span = ["--since", "2026-11-20T11:00", "--until", "2026-11-20T23:00+07:00"]
    known = ["--known", "2026-11-21T08:00:00+07:00"]
    told = run(app, "audit", "affected", *span, *known, "--actor", "thief@example.org").output
    assert "Persons, by case: 1\n  RJK-7F3K2  1 times, 20 Nov 2026 12:00:00 WIB" in told
    assert "Agencies: 1\n  Rumah Contoh" in told
    assert "by 24 Nov 2026 08:00:00 WIB." in told
    assert "Persons, by case: 2" in run(app, "audit", "affected", *span).output
    whole = run(app, "audit", "affected", "--since", "2026-11-20", "--actor", str(thief.id))
    assert "RJK-7F3K2  2 times" in whole.output
    assert run(app, "audit", "affected", "--since", "yesterday").exit_code == 2
    assert (
        run(app, "audit", "affected", "--since", "2026-11-20", "--actor", "nobody").exit_code == 2
    )
    later = ["--since", "2026-11-21", "--until", "2026-11-20"]
    assert run(app, "audit", "affected", *later).exit_code == 2
