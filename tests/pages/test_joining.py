"""An agency joins: application, decision, invitation of the first manager."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Account, AuditEntry, Invitation, Membership
from accounts.rules.rights import Role
from agencies.models import Agency, AgencyApplication
from core.clock import now
from core.db import db
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.html import check_page
from tests.support.people import make_account, sign_in
from tests.support.places import gazetteer, load
from tests.support.sending import link_on, send, words

pytestmark = pytest.mark.both_databases(in_soak=True)

CIPAYUNG = "31.75.10"
GIVEN = {
    "name": "Yayasan Melati",
    "type": "NGO",
    "place": "Kramatjati",
    "description": "Pendampingan bagi penyintas kekerasan",
    "tier": "public",
    "contact_name": "Bu Sari",
    "email": "Sari@Melati.example",
    "phone": "021-5550123",
    "why": "Kami bekerja dengan UPTD PPA sejak lama",
}


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> Flask:
    """The app, not a demo, with the gazetteer around Jakarta."""
    made = make_app(demo=False)
    assert load(made, gazetteer(tmp_path)).exit_code == 0
    return made


def _apply(client: FlaskClient, **more: str) -> Any:
    return send(client, "/join?lang=en", "/join", **{**GIVEN, **more})


def _coordinator(
    app: Flask, area: str | None = "31.75", role: Role = Role.COORDINATOR
) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_account(role, area=area))
    client.get("/?lang=en")
    return client


def _only(model: Any) -> Any:
    db.session.rollback()
    return db.session.query(model).one()


def _count(model: Any) -> int:
    db.session.rollback()
    return int(db.session.query(model).count())


def test_application_approval_invitation_first_manager(app: Flask, client: FlaskClient) -> None:
    """The whole way, without a mail server: the coordinator hands the link over."""
    applied = _apply(client)
    assert applied.status_code == 303
    status = applied.location
    assert "arrived" in words(client.get(status))

    coordinator = _coordinator(app)
    listed = coordinator.get("/applications")
    assert "Yayasan Melati" in words(listed)
    found = _only(AgencyApplication)
    assert (found.area_code, found.email) == ("31.75.04", "sari@melati.example")
    one = f"/applications/{found.id}"
    approved = send(coordinator, one, f"{one}/approve")
    assert approved.status_code == 200
    assert "No mail server is set up" in words(approved)
    link = link_on(approved.text)

    agency = _only(Agency)
    assert (agency.name, agency.status.value, agency.tier) == ("Yayasan Melati", "active", 0)
    assert "joined" in words(client.get(status))
    assert "Yayasan Melati" in words(app.test_client().get("/directory?q=melati"))

    newcomer = app.test_client()
    shown = newcomer.get(f"{link}?lang=en")
    assert "Yayasan Melati" in words(shown)
    assert "Agency manager" in words(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    password = "hujan deras di atap seng"
    joined = send(newcomer, link, name="Sari", password=password, password_again=password)
    assert "member now" in words(joined)
    account = _only_new_account("sari@melati.example")
    assert (account.password_hash or "").startswith("$argon2id$")
    held = db.session.query(Membership).filter_by(account_id=account.id).one()
    assert (held.role, held.agency_id) == (Role.MANAGER, agency.id)
    assert "A manager has joined" in words(coordinator.get(one))
    actions = [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.at)]
    assert {"application.received", "application.approved", "invitation.made"} <= set(actions)
    assert {"invitation.accepted", "account.made"} <= set(actions)


def _only_new_account(email: str) -> Account:
    db.session.rollback()
    return db.session.query(Account).filter_by(email=email).one()


def test_who_may_decide(app: Flask, client: FlaskClient) -> None:
    """The district's, the network's, an administrator; for all others there is nothing."""
    _apply(client)
    one = f"/applications/{_only(AgencyApplication).id}"
    agency = make_offer().service.agency_id
    for area in ("31.75", "31.75.04", None):
        assert _coordinator(app, area).get(one).status_code == 200
    assert _coordinator(app, None, Role.ADMINISTRATOR).get(one).status_code == 200
    nothing = client.get(f"/applications/{uuid.uuid4()}").text
    for area in ("32", "31.7", "31.75.10", "31.74"):
        other = _coordinator(app, area)
        assert other.get(one).status_code == 404, area
        assert "Melati" not in other.get("/applications").text
        assert _post(other, f"{one}/approve").status_code == 404
    manager = app.test_client()
    sign_in(manager, make_account(Role.MANAGER, agency_id=agency))
    for stranger in (manager, client):
        assert stranger.get(one).status_code == 404
        assert _post(stranger, f"{one}/decline", reason="no").status_code == 404
    assert manager.get("/applications").status_code == 404
    assert client.get("/applications").location == "/sign-in?next=/applications"
    shape = re.compile(r'nonce="[^"]+"|lang=\w+|href="[^"]*"')
    assert shape.sub("", client.get(one).text) == shape.sub("", nothing)
    assert _only(AgencyApplication).state.value == "waiting"


def _post(client: FlaskClient, path: str, **fields: str) -> Any:
    """A post with a token of the public form."""
    page = client.get("/join").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def test_declining_says_why(app: Flask, client: FlaskClient) -> None:
    """With a reason, once; the applicant reads it behind their link."""
    status = _apply(client).location
    coordinator = _coordinator(app)
    one = f"/applications/{_only(AgencyApplication).id}"
    empty = send(coordinator, one, f"{one}/decline", reason="  ")
    assert empty.status_code == 422
    assert "Say why" in words(empty)
    said = "Kami tidak mengenal\n<b>lembaga</b> ini"
    assert send(coordinator, one, f"{one}/decline", reason=said).status_code == 303
    page = client.get(f"{status}?lang=en")
    assert "declined" in words(page)
    assert "&lt;b&gt;lembaga&lt;/b&gt;" in page.text
    assert _post(coordinator, f"{one}/approve").status_code == 422
    assert (_count(Agency), _count(Invitation)) == (0, 0)


def test_the_link_of_the_applicant_opens_nothing_else(app: Flask, client: FlaskClient) -> None:
    """A changed, cut, or invented link is no link; the right one holds no contact."""
    status = _apply(client).location
    page = client.get(status).text
    for private in ("Sari", "sari@", "5550123", "UPTD"):
        assert private not in page
    token = status.rpartition("/")[2]
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (swapped, token[:-2], token + "A", "A" * len(token), "%00", "é", "=" * 40):
        assert client.get(f"/join/status/{wrong}").status_code == 404, wrong


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Must have"),
        ("name", "\u202e\u200b", "Must have"),
        ("name", "x" * 151, "Must have"),
        ("type", "XXX", "Must be one of"),
        ("tier", "secret", "Must be one of"),
        ("email", "sari@melati.example\nBcc: x@y.example", "e-mail"),
        ("email", "a@b.example, c@d.example", "e-mail"),
        ("phone", "telepon", "phone number"),
        ("description", "Jl. Raya Bogor No. 12, di belakang pasar", "Leave the address out"),
        ("why", "Kantor kami RT 01/RW 02 dekat sini", "Leave the address out"),
        ("place", "", "district"),
        ("place", "Atlantis", "No place"),
        ("place", "Jakarta Timur", "not only the city"),
        ("place", "-6.3,106.9", "not only the city"),
        ("fax_number", "021", "trap"),
    ],
)
def test_wrong_input_is_told_beside_its_field(
    client: FlaskClient, field: str, value: str, said: str
) -> None:
    """Nothing typed is lost, nothing is kept."""
    answer = _apply(client, **{field: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Error:" in answer.text
    if field != "contact_name":
        assert "Bu Sari" in answer.text
    assert _count(AgencyApplication) == 0


def test_an_ambiguous_district_is_asked(client: FlaskClient) -> None:
    """Cipayung lies in Jakarta Timur and in Depok: never a guess."""
    asked = _apply(client, place="Cipayung")
    assert asked.status_code == 422
    assert "Depok" in words(asked)
    assert _apply(client, place="Cipayung", place_code=CIPAYUNG).status_code == 303
    assert _only(AgencyApplication).area_code == CIPAYUNG


def test_a_village_means_its_district(client: FlaskClient) -> None:
    """By its code."""
    assert _apply(client, place="31.75.10.1001").status_code == 303
    assert _only(AgencyApplication).area_code == CIPAYUNG


def test_a_flood_from_one_address_is_slowed(app: Flask, client: FlaskClient) -> None:
    """Five an hour; others go on, and so does this one later."""
    for number in range(5):
        assert _apply(client, name=f"Yayasan {number}").status_code == 303
    flooded = _apply(client)
    assert flooded.status_code == 429
    assert "try again later" in words(flooded)
    assert "Bu Sari" in flooded.text
    assert "127.0.0.1" not in str(db.session.query(AgencyApplication.address_key).all())
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert _apply(client).status_code == 303


def test_a_post_without_our_token_is_refused(client: FlaskClient) -> None:
    """What another site sends in somebody's name."""
    assert client.post("/join", data=GIVEN).status_code == 400
    assert client.post("/join", data={**GIVEN, "csrf_token": "x"}).status_code == 422
    assert _count(AgencyApplication) == 0


