"""HSDS 3.2: what has a column becomes one, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.models import Agency, FindEntry, Location, Offer, Phone, Schedule, Service
from agencies.models.records import PARTS
from core.db import Base, db
from core.ids import parse_id
from tests.conftest import MakeApp
from tests.support.exchange import Counts, counts, everything, flask_agencies, revisions, save
from tests.support.missing import require_shared

FULL = "standards/hsds/3.2.3/examples/service_full.json"
# The example is valid by its schema and impossible on this planet.
IMPOSSIBLE = {"latitude": 100, "longitude": 101}
POSSIBLE = {"latitude": -6.32534, "longitude": 106.90356}
DERIVED = {"organization_id", "service_id", "location_id"}


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, in English."""
    return make_app(language="en")


def example() -> dict[str, Any]:
    """The standard's own full example, moved to this planet."""
    service: dict[str, Any] = json.loads(require_shared(FULL).read_text(encoding="utf-8"))
    for place in (
        service["service_at_locations"][0]["location"],
        service["organization"]["locations"][0],
    ):
        assert {name: place[name] for name in IMPOSSIBLE} == IMPOSSIBLE
        place.update(POSSIBLE)
    return service


def service(number: int, **more: Any) -> dict[str, Any]:
    """A small service."""
    return {
        "id": f"0190b2a0-0000-7000-8000-00000000000{number}",
        "name": f"Service {number}",
        "status": "active",
        "organization": {"id": "0190b2a0-0000-7000-8000-0000000000aa", "name": "Agency"},
        "service_at_locations": [
            {
                "id": f"0190b2a0-0000-7000-8000-00000000001{number}",
                "location": {
                    "id": f"0190b2a0-0000-7000-8000-00000000002{number}",
                    "location_type": "physical",
                    "latitude": -6.3 - number / 1000,
                    "longitude": 106.9,
                },
            }
        ],
        **more,
    }


def need(code: str, taxonomy: str | None = None) -> dict[str, Any]:
    """An attribute with a term."""
    term = {"id": code, "code": code, "name": code, "description": code, "taxonomy": taxonomy}
    return {"id": f"attribute-{code}", "taxonomy_term": term, "label": "our need"}


def leaves(value: Any) -> Iterator[str]:
    """Every scalar of a document, as text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in DERIVED:
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value is not None:
        yield _plain(value)


def _plain(value: Any) -> str:
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value).strip()


def stored() -> set[str]:
    """Every value in the database, JSON taken apart."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for record in db.session.execute(select(table)):
            for value in record:
                found.update(leaves(value) if isinstance(value, dict) else [_plain(value)])
    return found


class TestNothingIsLost:
    @pytest.mark.both_databases
    def test_the_standards_example(self, app: Flask, tmp_path: Path) -> None:
        given = example()
        file = save(tmp_path, json.dumps(given), "a.json")
        result = flask_agencies(app, "import", file)
        assert counts(result).added == 1, result.output
        assert set(leaves(given)) - stored() == set()
        grown = revisions()
        assert counts(flask_agencies(app, "import", file)).unchanged == 1
        assert revisions() == grown

    def test_the_example_as_it_is_is_refused_for_its_latitude(
        self, app: Flask, tmp_path: Path
    ) -> None:
        file = save(tmp_path, require_shared(FULL).read_bytes(), "a.json")
        result = flask_agencies(app, "import", file)
        assert counts(result).refused == 1
        assert "The latitude is not between -90 and 90" in result.output

    def test_an_export_to_csv_and_back_changes_nothing(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, json.dumps(example()), "a.json")
        flask_agencies(app, "import", file)
        content = everything()
        exported = tmp_path / "b.csv"
        flask_agencies(app, "export", exported)
        assert counts(flask_agencies(app, "import", exported)).unchanged == 1
        assert everything() == content

    def test_what_is_left_of_parts_is_found_by_their_ids(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, json.dumps(example()), "a.json"))
        row = db.session.scalars(select(Service)).one()
        rest = row.extra[PARTS][str(row.phones[0].id)]
        assert rest["id"] == "1554f2e2-a373-45db-a3fa-9fc48a61c15e"
        assert rest["languages"][0]["name"] == "Urdu"
        assert row.extra["accreditations"]


