"""The gap map, its table and files, the worst in words, and who is where."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from accounts.rules.rights import Role
from agencies.commands.index import refresh_offers
from agencies.models import LocationType, Offer, Precision, ServiceArea, Status
from agencies.rules.needs import all_needs
from core.db import writing
from maps.queries.gaps.demand import Counted, What, publish_from
from tests.conftest import MakeApp
from tests.factories import OFFICE, ROUND_THE_CLOCK, WELCOMES_ALL, make_offer
from tests.reliability.test_simulation import make_world, run, truth_of
from tests.support.html import text_of
from tests.support.people import make_account, sign_in
from tests.support.places import AROUND_JAKARTA, gazetteer, load
from tests.support.service import Reply, service
from tests.synthetic import make

BOGOR = (*AROUND_JAKARTA, "32.01.01,district,Cibinong,-6.4853,106.8426")
FAR = {"latitude": -7.3, "longitude": 108.2, "precision": Precision.POINT}
NOWHERE: dict[str, Any] = {"latitude": None, "longitude": None, "precision": None}
BY_PHONE = {**NOWHERE, "type": LocationType.VIRTUAL}
HERE = "Cipayung, Jakarta Timur"


@pytest.fixture
def coordinator(app: Flask, client: FlaskClient) -> FlaskClient:
    """A coordinator's browser."""
    sign_in(client, make_account(Role.COORDINATOR))
    return client


@pytest.fixture
def around(app: Flask, coordinator: FlaskClient, tmp_path: Path) -> FlaskClient:
    """The same, with three districts in the gazetteer."""
    assert load(app, gazetteer(tmp_path, BOGOR)).exit_code == 0
    return coordinator


def read(client: FlaskClient, address: str) -> str:
    """The text of a page in English."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    assert answer.status_code == 200, answer.data
    return text_of(answer.data)


def read_csv(answer: TestResponse) -> list[dict[str, str]]:
    """The lines of a CSV file, by its head."""
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def rows(client: FlaskClient, address: str) -> dict[str, dict[str, str]]:
    """A CSV file by its district (or place)."""
    answer = client.get(address)
    assert answer.status_code == 200
    found = read_csv(answer)
    return {row.get("code") or row.get("words") or row["place"]: row for row in found}


def test_sure_ask_first_and_nobody_are_told_apart(around: FlaskClient) -> None:
    """Unknown is ask first, never a fit; a man is refused; at night an office is closed."""
    stated = {**WELCOMES_ALL, "takes_male": False}
    make_offer(needs="K7", name="Klinik Ibu", hours=OFFICE, holidays="open", **stated)
    make_offer(needs="K8", name="Rumah Tanya", hours=ROUND_THE_CLOCK)
    anyone = rows(around, "/network/gaps.csv?need=K7")["31.75.10"]
    assert (anyone["answer"], anyone["service"]) == ("sure", "Klinik Ibu")
    assert float(anyone["km"]) < 10
    assert rows(around, "/network/gaps.csv?need=K7&kind=man")["31.75.10"]["answer"] == "nobody"
    assert rows(around, "/network/gaps.csv?need=K7&kind=night")["31.75.10"]["answer"] == "nobody"
    asked = rows(around, "/network/gaps.csv?need=K8&kind=man")["31.75.10"]
    assert asked["answer"] == "ask first"

    page = around.get("/network/gaps?need=K8&kind=man&lang=en")
    assert "gap-hatch)" in page.text
    assert "ask first" in text_of(page.data)
    nobody = around.get("/network/gaps?need=K7&kind=man&lang=en")
    assert "No service in the network would take them" in text_of(nobody.data)
    assert "gap-cross)" in nobody.text
    for cell in _features(around, "/network/gaps.geojson?need=K7&kind=man"):
        assert cell["properties"]["class"] == 5
        assert cell["properties"]["km"] is None


def _features(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get(address).text)["features"]
    assert found
    return found


def test_a_stated_area_ends_at_its_border(around: FlaskClient) -> None:
    """Whoever serves one district is nobody's nearest across the border, however near."""
    offer = make_offer(needs="K7", hours=ROUND_THE_CLOCK, **WELCOMES_ALL)
    _bind(offer, "31.75")
    found = rows(around, "/network/gaps.csv?need=K7")
    assert found["31.75.10"]["answer"] == "sure"
    assert found["32.76.07"]["answer"] == "nobody"


def _bind(offer: Offer, code: str) -> None:
    with writing():
        offer.service.areas = [ServiceArea(code=code, name=code)]
        refresh_offers([offer.id])