def test_a_known_agency_is_chosen_and_not_doubled(app: Flask, client: FlaskClient) -> None:
    """An imported agency of the name is offered; the coordinator says which it is."""
    known = make_offer(
        agency={"name": "YAYASAN melati", "source": "import"}, location={"area_code": "31.75.10"}
    ).service.agency_id
    _apply(client)
    coordinator = _coordinator(app)
    one = f"/applications/{_only(AgencyApplication).id}"
    unsaid = send(coordinator, one, f"{one}/approve")
    assert unsaid.status_code == 422
    assert "Choose whether" in words(unsaid)
    tied = send(coordinator, one, f"{one}/approve", agency=str(known))
    assert tied.status_code == 200
    assert _only(Agency).id == known
    assert _only(Invitation).agency_id == known


def test_nobody_comes_into_an_agency_past_its_manager(app: Flask, client: FlaskClient) -> None:
    """An agency with a manager, of another district, or of another name is no choice."""
    kept = make_offer(
        agency={"name": "Yayasan Melati"}, location={"area_code": "31.75.10"}
    ).service.agency_id
    make_account(Role.MANAGER, agency_id=kept)
    away = make_offer(
        agency={"name": "Yayasan Melati"}, location={"area_code": "32.01.01"}
    ).service.agency_id
    other = make_offer(
        agency={"name": "Yayasan Kenanga"}, location={"area_code": "31.75.10"}
    ).service.agency_id
    _apply(client)
    coordinator = _coordinator(app)
    one = f"/applications/{_only(AgencyApplication).id}"
    assert "has a manager" in words(coordinator.get(one))
    for agency in (kept, away, other, uuid.uuid4()):
        refused = send(coordinator, one, f"{one}/approve", agency=str(agency))
        assert refused.status_code == 422, agency
    assert _post(coordinator, f"{one}/approve", agency="../x").status_code == 404
    assert _count(Invitation) == 0
    assert send(coordinator, one, f"{one}/approve", agency="new").status_code == 200