class TestColumns:
    def test_ids_are_kept(self, app: Flask, tmp_path: Path) -> None:
        given = service(1)
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        row = db.session.scalars(select(Service)).one()
        assert (row.id, row.key) == (parse_id(given["id"]), given["id"])
        assert db.session.get(Agency, parse_id(given["organization"]["id"]))
        offer = given["service_at_locations"][0]
        assert db.session.get(Offer, parse_id(offer["id"]))
        assert db.session.get(Location, parse_id(offer["location"]["id"]))

    def test_our_needs_are_found(self, app: Flask, tmp_path: Path) -> None:
        attributes = [need("S1"), need("K3", "Rujukan needs"), need("P1", "Open Eligibility")]
        given = service(1, attributes=attributes)
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        assert set(db.session.scalars(select(FindEntry.need))) == {"S1", "K3"}
        extra = db.session.scalars(select(Service.extra)).one()
        assert [a["id"] for a in extra["attributes"]] == ["attribute-P1"]
        assert extra[PARTS]["need:S1"]["label"] == "our need"

    def test_other_terms_go_through_the_mapping(self, app: Flask, tmp_path: Path) -> None:
        mapping = save(
            tmp_path,
            "[hsds]\nagency_type = 'NGO'\nneeds = { 'BD-1800' = 'S9', 'Legal help' = 'H4 H7' }\n",
            "map.toml",
        )
        terms = [need("BD-1800", "211"), {"id": "x", "taxonomy_term": {"name": "Legal help"}}]
        file = save(tmp_path, json.dumps(service(1, attributes=terms)), "a.json")
        flask_agencies(app, "import", file, "--map", mapping)
        assert set(db.session.scalars(select(FindEntry.need))) == {"S9", "H4", "H7"}
        assert db.session.scalars(select(Agency.type)).one() == "NGO"

    def test_a_service_without_a_need_is_kept_with_a_warning(
        self, app: Flask, tmp_path: Path
    ) -> None:
        result = flask_agencies(app, "import", save(tmp_path, json.dumps(service(1)), "a.json"))
        assert counts(result).added == 1
        assert "find cannot find it" in result.output

    @pytest.mark.parametrize(
        ("hours", "opens"),
        [
            ({"opens_at": "09:00", "closes_at": "17:00"}, "09:00"),
            ({"opens_at": "09:00:00", "closes_at": "17:00:00"}, "09:00"),
            ({"opens_at": "09:00+07:00", "closes_at": "17:00+07:00"}, "09:00"),
            ({"opens_at": "09:00", "closes_at": "17:00", "timezone": 7}, "09:00"),
            ({"opens_at": "09:00:00Z", "closes_at": "17:00:00Z"}, None),
            ({"opens_at": "09:00", "closes_at": "17:00", "timezone": 3}, None),
            ({"opens_at": "09:00", "closes_at": "17:00", "bymonthday": "1"}, None),
            ({"opens_at": "nine", "closes_at": "17:00"}, None),
        ],
    )
    def test_hours_that_are_not_ours_are_kept_in_words(
        self, app: Flask, tmp_path: Path, hours: dict[str, Any], opens: str | None
    ) -> None:
        weekly = {"id": "h", "freq": "WEEKLY", "byday": "MO,TU", **hours}
        given = service(1, schedules=[weekly])
        result = flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        row = db.session.scalars(select(Schedule)).one()
        assert (row.opens_at, "not understood" in result.output) == (opens, opens is None)
        if opens is None:
            assert row.extra["opens_at"] == hours["opens_at"]

    def test_beds_become_pools(self, app: Flask, tmp_path: Path) -> None:
        beds = {
            "id": "c",
            "unit": {"id": "u", "name": "Beds"},
            "available": 3,
            "maximum": 10,
            "description": "Kamar",
            "updated": "2026-11-01T10:00:00+07:00",
        }
        given = service(1, capacities=[beds])
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        (pool,) = everything()[0].offer.pools
        assert (pool.label, pool.capacity, pool.occupied) == ("Kamar", 10, 7)
        kilograms = {**beds, "unit": {"id": "u", "name": "Kilogram"}}
        other = service(2, capacities=[kilograms])
        result = flask_agencies(app, "import", save(tmp_path, json.dumps(other), "a.json"))
        assert "not understood as pools" in result.output

    def test_a_number_that_nobody_could_dial_is_kept_apart(
        self, app: Flask, tmp_path: Path
    ) -> None:
        given = service(1, phones=[{"id": "p", "number": "ask"}, {"id": "q", "number": "021-555"}])
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        assert list(db.session.scalars(select(Phone.number))) == ["021-555"]
        extra = db.session.scalars(select(Service.extra)).one()
        assert extra["phones"] == [{"id": "p", "number": "ask"}]