def test_the_map_changes_with_the_registry(around: FlaskClient) -> None:
    """What is kept is true to the latest commit."""
    make_offer(needs="K7", location=FAR, hours=ROUND_THE_CLOCK, **WELCOMES_ALL)
    make_offer(needs="P1")
    before = float(rows(around, "/network/gaps.csv?need=K7")["31.75.10"]["km"])
    make_offer(needs="K7", hours=ROUND_THE_CLOCK, **WELCOMES_ALL)
    assert before > 150
    assert float(rows(around, "/network/gaps.csv?need=K7")["31.75.10"]["km"]) < 10


def test_the_worst_gaps_in_words(around: FlaskClient) -> None:
    """Nobody anywhere, nobody within so many km, and a kind that is worse off than others."""
    make_offer(needs="K7", location=FAR, hours=ROUND_THE_CLOCK, **WELCOMES_ALL)
    women_only = {**WELCOMES_ALL, "takes_male": False}
    make_offer(needs="K6", hours=ROUND_THE_CLOCK, **women_only)
    told = read(around, "/network/gaps/worst")
    assert "Drug rehabilitation: nobody in the network takes anyone, from anywhere." in told
    assert "HIV/STI/TB care: nobody in the network takes a man, from anywhere." in told
    assert "HIV/STI/TB care: nobody in the network takes anyone" not in told
    assert "Psychiatric care: nobody takes anyone within 1" in told
    assert "Psychiatric care: nobody takes a man" not in told  # no worse off than anyone
    listed = read_csv(around.get("/network/gaps/worst.csv"))
    scores = [float(row["score"]) for row in listed]
    assert scores == sorted(scores, reverse=True)