def test_an_expired_invitation_of_the_first_manager_is_sent_again(
    app: Flask, client: FlaskClient
) -> None:
    """The former link ends with it."""
    _apply(client)
    coordinator = _coordinator(app)
    one = f"/applications/{_only(AgencyApplication).id}"
    first = link_on(send(coordinator, one, f"{one}/approve").text)
    with time_machine.travel(now() + timedelta(days=8)):
        coordinator = _coordinator(app)
        assert client.get(first).status_code == 404
        assert "has expired" in words(coordinator.get(one))
        second = link_on(send(coordinator, one, f"{one}/again").text)
        assert client.get(second).status_code == 200
        third = link_on(send(coordinator, one, f"{one}/again").text)
        assert client.get(second).status_code == 404
        assert client.get(third).status_code == 200


def test_a_network_agency_is_not_public(app: Flask, client: FlaskClient) -> None:
    """In the tier that it asked for, from the first moment."""
    _apply(client, tier="network")
    coordinator = _coordinator(app)
    one = f"/applications/{_only(AgencyApplication).id}"
    send(coordinator, one, f"{one}/approve")
    assert "Yayasan Melati" not in client.get("/directory").text
    assert "Yayasan Melati" not in client.get("/directory?q=melati").text
    assert "Yayasan Melati" in coordinator.get("/directory?q=melati").text


HOSTILE = ["<script>alert(1)</script>", "=cmd|'/c calc'!A1", "Yayasan \u202eitaleM", "{{7*7}} %s"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_names(app: Flask, client: FlaskClient, name: str) -> None:
    """Shown as text on every page, without the marks that disguise what follows."""
    status = _apply(client, name=name).location
    coordinator = _coordinator(app)
    one = f"/applications/{_only(AgencyApplication).id}"
    approved = send(coordinator, one, f"{one}/approve")
    pages = [client.get(status), coordinator.get(one), coordinator.get("/applications")]
    pages += [client.get(link_on(approved.text)), client.get("/directory")]
    for page in pages:
        check_page(page.text)
        assert "<script>alert" not in page.text
        assert "\u202e" not in page.text
        assert "49 %s" not in page.text
    if name.startswith("<"):
        assert "&lt;script&gt;" in pages[0].text


def test_a_body_that_is_too_large(client: FlaskClient) -> None:
    """A clear page, and nothing kept."""
    answer = client.post("/join", data={**GIVEN, "why": "x" * 1_100_000})
    assert answer.status_code == 413
    check_page(answer.text)
    assert _count(AgencyApplication) == 0
