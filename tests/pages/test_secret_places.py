"""The pages of places and meeting points: who may, what moves, what is shown."""

from __future__ import annotations

import re
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from accounts.models import AuditEntry
from accounts.rules.rights import Role
from agencies.commands.secret.forgetting import forget_lost_places
from agencies.commands.secret.places import bound_to, key_name
from agencies.models import Location, MeetingPoint, Offer, SealedPlace
from core.actors import Tier
from core.crypto import CannotUnsealError, unseal
from core.db import db, write, writing
from core.geometry import centre_of, published_cell
from core.keystore import ErasedKeyError, KeyStore, keystore
from tests.conftest import MakeApp
from tests.factories import ROUND_THE_CLOCK, make_offer
from tests.support.exchange import csv_of, flask_agencies, row, save
from tests.support.html import check_page
from tests.support.people import make_account, sign_in

DOOR, INSIDE, OUTSIDE = "-6.30712, 106.91341", "-6.33187, 106.90107", "-6.45, 106.80"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app in English, where a visitor sees the public tier."""
    return make_app(demo=False, language="en")


@pytest.fixture
def offer(app: Flask) -> Offer:
    """A shelter that is public, so far."""
    return make_offer(needs="S1", hours=ROUND_THE_CLOCK, name="Pondok")


@pytest.fixture
def manager(app: Flask, offer: Offer) -> FlaskClient:
    """Its manager's browser."""
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=offer.service.agency_id))
    return client


