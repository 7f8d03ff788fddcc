"""Secret places: only the centre of the cell leaves the file, whatever else stands in it.

The proof of design.md §4: move the shelter anywhere inside its cell, write any address beside it,
and every byte that is stored, said or written is the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.models import Location, Offer, Precision
from core.actors import Tier
from core.db import Base, db
from core.geometry import PUBLISHED_RESOLUTION, cell_of, published_centre
from tests.conftest import MakeApp
from tests.support.exchange import csv_of, empty, everything, flask_agencies, row, rows, save
from tests.support.story import load_small_gazetteer

ADDRESS = "Jl. Rahasia Sekali No. 42"
CELL = cell_of((-6.32, 106.90), PUBLISHED_RESOLUTION)
CENTRE = published_centre((-6.32, 106.90))
# Two doors in one cell, kilometres apart and in different districts.
DOORS = (("-6.30712", "106.91341", "Makasar"), ("-6.33187", "106.90107", "Cipayung"))
CHANGING = {"id", "made_at", "changed_at"}  # and keys of rows, which are made anew
COUNTED = {"find_generation", "find_change"}  # numbers that only ever grow, also when it is emptied


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app with a gazetteer, in English."""
    app = make_app(language="en")
    load_small_gazetteer(app)
    return app


def shelter(latitude: str, longitude: str, district: str, **cells: str) -> dict[str, str]:
    """A secret place whose row tells all."""
    told = {
        "tier": "secret",
        "latitude": latitude,
        "longitude": longitude,
        "district": district,
        "village": "Kelurahan Rahasia",
        "address": ADDRESS,
        "postal_code": "13845",
        "transportation": "Turun di depan rumah bernomor 42",
        "precision": "point",
    }
    return row(**{**told, **cells})


def database() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, without what is new each time."""
    db.session.rollback()
    return {
        table.name: sorted(
            (
                {
                    name: str(value)
                    for name, value in record._mapping.items()
                    if name not in CHANGING and not name.endswith("_id")
                }
                for record in db.session.execute(select(table))
            ),
            key=str,
        )
        for table in Base.metadata.sorted_tables
        if table.name not in COUNTED
    }


def all_bytes(folder: Path) -> bytes:
    """What SQLite has on the disk."""
    return b"".join(path.read_bytes() for path in folder.glob("rujukan.db*"))


def test_the_doors_are_in_one_cell() -> None:
    """Or the proof proves nothing."""
    assert {cell_of((float(a), float(b)), PUBLISHED_RESOLUTION) for a, b, _ in DOORS} == {CELL}


def test_only_the_centre_is_kept(app: Flask, tmp_path: Path) -> None:
    """And the names are those around the centre."""
    flask_agencies(app, "import", save(tmp_path, csv_of([shelter(*DOORS[0])])))
    place = db.session.scalars(select(Location)).one()
    assert (place.latitude, place.longitude) == CENTRE
    assert (place.precision, place.district) == (Precision.HIDDEN, "Cipayung")
    assert (place.address, place.village, place.postal_code, place.transportation) == (None,) * 4


def test_every_byte_is_the_same_wherever_it_stands(app: Flask, tmp_path: Path) -> None:
    """Database, what is said, the file of refused records, exports of every tier."""
    seen = []
    for door in DOORS:
        empty()
        twin = shelter(*door, service_key="b", address=f"{ADDRESS} {door[0]}")
        wrong = shelter(*door, service_key="d", location_key="d", phones=ADDRESS, needs=ADDRESS)
        file = save(tmp_path, csv_of([shelter(*door), twin, wrong]))
        first = flask_agencies(app, "import", file, "-v")
        again = flask_agencies(app, "import", file, "-v")
        exports = [
            flask_agencies(app, "export", "--format", kind, "--tier", tier.word).output
            for kind in ("csv", "geojson")
            for tier in Tier
        ]
        refused = (tmp_path / "registry.csv.refused.csv").read_bytes()
        seen.append((database(), first.output, again.output, refused, exports))
    assert seen[0] == seen[1]
    said = json.dumps(seen, default=str)
    for hidden in (ADDRESS, "Rahasia", "13845", "bernomor", *DOORS[0][:2], *DOORS[1][:2]):
        assert hidden not in said


def test_a_neighbour_does_not_betray_it(app: Flask, tmp_path: Path) -> None:
    """A public place at the same door, or at the cell's centre: no warning of one point."""
    centre = (repr(CENTRE[0]), repr(CENTRE[1]), "")
    for door in (*DOORS, centre):
        empty()
        neighbour = row(
            service_key="n", location_key="n", latitude=door[0], longitude=door[1], district=""
        )
        file = save(tmp_path, csv_of([neighbour, shelter(*door)]))
        assert "same point" not in flask_agencies(app, "import", file, "-v").output


def test_nothing_of_the_address_is_on_the_disk(app: Flask, tmp_path: Path) -> None:
    """Not even in pages that the database has freed."""
    flask_agencies(app, "import", save(tmp_path, csv_of([*rows(3), shelter(*DOORS[0])])))
    content = all_bytes(tmp_path)
    assert b"Rumah Aman Melati" in content
    for hidden in (ADDRESS.encode(), b"Rahasia", b"bernomor", DOORS[0][0].encode()):
        assert hidden not in content