def test_the_list_of_before_stands_until_the_new_one_is_there(
    app: Flask, around: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large network, where a thread looks; but not where the offers are other ones."""
    monkeypatch.setattr("maps.queries.gaps.look.FEW_OFFERS", 0)
    offer = make_offer(needs="K7", location=FAR, hours=ROUND_THE_CLOCK, **WELCOMES_ALL)
    make_offer(needs="P1")
    far, man = "Psychiatric care: nobody takes anyone within 1", "Psychiatric care: nobody in the"
    changed = "The registry has changed since"
    assert "questions have been looked at" in _worst(app, around)
    told = _worst(app, around)
    assert far in told
    assert man not in told
    with writing():
        offer.service.takes_male = False
        refresh_offers([offer.id])
    before = _worst(app, around)
    assert changed in before
    assert far in before
    assert man not in before
    told = _worst(app, around)
    assert changed not in told
    assert man in told
    with writing():
        offer.service.status = Status.DEFUNCT
        refresh_offers([offer.id])
    assert far not in _worst(app, around)


def _worst(app: Flask, client: FlaskClient) -> str:
    """The page; whoever works beside it has ended afterwards."""
    told = read(client, "/network/gaps/worst")
    for thread in list(app.extensions.get("rujukan_maps_at_work", {}).values()):
        thread.join(60)
    return told


class Told:
    """Published counts of a test's own."""

    def periods(self) -> Sequence[str]:
        """One quarter and one year."""
        return ("2026-Q3", "2026")

    def counts(self, period: str) -> Iterable[Counted]:
        """Fourteen in one district in that quarter, and some in another, hidden."""
        if period == "2026-Q3":
            yield Counted(What.REFERRED, "K7", "31.75.10", 14)
            yield Counted(What.SEARCHED, "K8", "32.76.07", 40)
            yield Counted(What.UNMET, "K7", "32.76.07", None)


def test_demand_and_people_stand_beside_it(app: Flask, around: FlaskClient, tmp_path: Path) -> None:
    """Only what is published; a hidden count is not told; both weigh in the order of the worst."""
    make_offer(needs="P1")
    assert "not published yet" in read(around, "/network/gaps?need=K7")
    publish_from(app, Told())
    path = tmp_path / "people.csv"
    path.write_text("code,population,year\n31.75.10,290000,2025\n32.76.07,1000,2025\n")
    said = app.test_cli_runner().invoke(args=["places", "population", "--source", "BPS", str(path)])
    assert said.exit_code == 0, said.output
    found = rows(around, "/network/gaps.csv?need=K7&period=2026-Q3")
    assert found["31.75.10"]["referred"] == "14"
    assert found["31.75.10"]["population"] == "290000"
    assert (found["32.76.07"]["unmet"], found["32.76.07"]["referred"]) == ("<5", "")
    told = read(around, "/network/gaps?need=K7&period=2026-Q3")
    assert "fewer than 5" in told
    assert "Inhabitants: BPS" in told
    assert rows(around, "/network/gaps.csv?need=K7&period=2026")["31.75.10"]["referred"] == ""


EMPTY = {
    "nothing at all": ("There is nothing to draw yet", None),
    "one agency": ("No gazetteer is loaded: only the surroundings", {}),
    "no coordinates": (
        "There is nothing to draw yet",
        {"location": NOWHERE},
    ),
    "by phone": (
        "There is nothing to draw yet",
        {"location": BY_PHONE},
    ),
    "all secret": (
        "No gazetteer is loaded: only the surroundings",
        {"location": {"tier": 2, "precision": Precision.HIDDEN}},
    ),
}


@pytest.mark.parametrize("state", EMPTY)
def test_empty_states_have_a_sentence(coordinator: FlaskClient, state: str) -> None:
    """Every page answers, and says what is missing."""
    sentence, offer = EMPTY[state]
    if offer is not None:
        make_offer(needs="S1", **offer)
    assert sentence in read(coordinator, "/network/gaps")
    read(coordinator, "/network/gaps/worst")
    read(coordinator, "/network/matrix")
    for name in ("gaps.csv", "gaps.geojson", "gaps/worst.csv", "matrix.csv", "matrix.xlsx"):
        assert coordinator.get(f"/network/{name}").status_code == 200


def test_outlines_of_another_area(app: Flask, around: FlaskClient, tmp_path: Path) -> None:
    """The map is drawn without them and says so."""
    make_offer(needs="S1")
    ring = [[110.0, -7.0], [110.2, -7.0], [110.2, -6.8], [110.0, -6.8], [110.0, -7.0]]
    feature = {
        "type": "Feature",
        "properties": {"code": "33.74.01", "name": "Lain"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "elsewhere.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert load(app, "--level", "district", path).exit_code == 0
    told = read(around, "/network/gaps")
    assert "Were the outlines of another area loaded?" in told
    assert HERE in told


def test_minutes_by_road_where_a_router_answers(make_app: MakeApp, tmp_path: Path) -> None:
    """The map is in minutes; when the router does not answer for all, it stays in km."""

    def answers(asked: Any) -> Reply:
        count = asked.path.count(";")
        return Reply({"code": "Ok", "durations": [[0, *[1500.0] * count]]})

    with service(Reply({})) as router:
        router.reply = answers
        app = make_app(roads="osrm", roads_url=router.url)
        load(app, gazetteer(tmp_path, BOGOR))
        make_offer(needs="K7", hours=ROUND_THE_CLOCK, **WELCOMES_ALL)
        client = app.test_client()
        sign_in(client, make_account(Role.COORDINATOR))
        assert "15 to 30 min" in read(client, "/network/gaps?need=K7")
        cells = _features(client, "/network/gaps.geojson?need=K7")
        assert {cell["properties"]["minutes"] for cell in cells} == {25}
        assert {cell["properties"]["class"] for cell in cells} == {1}


def test_who_is_where(around: FlaskClient) -> None:
    """A service counts where it is; open and step-free apart; an empty cell is a gap."""
    make_offer(needs="K7 K8", hours=ROUND_THE_CLOCK, offer={"access_mobility": True})
    make_offer(needs="K7", name="=cmd()")
    make_offer(needs="K6", location=BY_PHONE)
    page = around.get("/network/matrix?lang=en")
    told = text_of(page.data)
    assert "1 open, 1 step-free" in told
    assert "By phone" in told
    assert "gap-hole" in page.text
    listed = read_csv(around.get("/network/matrix.csv"))
    found = {(row["need"], row["place"]): row for row in listed}
    assert found["K7", "31.75"]["active"] == "2"
    assert found["K7", "31.75"]["open_now"] == "1"
    assert found["K7", "32.76"]["active"] == "0"
    inside = read_csv(around.get("/network/matrix.csv?area=31.75"))
    assert {row["place"] for row in inside} >= {"31.75.04", "31.75.10"}
    sheet = load_workbook(io.BytesIO(around.get("/network/matrix.xlsx").data)).active
    assert sheet is not None
    assert sheet["A1"].value == "need"


def test_a_large_network_is_looked_at_by_and_by(app: Flask, coordinator: FlaskClient) -> None:
    """The page does not wait; a thread looks, and the page says how far it is."""
    with writing():
        make(700, seed=3).insert()
    assert "the list below is not whole yet" in read(coordinator, "/network/gaps/worst").lower()
    for thread in app.extensions["rujukan_maps_at_work"].values():
        thread.join(60)
    assert "is not whole yet" not in read(coordinator, "/network/gaps/worst")


def test_the_worst_list_finds_what_the_simulator_planted(
    app: Flask, around: FlaskClient, tmp_path: Path
) -> None:
    """Every need that was planted as one that nobody meets is told on the page."""
    make_world()
    run(app, "simulate --months 0.1 --cases 1 --until 2026-08-20 --seed 5")
    planted = {gap["need"] for gap in truth_of(tmp_path)["gaps"]}
    assert planted
    told = read(around, "/network/gaps/worst")
    for need in planted:
        assert f"{all_needs()[need].label_en}: nobody in the network takes anyone" in told