def token(client: FlaskClient, url: str) -> str:
    """The token of a page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(url).text)
    assert found
    return found[1]


def say(client: FlaskClient, offer: Offer, **typed: str) -> int:
    """Say where a place is; the status of the answer."""
    url = f"/entry/place/{offer.location_id}"
    data = {"tier": "secret", "address": "Jl. Rahasia 1", "point": DOOR, "resolution": "6", **typed}
    status = client.post(url, data={**data, "csrf_token": token(client, url)}).status_code
    db.session.expire_all()
    db.session.rollback()
    return status


def place_of(offer: Offer) -> Location:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(Location, offer.location_id)


@pytest.mark.both_databases
def test_the_cell_is_taken_once(offer: Offer, manager: FlaskClient) -> None:
    """It stays while the place is in it, and is taken anew when the place has left it."""
    assert say(manager, offer) == 303
    first = place_of(offer).published_cell
    assert first == published_cell((-6.30712, 106.91341))
    changed = place_of(offer).changed_at
    assert say(manager, offer, point=INSIDE, address="Jl. Lain 2") == 303
    assert (place_of(offer).published_cell, place_of(offer).changed_at) == (first, changed)
    assert say(manager, offer, point=OUTSIDE) == 303
    place = place_of(offer)
    assert place.published_cell == published_cell((-6.45, 106.80))
    assert (place.latitude, place.longitude) == centre_of(place.published_cell)
    assert say(manager, offer, point=OUTSIDE, resolution="4") == 303
    assert place_of(offer).published_cell == published_cell((-6.45, 106.80), 4)


@pytest.mark.both_databases
def test_to_lift_a_secret_takes_a_confirmation(offer: Offer, manager: FlaskClient) -> None:
    """Then the sealed field goes, and what was typed is what everybody knows."""
    say(manager, offer)
    assert say(manager, offer, tier="public") == 422
    assert place_of(offer).tier == Tier.SECRET.value
    assert say(manager, offer, tier="network", address="Jl. Baru 3", may_be_open="1") == 303
    place = place_of(offer)
    assert (place.tier, place.address, place.published_cell) == (1, "Jl. Baru 3", None)
    assert db.session.scalars(select(SealedPlace)).all() == []
    db.session.rollback()
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert actions == ["place.tier_changed", "address.sealed", "place.tier_changed"]


def test_only_the_holder_opens(app: Flask, offer: Offer, manager: FlaskClient) -> None:
    """Everybody else is answered as for a place that does not exist."""
    say(manager, offer)
    agency = offer.service.agency_id
    there, nowhere = f"/places/{offer.location_id}/address", f"/places/{uuid.uuid4()}/address"
    others = [
        (make_account(Role.WORKER, Role.INTAKE, agency_id=agency), True),
        (make_account(Role.MANAGER, agency_id=agency), False),
        (make_account(Role.MANAGER, agency_id=make_offer().service.agency_id), True),
        (make_account(Role.COORDINATOR), True),
        (make_account(Role.ADMINISTRATOR), True),
    ]
    for account, strong in others:
        client = app.test_client()
        sign_in(client, account, strong=strong)
        form = token(client, "/" if strong else "/account/second-factor")
        answers = [client.post(url, data={"csrf_token": form}) for url in (there, nowhere)]
        told = 404 if strong else 302  # one is led to the second factor
        assert {answer.status_code for answer in answers} == {told}
        assert client.get(f"/entry/place/{offer.location_id}").status_code == told
        assert not any("Rahasia" in answer.text for answer in answers)
    assert app.test_client().post(there).status_code == 404
    form = token(manager, f"/entry/place/{offer.location_id}")
    assert manager.post(there).status_code == 400  # without the form's token
    assert manager.post(there, data={"csrf_token": "x"}).status_code == 422
    opened = manager.post(there, data={"csrf_token": form})
    assert "Jl. Rahasia 1" in opened.text
    check_page(opened.text)
    assert manager.post(nowhere, data={"csrf_token": form}).status_code == 404


@pytest.mark.both_databases
def test_openings_are_counted(make_app: MakeApp) -> None:
    """One person opens so many an hour; what is more is refused, and noted."""
    app = make_app(address_openings=2, language="en")
    offer = make_offer()
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=offer.service.agency_id))
    say(client, offer)
    data = {"csrf_token": token(client, f"/entry/place/{offer.location_id}")}
    url = f"/places/{offer.location_id}/address"
    assert [client.post(url, data=data).status_code for _ in range(3)] == [200, 200, 429]
    assert "Rahasia" not in client.post(url, data=data).text
    db.session.rollback()
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert actions[-2:] == ["address.not_opened", "address.not_opened"]


def test_a_meeting_point_is_shown_instead(app: Flask, offer: Offer, manager: FlaskClient) -> None:
    """Not inside the cell; beside it without where; farther away with its name."""
    say(manager, offer)
    url = f"/entry/meeting-points/{offer.service.agency_id}"
    check_page(manager.get(url).text)
    form = {"csrf_token": token(manager, url), "escort_needed": "yes", "times": "08-20"}
    inside = manager.post(url, data={**form, "name": "Dalam", "point": INSIDE})
    assert (inside.status_code, "farther away" in inside.text) == (422, True)
    for name, point in (("Sebelah", "-6.26, 106.90"), ("Polsek Jauh", "-6.60, 106.80")):
        assert manager.post(url, data={**form, "name": name, "point": point}).status_code == 303
    service = f"/services/{offer.service_id}"
    for page in (manager.get(service).text, manager.get("/find?need=S1&place=-6.3,106.9").text):
        assert "Polsek Jauh" in page
        assert "Sebelah" not in page
        assert "the agency says where when it accepts" in page
    answer = manager.get("/api/v1/find?need=S1&lat=-6.3&lon=106.9")
    assert answer.get_json()["results"] == []  # programs show no cookie: the public tier
    assert app.test_client().get(service).status_code == 404
    db.session.rollback()
    met = db.session.scalars(select(MeetingPoint).order_by(MeetingPoint.made_at)).first()
    assert met is not None
    db.session.rollback()
    removed = manager.post(f"{url}/{met.id}/remove", data={"csrf_token": form["csrf_token"]})
    assert removed.status_code == 303
    assert "the agency says where" not in manager.get(service).text


def test_an_import_keeps_a_wide_cell(
    app: Flask, offer: Offer, manager: FlaskClient, tmp_path: Path
) -> None:
    """A file's point inside the cell that was taken narrows nothing."""
    say(manager, offer, resolution="4")
    before = place_of(offer)
    known = (before.published_cell, before.latitude, before.longitude, before.city)
    cells = row(location_key=before.key, tier="secret", latitude="-6.30712", longitude="106.91341")
    file = save(tmp_path, csv_of([cells]))
    assert flask_agencies(app, "import", file).exit_code == 0
    after = place_of(offer)
    assert (after.published_cell, after.latitude, after.longitude, after.city) == known
    assert db.session.scalars(select(SealedPlace)).all()


