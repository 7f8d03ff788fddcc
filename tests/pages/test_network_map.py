"""The network map as coordinators ask it: page, layers, file and picture."""

from __future__ import annotations

import gzip
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from agencies.models import Offer
from core.geometry import published_cell
from tests.factories import make_offer
from tests.support.html import parse
from tests.support.network import PERIOD, flow, publish
from tests.support.people import make_account, sign_in
from tests.support.places import load

MAP = "/network/map"
NASTY = "</script><b>{{ 7*7 }}</b>"
HIDDEN_PLACE = {"tier": 2, "precision": "hidden", "latitude": -6.3, "longitude": 106.9}


@pytest.fixture
def coordinator(app: Flask, client: FlaskClient) -> FlaskClient:
    """A coordinator's browser."""
    sign_in(client, make_account(Role.COORDINATOR))
    return client


def _at(latitude: float, longitude: float, kind: str = "POL", **more: Any) -> Offer:
    name = more.pop("name", None)
    agency = {"type": kind, **({"name": name} if name else {})}
    return make_offer(
        agency=agency, location={"latitude": latitude, "longitude": longitude}, **more
    )


def _page(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"{MAP}?lang=en&{query}")
    assert answer.status_code == 200
    parse(answer.text)
    return re.sub(r"\s+", " ", answer.text)


def _layer(client: FlaskClient, name: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{MAP}/{name}?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.data)
    return found


def _id(offer: Offer) -> uuid.UUID:
    return offer.service.agency_id


def test_empty_states_each_have_a_sentence(coordinator: FlaskClient) -> None:
    """Nobody; one without a place; one; a secret one alone; a period without data."""
    assert "The directory is empty" in _page(coordinator)
    for path in ("drawing", "file", "picture.svg", "agencies.geojson", "points.json"):
        assert coordinator.get(f"{MAP}/{path}").status_code == 200
    make_offer(location={"latitude": None, "longitude": None, "precision": None})
    assert "None of these agencies has a place on a map" in _page(coordinator)
    assert "One agency has no place on the map" in _page(coordinator)
    _at(-6.2, 106.8, "OBH")
    assert "Only one agency is shown" in _page(coordinator, "type=OBH")
    make_offer(agency={"type": "SHL"}, location=HIDDEN_PLACE)
    assert "All of these agencies are secret" in _page(coordinator, "type=SHL")
    assert "Nobody here fits what is asked" in _page(coordinator, "type=EMB")
    page = _page(coordinator)
    assert "No referrals have been published yet" in page
    assert "2031" in _page(coordinator, "period=2031-Q1")


