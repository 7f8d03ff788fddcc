"""The geocoder, its cache, the logs and every table but the sealed field never saw the address.

A marked address is typed at every door that takes one: the page, and files of each kind. The
geocoder is a service on a local port that remembers what it was asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.rules.rights import Role
from agencies.models import GeocodedAddress, Location, SealedPlace
from agencies.queries.geocoding import find_address
from core.db import Base, db, writing
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.exchange import csv_of, flask_agencies, row, save
from tests.support.people import make_account, sign_in
from tests.support.places import gazetteer, load
from tests.support.service import Reply, Service, service
from tests.support.worlds.making import overheard

MARK = "Kuncimawar"
ADDRESS = f"Jl. {MARK} Dalam No. 42, Cipayung"
DOOR = (-6.30712, 106.91341)


@pytest.fixture
def geocoder() -> Iterator[Service]:
    """One that knows every address."""
    known = {"lat": str(DOOR[0]), "lon": str(DOOR[1]), "display_name": "Jalan"}
    with service(Reply([known])) as running:
        yield running


@pytest.fixture
def app(make_app: MakeApp, geocoder: Service, tmp_path: Path) -> Flask:
    """The app with that geocoder."""
    made = make_app(geocoder="nominatim", geocoder_url=geocoder.url, log_level="DEBUG")
    assert load(made, gazetteer(tmp_path)).exit_code == 0
    return made


def _nowhere(folder: Path) -> None:
    """Neither in a row nor on the disk, as words, as bytes or as a point."""
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        for record in db.session.execute(select(table)):
            assert MARK.casefold() not in repr(tuple(record)).casefold(), table.name
            assert "6.30712" not in repr(tuple(record)), table.name
    for path in folder.glob("rujukan.db*"):
        assert MARK.encode() not in path.read_bytes(), path.name


def _heard_nothing(geocoder: Service, logs: bytes) -> None:
    assert geocoder.asked == []
    assert MARK.encode() not in logs
    assert b"30712" not in logs
    assert db.session.scalars(select(GeocodedAddress)).all() == []


def test_typed_on_the_page(app: Flask, geocoder: Service, tmp_path: Path) -> None:
    """Saved, refused for a wrong point, and opened: nobody heard it but who opens it."""
    offer = make_offer(location={"tier": 2, "latitude": None, "longitude": None, "precision": None})
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=offer.service.agency_id))
    url = f"/entry/place/{offer.location_id}"
    typed = {"tier": "secret", "address": ADDRESS, "way": MARK, "district": "Cipayung, Depok"}
    with overheard() as logs:
        token = _token(client.get(url).text)
        wrong = client.post(url, data={**typed, "point": "200, 3", "csrf_token": token})
        assert (wrong.status_code, MARK in wrong.text) == (422, True)  # nothing typed is lost
        point = f"{DOOR[0]}, {DOOR[1]}"
        saved = client.post(url, data={**typed, "point": point, "csrf_token": token})
        assert (saved.status_code, saved.headers["Cache-Control"]) == (303, "no-store")
        assert MARK not in client.get(url).text
        opened = client.post(f"/places/{offer.location_id}/address", data={"csrf_token": token})
        assert ADDRESS in opened.text
        assert opened.headers["Cache-Control"] == "no-store"
        _heard_nothing(geocoder, logs())
    _nowhere(tmp_path)
    assert [
        e.action for e in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    ] == [
        "address.sealed",
        "address.opened",
    ]


def _token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_in_a_file(app: Flask, geocoder: Service, tmp_path: Path, ending: str) -> None:
    """A file is no door for a secret address: what stands in it is left out, and not sealed."""
    folder = tmp_path / "files"
    folder.mkdir()
    more = []
    if ending == "json":
        file = save(folder, _hsds(), "a.json")
        more = ["--map", save(folder, "[hsds]\ntier = 'secret'\n", "map.toml")]
    else:
        cells = row(
            tier="secret",
            address=ADDRESS,
            transportation=MARK,
            latitude=str(DOOR[0]),
            longitude=str(DOOR[1]),
        )
        file = _xlsx(folder, cells) if ending == "xlsx" else save(folder, csv_of([cells]))
    with overheard() as logs:
        result = flask_agencies(app, "import", file, "-v", *more)
        _heard_nothing(geocoder, logs())
    assert result.exit_code == 0, result.output
    assert MARK not in result.output
    assert db.session.scalars(select(Location)).one().published_cell is not None
    assert db.session.scalars(select(SealedPlace)).all() == []
    _nowhere(tmp_path)


def _xlsx(folder: Path, cells: dict[str, str]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(cells))
    sheet.append(list(cells.values()))
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _hsds() -> str:
    place = {
        "id": "l1",
        "location_type": "physical",
        "latitude": DOOR[0],
        "longitude": DOOR[1],
        "addresses": [{"id": "a", "address_1": ADDRESS, "city": "Jakarta Timur"}],
    }
    return json.dumps(
        {
            "id": "s1",
            "name": "Service",
            "organization": {"id": "o1", "name": "Agency"},
            "service_at_locations": [{"id": "x1", "location": place}],
        }
    )


def test_what_the_geocoder_knew_goes_when_the_place_becomes_secret(
    app: Flask, geocoder: Service, tmp_path: Path
) -> None:
    """Somebody looked the public address up; then the place is hidden, and all traces go."""
    offer = make_offer(
        location={
            "latitude": DOOR[0],
            "longitude": DOOR[1],
            "address": ADDRESS,
            "name": f"Pondok {MARK}",
            "extra": {"description": ADDRESS},
        },
        offer={"extra": {"note": ADDRESS}},
    )
    find_address(ADDRESS)
    assert len(db.session.scalars(select(GeocodedAddress)).all()) == 1
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=offer.service.agency_id))
    url = f"/entry/place/{offer.location_id}"
    page = client.get(url).text
    assert ADDRESS in page  # it is public, so far
    data = {"tier": "secret", "address": ADDRESS, "point": f"{DOOR[0]}, {DOOR[1]}"}
    assert client.post(url, data={**data, "csrf_token": _token(page)}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(GeocodedAddress)).all() == []
    with writing():
        db.session.connection()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    _nowhere(tmp_path)