class TestFiles:
    @pytest.mark.parametrize("shape", ["one", "list", "page", "services", "lines"])
    def test_every_shape(self, app: Flask, tmp_path: Path, shape: str) -> None:
        services = [service(1), service(2)] if shape != "one" else [service(1)]
        page = {"total_items": 2, "page_number": 1, "contents": services}
        text = {
            "one": json.dumps(services[0], indent=2),
            "list": json.dumps(services),
            "page": json.dumps(page),
            "services": json.dumps({"services": services}),
            "lines": "\n".join(map(json.dumps, services)),
        }[shape]
        result = flask_agencies(app, "import", save(tmp_path, text, "a.json"))
        assert counts(result).added == len(services)

    def test_many_places_are_one_record(self, app: Flask, tmp_path: Path) -> None:
        given = service(1)
        given["service_at_locations"] += service(2)["service_at_locations"]
        result = flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        assert counts(result) == Counts(1, 0, 0, 2, 0)
        assert len(everything()) == 2

    def test_one_place_twice_is_refused(self, app: Flask, tmp_path: Path) -> None:
        given = service(1)
        again = {**given["service_at_locations"][0], "id": "another"}
        given["service_at_locations"].append(again)
        result = flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        assert counts(result).refused == 1
        assert "already in record 1" in result.output

    def test_an_offer_that_moved_is_a_new_offer(self, app: Flask, tmp_path: Path) -> None:
        given = service(1)
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        given["service_at_locations"][0]["location"] = service(2)["service_at_locations"][0][
            "location"
        ]
        result = flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        assert counts(result).added == 1, result.output
        assert len(everything()) == 2

    def test_a_service_without_a_place_is_kept(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, json.dumps(service(1, service_at_locations=[])), "a.json")
        assert counts(flask_agencies(app, "import", file)).added == 1
        assert counts(flask_agencies(app, "import", file)).unchanged == 1
        assert db.session.scalars(select(Service)).one().offers == []

    def test_a_shortened_list_denies_nothing(self, app: Flask, tmp_path: Path) -> None:
        given = service(1, phones=[{"id": "p", "number": "021-555"}], wait_time="long")
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        short = {name: given[name] for name in ("id", "name", "status", "organization")}
        result = flask_agencies(app, "import", save(tmp_path, json.dumps([short]), "a.json"))
        assert counts(result).unchanged == 1
        gone = deepcopy(given) | {"phones": []}
        flask_agencies(app, "import", save(tmp_path, json.dumps(gone), "a.json"))
        assert db.session.scalars(select(Service)).one().phones == []

    def test_what_only_we_know_stays(self, app: Flask, tmp_path: Path) -> None:
        given = service(1)
        flask_agencies(app, "import", save(tmp_path, json.dumps(given), "a.json"))
        exported = tmp_path / "b.csv"
        flask_agencies(app, "export", exported)
        text = exported.read_text(encoding="utf-8").replace(",OTHER,", ",SHL,")
        exported.write_text(text, encoding="utf-8")
        flask_agencies(app, "import", exported)
        renamed = {**given, "name": "Renamed"}
        flask_agencies(app, "import", save(tmp_path, json.dumps(renamed), "a.json"))
        (entry,) = everything()
        assert (entry.agency.type, entry.service.name) == ("SHL", "Renamed")
