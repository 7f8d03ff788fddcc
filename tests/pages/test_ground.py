"""The ground under every map: `/maps/ground.geojson`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import shape

from maps.queries.ground import level_for
from tests.support.missing import require_shared
from tests.support.places import AROUND_JAKARTA, gazetteer, load

JAKARTA = "bbox=106.6,-6.45,107.1,-6.05"


def _ask(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/maps/ground.geojson?{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/geo+json"
    found = json.loads(answer.data)
    assert found["type"] == "FeatureCollection"
    features: list[dict[str, Any]] = found["features"]
    return features


def _levels(features: list[dict[str, Any]]) -> list[str]:
    return [feature["properties"]["level"] for feature in features]


@pytest.fixture
def outlined(app: Flask, client: FlaskClient, tmp_path: Path) -> FlaskClient:
    """A browser, with Jakarta's districts and villages and all provinces loaded."""
    names = ("jakarta_kecamatan", "jakarta_kelurahan", "id_provinces")
    files = [require_shared(f"data/jakarta/{name}.geojson") for name in names]
    assert load(app, gazetteer(tmp_path), *files).exit_code == 0
    return client


@pytest.mark.both_databases
def test_without_outlines_there_are_names(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """Centres of districts nearby, of regencies from far, inside the box only."""
    load(app, gazetteer(tmp_path))
    near = _ask(client, f"{JAKARTA}&zoom=12")
    assert near[0]["properties"] == {
        "code": "31.75.04",
        "level": "district",
        "name": "Kramatjati",
        "parent": None,
    }
    assert near[0]["geometry"] == {"type": "Point", "coordinates": [106.8654, -6.2763]}
    assert len(near) == 3
    far = _ask(client, f"{JAKARTA}&zoom=8")
    assert [feature["properties"]["name"] for feature in far] == [
        "Jakarta Selatan",
        "Jakarta Timur",
        "Kota Depok",
    ]
    assert _ask(client, "bbox=0,0,1,1") == []
    assert len(_ask(client)) == sum(",district," in row for row in AROUND_JAKARTA)


def test_too_many_names_give_way_to_wider_ones(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    """Names that hide each other tell nothing."""
    many = [
        f"33.{n // 99 + 1:02}.{n % 99 + 1:02},district,D{n},-7,110.{n % 100:02}" for n in range(400)
    ]
    load(app, gazetteer(tmp_path, ["33.01,regency,Kabupaten Cilacap,-7,110", *many]))
    assert _levels(_ask(client, "bbox=109,-8,112,-6&zoom=12")) == ["regency"]


def test_an_empty_house_has_an_empty_ground(client: FlaskClient) -> None:
    """No places, no outlines, no fault."""
    assert _ask(client) == []


@pytest.mark.both_databases
def test_outlines_suit_the_zoom(outlined: FlaskClient) -> None:
    """Provinces from far, districts nearer, villages near, the next wider level around them."""
    assert set(_levels(_ask(outlined, f"{JAKARTA}&zoom=5"))) == {"province"}
    districts = _levels(_ask(outlined, f"{JAKARTA}&zoom=11"))
    assert set(districts) == {"province", "district"}
    assert districts.index("province") == 0
    assert set(_levels(_ask(outlined, f"{JAKARTA}&zoom=14"))) == {"village", "district"}
    assert set(_levels(_ask(outlined, f"{JAKARTA}&zoom=5&level=village"))) == {
        "village",
        "district",
    }
    # Outside Jakarta only provinces were loaded.
    assert set(_levels(_ask(outlined, "bbox=110,-8,111,-7&zoom=14"))) == {"province"}


def test_outlines_are_named_and_light(outlined: FlaskClient) -> None:
    """Code of the gazetteer where it is known, four decimals, fewer points from farther away."""
    fine = _ask(outlined, f"{JAKARTA}&zoom=14&level=district")
    coarse = _ask(outlined, f"{JAKARTA}&zoom=8&level=district")
    cipayung = next(f for f in coarse if f["properties"]["name"] == "Cipayung")
    assert cipayung["properties"] == {
        "code": "31.75.10",
        "level": "district",
        "name": "Cipayung",
        "parent": "Jakarta Timur",
    }
    for feature in fine:
        assert not shape(feature["geometry"]).is_empty
    assert len(json.dumps(coarse)) < 0.7 * len(json.dumps(fine))
    numbers = _numbers(coarse[-1]["geometry"]["coordinates"])
    assert all(round(number, 4) == number for number in numbers)


def _numbers(nested: Any) -> list[float]:
    if isinstance(nested, (int, float)):
        return [nested]
    return [number for inner in nested for number in _numbers(inner)]


def test_it_is_packed_and_asked_for_once(app: Flask, outlined: FlaskClient, tmp_path: Path) -> None:
    """gzip where the browser takes it; unchanged costs no bytes; a load changes the tag."""
    url = f"/maps/ground.geojson?{JAKARTA}&zoom=12"
    plain = outlined.get(url)
    packed = outlined.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert "Accept-Encoding" in packed.vary
    tag = plain.headers["ETag"]
    again = outlined.get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    other = outlined.get(f"{url}&level=village", headers={"If-None-Match": tag})
    assert other.status_code == 200
    load(app, gazetteer(tmp_path, ["31.72,regency,Jakarta Utara,-6.1,106.8"]))
    assert outlined.get(url, headers={"If-None-Match": tag}).status_code == 200


WRONG: list[tuple[str, list[str]]] = [
    ("bbox=1,2,3", ["bbox"]),
    ("bbox=1,2,3,4,5", ["bbox"]),
    ("bbox=a,b,c,d", ["bbox"]),
    ("bbox=5,0,4,1", ["bbox"]),
    ("bbox=0,5,1,4", ["bbox"]),
    ("bbox=nan,0,1,1", ["bbox"]),
    ("bbox=-inf,0,1,1", ["bbox"]),
    ("bbox=0,0,1e9,1", ["bbox"]),
    ("zoom=21", ["zoom"]),
    ("zoom=-1", ["zoom"]),
    ("zoom=ten", ["zoom"]),
    ("zoom=1000", ["zoom"]),
    ("zoom=٣", ["zoom"]),
    ("level=street", ["level"]),
    ("bbox=x&zoom=x&level=x", ["bbox", "zoom", "level"]),
]


def test_a_wrong_question_is_told_what_is_wrong(client: FlaskClient) -> None:
    """Every field at once, with the form that is understood."""
    for query, fields in WRONG:
        answer = client.get(f"/maps/ground.geojson?lang=en&{query}")
        assert answer.status_code == 422, query
        assert answer.mimetype == "application/problem+json"
        errors = json.loads(answer.data)["errors"]
        assert [error["field"] for error in errors] == fields, query
        if fields == ["bbox"]:
            assert errors[0]["message"] == "Give the box as west,south,east,north in degrees."


def test_what_a_dragged_map_asks_is_understood(client: FlaskClient) -> None:
    """Beyond a pole or the date line, or so near that rounding leaves a point."""
    for query in ("bbox=", "bbox=0,-95,1,95", "bbox=7,7,7,7", "bbox=179,0,190,1"):
        assert _ask(client, query) == []


def test_levels_by_zoom() -> None:
    """Areas that are neither dots nor larger than the screen."""
    assert [str(level_for(zoom)) for zoom in (0, 6, 7, 9, 10, 12, 13, 20)] == [
        "province",
        "province",
        "regency",
        "regency",
        "district",
        "district",
        "village",
        "village",
    ]