def test_outlines_of_elsewhere_are_said(
    app: Flask, coordinator: FlaskClient, tmp_path: Path
) -> None:
    """Rather than a white map without a word."""
    _at(-6.2, 106.8)
    square = [[[130, -2], [131, -2], [131, -1], [130, -1], [130, -2]]]
    feature = {
        "type": "Feature",
        "properties": {"code": "91.01", "name": "Jauh", "level": "regency"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    file = tmp_path / "far.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    loaded = load(app, file)
    assert loaded.exit_code == 0, loaded.output
    assert "None of the loaded outlines lies where these agencies are" in _page(coordinator)


def test_the_map_opens_where_most_agencies_are(coordinator: FlaskClient) -> None:
    """Not on the whole country because one is an island away, which is said."""
    for step in range(4):
        _at(-6.2 - step / 50, 106.8)
    _at(-2.53, 140.7, name="Polisi Sentani")
    page = _page(coordinator)
    west, _, east, _ = _box(page)
    assert 106 < west < east < 108
    assert "One lies farther away: zoom out to see it." in page
    assert "Polisi Sentani" in coordinator.get(f"{MAP}/file").get_data(as_text=True)
    drawn = coordinator.get(f"{MAP}/picture.svg?lang=en").get_data(as_text=True)
    assert "Agencies farther away, not on this picture: 1" in drawn
    for step in range(3):  # now half of them are there
        _at(-2.53 - step / 50, 140.7)
    page = _page(coordinator)
    west, _, east, _ = _box(page)
    assert west < 107 < 140 < east
    assert "farther away" not in page
    drawn = coordinator.get(f"{MAP}/picture.svg?lang=en").get_data(as_text=True)
    assert "farther away" not in drawn


def _box(page: str) -> list[float]:
    found = re.search(r'"box": ?(\[[^]]+\])', page)
    assert found
    box: list[float] = json.loads(found[1])
    return box


def test_ways_are_two_lines_and_hidden_counts_stay_hidden(
    coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one, in words, and summed between groups."""
    police, shelter = _at(-6.2, 106.8, name="Polisi Contoh"), _at(-6.25, 106.85, "SHL")
    clinic, far = _at(-6.3, 106.9, "PPT", name="Klinik Sunyi"), _at(-7.26, 112.75, "PPT")
    publish(
        monkeypatch,
        [
            flow(_id(police), _id(shelter), 40, 0.9, 30.0),
            flow(_id(shelter), _id(police), None),
            flow(_id(police), _id(clinic), 12),
            flow(_id(police), _id(far), 7, 0.5, 600.0),
            flow(_id(clinic), _id(far), None),
            flow(_id(police), uuid.uuid4(), 99, 1.0, 1.0),  # nobody that is known
        ],
    )
    lines = _layer(coordinator, "flows.geojson")
    assert lines["period"] == PERIOD
    told = [(one["geometry"]["coordinates"], one["properties"]) for one in lines["features"]]
    ways = {(said["from_name"], said["to_name"]): (at, said) for at, said in told}
    assert len(ways) == 5
    names = {o: o.service.agency.name for o in (police, shelter, clinic, far)}
    there, back = ways[names[police], names[shelter]], ways[names[shelter], names[police]]
    assert there[0] == back[0][::-1] == [[106.8, -6.2], [106.85, -6.25]]
    assert (there[1]["sent"], there[1]["accepted"], there[1]["minutes"]) == (40, 0.9, 30.0)
    assert back[1]["sent"] is None
    assert not {"accepted", "minutes"} & set(back[1])
    monkeypatch.setattr("maps.rules.groups.FEW", 0)
    grouped = _layer(coordinator, "flows.geojson", "bbox=95,-11,141,6&zoom=5")["features"]
    (between,) = (one["properties"] for one in grouped)
    assert (between["sent"], between["least"], between["accepted"]) == (7, True, 0.5)
    assert "minutes" not in between
    page = _page(coordinator)
    assert "40 sent, 90 % accepted, half were decided within 30 minutes" in page
    assert "Klinik Sunyi</bdi></a>: asked 12 times" in page
    assert "2 of them hidden" in page


def test_filters_narrow_agencies_and_ways(
    coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kind, district and need; what is unknown is as if not asked."""
    police = _at(-6.2, 106.8)
    shelter = _at(-6.25, 106.85, "SHL", needs="S1")
    legal = make_offer(
        needs="K1",
        agency={"type": "OBH"},
        location={"latitude": -6.9, "longitude": 107.6, "area_code": "32.73.05"},
    )
    publish(monkeypatch, [flow(_id(police), _id(shelter), 9), flow(_id(shelter), _id(legal), 8)])

    def asked(query: str) -> tuple[set[str], int]:
        found = _layer(coordinator, "agencies.geojson", query)["features"]
        lines = _layer(coordinator, "flows.geojson", query)["features"]
        return {one["properties"]["type"] for one in found}, len(lines)

    assert asked("") == asked("type=NOTHING&need=XX&area=x") == ({"POL", "SHL", "OBH"}, 2)
    assert asked("type=OBH") == ({"OBH"}, 1)
    assert asked("area=32.73") == ({"OBH"}, 1)
    assert asked("area=32.7") == ({"POL", "SHL", "OBH"}, 2)
    assert asked("need=K1")[0] == {"OBH"}
    assert asked("period=2025-Q1")[1] == 0
    assert asked("urgency=emergency")[1] == 0


def test_a_secret_place_is_an_area_everywhere(coordinator: FlaskClient) -> None:
    """Its published cell, never a point; not even its middle among the points."""
    _at(-6.1, 106.7)
    cell = published_cell((-6.3, 106.9))
    make_offer(agency={"type": "SHL"}, location={**HIDDEN_PLACE, "published_cell": cell})
    for query in ("", "bbox=106,-7,107,-6&zoom=12"):
        features = _layer(coordinator, "agencies.geojson", query)["features"]
        kinds = {one["properties"]["type"]: one["geometry"] for one in features}
        assert kinds["SHL"]["type"] == "Polygon"
        assert len(kinds["SHL"]["coordinates"][0]) == 7
    points = _layer(coordinator, "points.json")
    assert points["n"] == 1
    assert len(points["areas"]["features"]) == 1
    assert 'stroke-dasharray="4 3"' in coordinator.get(f"{MAP}/picture.svg").text


def test_names_are_fetched_by_the_numbers_of_a_layer(coordinator: FlaskClient) -> None:
    """Of the version that the numbers came with; a group tells whom it holds."""
    offers = [_at(-6.2 - n / 100, 106.8, beds=(4, n)) for n in range(3)]
    layer = _layer(coordinator, "agencies.geojson", "bbox=106,-7,107,-6&zoom=12")
    first = layer["features"][0]["properties"]
    assert "name" not in first
    said = _layer(coordinator, "names.json", f"n={first['i']}&of={layer['version']}")
    known = {offer.service.agency.name: offer for offer in offers}
    named = said["named"][0]
    assert said["count"] == 1
    assert named["free"] == first["free"] == 4 - offers.index(known[named["name"]])
    assert named["url"] == f"/agencies/{_id(known[named['name']])}"
    for wrong in (f"n=9&of={layer['version']}", "n=0&of=old", "cell=zz", "cell=8", ""):
        assert coordinator.get(f"{MAP}/names.json?{wrong}").status_code == 404
    assert coordinator.get(f"{MAP}/agencies.geojson?bbox=1,2").status_code == 422
    assert coordinator.get(f"{MAP}/agencies.geojson?zoom=99").status_code == 422


def test_names_stay_names_in_the_file(
    coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever an agency is called: no tag, no end of a script, no template."""
    nasty, plain = _at(-6.2, 106.8, name=NASTY), _at(-6.3, 106.9)
    publish(monkeypatch, [flow(_id(nasty), _id(plain), 30)])
    for path in ("file", "drawing", "picture.svg"):
        answer = coordinator.get(f"{MAP}/{path}")
        assert "<b>" not in answer.text
        assert "49" not in re.findall(r"<b[^>]*>([^<]*)", answer.text)
        again = coordinator.get(f"{MAP}/{path}")
        assert answer.data == again.data  # nothing of chance: the same is the same
    html = coordinator.get(f"{MAP}/file").text
    block = re.search(r'id="network-data">(.*?)</script>', html)
    assert block is not None
    assert NASTY in [one[0] for one in json.loads(block[1])["names"]]
    assert "&lt;/script&gt;&lt;b&gt;" in _page(coordinator)


def test_the_file_holds_no_address_and_says_so(coordinator: FlaskClient) -> None:
    """folium's CDNs are gone; the frame's document may be framed by us alone."""
    _at(-6.2, 106.8)
    answer = coordinator.get(f"{MAP}/file")
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(""", _without_code(answer.text))
    assert "cdn" not in answer.text
    for policy in (answer.headers["Content-Security-Policy"], answer.text):
        assert "default-src 'none'; script-src 'sha256-" in policy
    assert "attachment" in answer.headers["Content-Disposition"]
    framed = coordinator.get(f"{MAP}/drawing")
    assert "frame-ancestors 'self'; sandbox allow-scripts" in str(
        framed.headers["Content-Security-Policy"]
    )
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = coordinator.get(f"{MAP}?view=drawing")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert coordinator.get(MAP).headers["X-Frame-Options"] == "DENY"


def _without_code(html: str) -> str:
    return re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)


def test_a_first_view_is_light(coordinator: FlaskClient) -> None:
    """A hundred agencies of one town are a handful of groups from afar."""
    for n in range(70):
        _at(-6.2 - n % 10 / 100, 106.8 + n / 1000)
    answer = coordinator.get(
        f"{MAP}/agencies.geojson?bbox=95,-11,141,6&zoom=5", headers={"Accept-Encoding": "gzip"}
    )
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    (group,) = json.loads(body)["features"]
    assert group["properties"]["n"] == 70
    said = _layer(coordinator, "names.json", f"cell={group['properties']['cell']}")
    assert (said["count"], len(said["named"])) == (70, 12)


def test_only_who_sees_the_whole_sees_it(client: FlaskClient) -> None:
    """A manager is told that there is nothing; the matrix asks everybody else."""
    sign_in(client, make_account(Role.MANAGER, agency_id=_id(_at(-6.2, 106.8))))
    for path in ("", "/agencies.geojson", "/file", "/names.json"):
        assert client.get(f"{MAP}{path}").status_code == 404