@pytest.mark.parametrize(
    "cells",
    [
        {"latitude": "-96.30712"},
        {"latitude": "106.91341", "longitude": "-6.30712"},
        {"latitude": "x-6.30712"},
        {"tier": "sekret"},
        {"hours": ADDRESS},
        {"places": f"{ADDRESS}: capacity=1 occupied=2 at=2026-11-20T18:00+07:00"},
        {"city": "x" * 30_000 + ADDRESS},
        {"service_area": ADDRESS, "languages": ADDRESS},
    ],
)
def test_refusals_quote_nothing(app: Flask, tmp_path: Path, cells: dict[str, str]) -> None:
    """A cell in the wrong column may be the address, and an unreadable tier may mean secret."""
    result = flask_agencies(
        app, "import", save(tmp_path, csv_of([shelter(*DOORS[0]) | cells])), "-v"
    )
    assert result.exit_code == 1
    refused = (tmp_path / "registry.csv.refused.csv").read_text(encoding="utf-8")
    for hidden in ("Rahasia", "30712", "91341"):
        assert hidden not in result.output
        assert hidden not in refused


def test_a_row_out_of_step_is_named_by_no_address(app: Flask, tmp_path: Path) -> None:
    """Where the cells are shifted, the address stands where a key should."""
    shifted = shelter(*DOORS[0]) | {"service_key": ADDRESS, "location_key": ADDRESS}
    file = save(tmp_path, csv_of([shifted]))
    result = flask_agencies(app, "import", file)
    refused = (tmp_path / "registry.csv.refused.csv").read_text(encoding="utf-8")
    assert "Rahasia" not in result.output + refused


@pytest.mark.both_databases
def test_an_open_place_that_becomes_secret(app: Flask, tmp_path: Path) -> None:
    """A file that says no more than the tier hides all that was known."""
    open_row = shelter(*DOORS[0], tier="public")
    flask_agencies(app, "import", save(tmp_path, csv_of([open_row])))
    columns = ["agency_key", "agency_name", "agency_type", "service_key", "service_name", "needs",
               "location_key", "tier"]  # fmt: skip
    secret = csv_of([{**open_row, "tier": "secret"}], columns)
    assert flask_agencies(app, "import", save(tmp_path, secret)).exit_code == 0
    place = db.session.scalars(select(Location)).one()
    assert (place.latitude, place.longitude, place.precision) == (*CENTRE, Precision.HIDDEN)
    assert (place.address, place.village, place.district) == (None, None, None)
    for hidden in (ADDRESS, DOORS[0][0]):
        assert hidden not in json.dumps(database())


def test_a_row_with_too_many_cells_quotes_nothing(app: Flask, tmp_path: Path) -> None:
    """Nobody knows what its cells mean."""
    text = csv_of([shelter(*DOORS[0])]).rstrip("\n") + f',"{ADDRESS}"\n'
    result = flask_agencies(app, "import", save(tmp_path, text))
    assert result.exit_code == 1
    refused = (tmp_path / "registry.csv.refused.csv").read_text(encoding="utf-8")
    assert "Rahasia" not in result.output + refused


@pytest.mark.both_databases
def test_a_secret_place_stays_secret_when_a_file_does_not_say(app: Flask, tmp_path: Path) -> None:
    """Without the column, or with an empty cell: known is known."""
    flask_agencies(app, "import", save(tmp_path, csv_of([shelter(*DOORS[0])])))
    open_row = shelter(*DOORS[1], tier="", fees="Gratis")
    flask_agencies(app, "import", save(tmp_path, csv_of([open_row])))
    without = [name for name in open_row if name != "tier"]
    result = flask_agencies(app, "import", save(tmp_path, csv_of([open_row], without)))
    assert result.exit_code == 0
    (entry,) = everything()
    assert entry.service.fees == "Gratis"
    assert entry.location.tier is Tier.SECRET
    assert (entry.location.latitude, entry.location.longitude) == CENTRE
    assert entry.location.address is None


def test_to_lift_the_secret_is_warned_about(app: Flask, tmp_path: Path) -> None:
    """It may be right, but somebody should look."""
    flask_agencies(app, "import", save(tmp_path, csv_of([shelter(*DOORS[0])])))
    lifted = save(tmp_path, csv_of([shelter(*DOORS[0], tier="network")]))
    assert "was secret" in flask_agencies(app, "import", lifted).output


def test_without_coordinates_the_cell_of_the_district(app: Flask, tmp_path: Path) -> None:
    """Not the village that the row names."""
    file = save(tmp_path, csv_of([shelter("", "", "Cipayung", precision="")]))
    flask_agencies(app, "import", file)
    place = db.session.scalars(select(Offer)).one().location
    assert place.precision is Precision.HIDDEN
    assert place.latitude is not None
    assert place.longitude is not None
    assert published_centre((place.latitude, place.longitude)) == (place.latitude, place.longitude)


def test_hsds_places_under_a_secret_mapping(app: Flask, tmp_path: Path) -> None:
    """Addresses, identifiers and other places of the agency are not kept anywhere."""
    place = {
        "id": "l1",
        "location_type": "physical",
        "name": "Rumah",
        "latitude": float(DOORS[0][0]),
        "longitude": float(DOORS[0][1]),
        "description": ADDRESS,
        "external_identifier": ADDRESS,
        "addresses": [{"id": "a", "address_1": ADDRESS, "city": "Jakarta Timur"}],
        "phones": [{"id": "p", "number": ADDRESS}],
    }
    service = {
        "id": "s1",
        "name": "Service",
        "organization": {"id": "o1", "name": "Agency", "locations": [place, {**place, "id": "l2"}]},
        "service_at_locations": [{"id": "x1", "location": place, "extra": ADDRESS}],
    }
    mapping = save(tmp_path, "[hsds]\ntier = 'secret'\n", "map.toml")
    file = save(tmp_path, json.dumps(service), "a.json")
    result = flask_agencies(app, "import", file, "--map", mapping, "-v")
    assert result.exit_code == 0, result.output
    assert "Rahasia" not in result.output + json.dumps(database())
    assert "Other places of the agency were left out" in result.output
    (entry,) = everything()
    assert (entry.location.latitude, entry.location.longitude) == CENTRE