@pytest.mark.both_databases
def test_a_former_address_opens_with_no_key_that_is_left(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    """Moved, or no longer secret: what a backup of the database holds is noise from then on."""
    name, bound = key_name(offer.location_id), bound_to(offer.location_id)

    def opens(sealed: bytes) -> bool:
        keys = [keystore().existing(known) for known in keystore().living("place")]
        for key in keys:
            with suppress(CannotUnsealError):
                unseal(key, sealed, bound)
                return True
        return False

    def sealed_now() -> bytes:
        db.session.rollback()
        return bytes(db.session.scalars(select(SealedPlace.sealed)).one())

    assert say(manager, offer) == 303
    first = sealed_now()
    assert opens(first)
    assert say(manager, offer, address="Jl. Lain 2", point=INSIDE) == 303
    second = sealed_now()
    assert not opens(first)
    assert opens(second)
    url = f"/places/{offer.location_id}/address"
    shown = manager.post(
        url, data={"csrf_token": token(manager, f"/entry/place/{offer.location_id}")}
    )
    assert "Jl. Lain 2" in shown.text
    # Refused: nothing was sealed anew, and what is there still opens.
    assert say(manager, offer, address="") == 422
    assert opens(sealed_now())
    assert say(manager, offer, tier="network", address="Jl. Baru 3", may_be_open="1") == 303
    assert not opens(second)
    with pytest.raises(ErasedKeyError):
        keystore().existing(name)
    # It may become secret again, with a key of its own.
    assert say(manager, offer, address="Jl. Lagi 4") == 303
    assert opens(sealed_now())
    assert not opens(second)


@pytest.mark.both_databases
def test_a_process_that_died_before_the_last_step_loses_nothing(
    app: Flask, offer: Offer, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new key waits; the next opening puts it in its place."""
    assert say(manager, offer) == 303
    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "swap_in", lambda _self, _name: None)
        assert say(manager, offer, address="Jl. Lain 2") == 303
    url = f"/places/{offer.location_id}/address"
    page = f"/entry/place/{offer.location_id}"
    for _ in range(2):
        shown = manager.post(url, data={"csrf_token": token(manager, page)})
        assert "Jl. Lain 2" in shown.text
    assert not keystore().living("next:place")


@pytest.mark.both_databases
def test_the_key_of_a_place_that_was_deleted_is_erased(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    """By the worker, whoever deleted it."""
    assert say(manager, offer) == 303
    assert write(forget_lost_places) == 0
    with writing():
        db.session.execute(delete(SealedPlace))
    assert write(forget_lost_places) == 1
    with pytest.raises(ErasedKeyError):
        keystore().existing(key_name(offer.location_id))


@pytest.mark.both_databases
def test_fifty_openings_at_once_are_no_more_than_allowed(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    """Exactly as many as an hour allows, however many ask in the same instant."""
    assert say(manager, offer) == 303
    most = app.config["RUJUKAN"].address_openings
    account = make_account(Role.MANAGER, agency_id=offer.service.agency_id)
    url, clients = f"/places/{offer.location_id}/address", []
    for _ in range(50):
        client = app.test_client()
        sign_in(client, account)
        clients.append((client, token(client, f"/entry/place/{offer.location_id}")))
    at_once = 15  # fewer than there are connections: who waits for one too long is told so
    start = threading.Barrier(at_once)

    def ask(client: FlaskClient, shown: str) -> int:
        with suppress(threading.BrokenBarrierError):
            start.wait(timeout=10)
        return client.post(url, data={"csrf_token": shown}).status_code

    with ThreadPoolExecutor(at_once) as crowd:
        answers = Counter(crowd.map(lambda pair: ask(*pair), clients))
    assert answers == {200: most, 429: 50 - most}
    db.session.rollback()
    opened = select(AuditEntry).where(AuditEntry.action == "address.opened")
    assert len(db.session.scalars(opened).all()) == most
