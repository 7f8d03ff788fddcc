"""The pages of the network as coordinators ask them, from the overview to the report.

One quarter is really published, from a log of the test's own; other tests ask before that.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.rules.rights import Role
from core.geometry import published_cell
from maps.queries.kept import MOST_KEPT, Kept
from maps.rules.indicators import INDICATORS
from referral.queries.flows import published_flows
from referral.queries.published import publication
from tests.conftest import fresh_url, running
from tests.factories import make_offer
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.places import gazetteer, load
from tests.support.publications import QUARTER, publish_quarter, withhold_quarter

NASTY = "</script><b>{{7*7}}"
AREA, OTHER_AREA = "31.75.10", "31.75.04"
SECRET = {
    "tier": 2, "precision": "hidden", "latitude": -6.3, "longitude": 106.9,
    "published_cell": published_cell((-6.3, 106.9)), "area_code": AREA,
}  # fmt: skip
PAGES = (
    *("/network", "/network/picture", "/network/pathway", "/network/holding", "/network/map"),
    *("/network/gaps", "/network/gaps/worst", "/network/matrix", "/network/indicators"),
    *("/network/scorecards", "/network/report", "/network/views"),
)
FILES = (
    *("/network/indicators.csv", "/network/indicators.xlsx", "/network/report.html"),
    *("/network/graph.json", "/network/graph.graphml", "/network/graph.gexf"),
    *("/network/gaps.csv", "/network/gaps.geojson", "/network/gaps/worst.csv"),
    *("/network/matrix.csv", "/network/matrix.xlsx", "/network/map/picture.svg"),
    *("/network/map/file", "/network/map/flows.geojson", "/network/graph.csv"),
)


@dataclass(frozen=True)
class Site:
    """The app with a published quarter, and its agencies by type."""

    app: Flask
    agencies: dict[str, uuid.UUID]


def _agency(name: str, kind: str, needs: str = "S1", **location: Any) -> uuid.UUID:
    tier = {"tier": location["tier"]} if "tier" in location else {}
    made = make_offer(
        needs=needs, agency={"name": name, "type": kind, **tier}, location=location or None
    )
    return made.service.agency_id


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Five agencies, four of which refer to each other; one is secret."""
    folder = tmp_path_factory.mktemp("network")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as app:
        assert load(app, gazetteer(folder)).exit_code == 0
        agencies = {
            "POL": _agency(NASTY, "POL", "H1", area_code=AREA),
            "UPTD": _agency("Simpul", "UPTD", "P6", area_code=AREA),
            "PPT": _agency("Rumah Sakit", "PPT", "K3 K1", area_code=OTHER_AREA),
            "SHL": _agency("Rumah Aman", "SHL", "S1", **SECRET),
        }
        publish_quarter(app, list(agencies.values()))
        agencies["DSOS"] = _agency("Sendiri", "DSOS", "P6", area_code=OTHER_AREA)
        yield Site(app, agencies)


@pytest.fixture
def there(site: Site) -> FlaskClient:
    """A coordinator's browser where the quarter is published."""
    return _coordinator(site.app)


@pytest.fixture
def nowhere(app: Flask) -> FlaskClient:
    """A coordinator's browser where nothing is published."""
    return _coordinator(app)


def _coordinator(app: Flask) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_account(Role.COORDINATOR))
    client.set_cookie("language", "en")
    return client


def _page(client: FlaskClient, address: str) -> str:
    """The text of a page, which keeps everything that holds for every page."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    assert answer.headers["Cache-Control"] == "no-store", address
    check_page(answer.text)
    return re.sub(r"\s+", " ", text_of(answer.data))


def _picture(client: FlaskClient, address: str) -> dict[str, Any]:
    """What the script of the picture reads."""
    html = client.get(address).text
    block = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_every_page_and_file_of_a_published_quarter(there: FlaskClient) -> None:
    """Names stay names; the period is said; both languages."""
    for address in PAGES:
        text = _page(there, address)
        html = there.get(f"{address}?lang=id").text
        check_page(html)
        assert "<b>" not in html
        assert "49" not in re.findall(r"<b[^>]*>([^<]*)", html)
        if address in ("/network/picture", "/network/report", "/network/indicators"):
            assert NASTY in text
    for address in FILES:
        answer = there.get(address)
        assert answer.status_code == 200, address
        if not address.endswith(("json", "csv", "xlsx", "/file")):  # these hold texts, not tags
            assert b"<b>" not in answer.data, address
    assert there.get("/network/indicators.exe").status_code == 404
    assert there.get("/network/graph.exe").status_code == 404


def test_the_picture_says_what_was_published(site: Site, there: FlaskClient) -> None:
    """Every way once, in picture and table, hidden numbers as hidden; and it holds still."""
    flows = published_flows(QUARTER)
    shown = _picture(there, "/network/picture")
    assert NASTY in {knot["name"] for knot in shown["knots"]}
    ties = {(tie["sender"], tie["receiver"]) for tie in shown["ties"]}
    assert ties == {(str(flow.sender), str(flow.receiver)) for flow in flows}
    text = _page(there, "/network/picture")
    for flow in flows:
        assert ("fewer than 5, or hidden" if flow.sent is None else f" {flow.sent} ") in text
    assert "Without any tie" in text
    assert "Sendiri" in text.split("Without any tie")[1]
    again = _picture(there, "/network/picture")
    assert [(k["x"], k["y"]) for k in again["knots"]] == [(k["x"], k["y"]) for k in shown["knots"]]
    along = _picture(there, "/network/picture?layout=pathway")
    assert along["knots"] != shown["knots"]
    only = _picture(there, f"/network/picture?area={OTHER_AREA}")
    assert {knot["name"] for knot in only["knots"]} == {"Rumah Sakit", "Sendiri"}
    assert "No agency matches" in _page(there, "/network/picture?type=EMB")


def test_the_surroundings_of_one_agency(site: Site, there: FlaskClient) -> None:
    """It and whom it is tied to; 404 for an agency that is not there."""
    flows = published_flows(QUARTER)
    for agency_id in site.agencies.values():
        near = {agency_id} | {f.receiver for f in flows if f.sender == agency_id}
        near |= {f.sender for f in flows if f.receiver == agency_id}
        found = _picture(there, f"/network/picture/{agency_id}")
        assert {knot["key"] for knot in found["knots"]} == {str(one) for one in near}
    alone = _page(there, f"/network/picture/{site.agencies['DSOS']}")
    assert "No tie of it is shown in this period." in alone
    assert there.get(f"/network/picture/{uuid.uuid4()}").status_code == 404
    assert there.get("/network/picture/1").status_code == 404


def test_the_pathway_claims_no_more_than_is_known(there: FlaskClient) -> None:
    """Who walked where is told of all needs; of one need small counts are left out unsaid."""
    text = _page(there, "/network/pathway")
    assert "Dead path: designed, not used (" in text
    assert "Police unit for women and children → " in text
    narrow = _page(there, "/network/pathway?need=K3")
    assert "Dead path: designed, not used (" not in narrow
    assert "Designed; whether it was used is not told (" in narrow
    assert "Forensic examination" in narrow


def test_indicators_by_agency_need_and_district(site: Site, there: FlaskClient) -> None:
    """Of a slice what is published of it, and the files say what the page says."""
    found = publication(QUARTER)
    assert found is not None
    text = _page(there, "/network/indicators")
    declined = found.counts("decision").of("declined")
    shown = "hidden: too few" if declined is None else str(declined)
    assert re.search(rf"Reported, never scored\. {shown} ", text)
    assert len(re.findall(r" \d+\. [A-Z]", text)) >= 37
    for query in (f"agency={site.agencies['UPTD']}", "need=S1", f"area={AREA}"):
        assert "only for the whole network" in _page(there, f"/network/indicators?{query}")
        rows = list(csv.reader(io.StringIO(there.get(f"/network/indicators.csv?{query}").text)))
        assert sorted({int(row[0]) for row in rows[1:]}) == list(range(1, 38))
        assert "only for the whole network" in {row[5] for row in rows}
    received = found.counts("receiver_decision").of(site.agencies["UPTD"].hex, "declined")
    by_agency = there.get(f"/network/indicators.csv?agency={site.agencies['UPTD']}").text
    (row,) = (r for r in csv.reader(io.StringIO(by_agency)) if r[2] == "Reasons of declines")
    assert row[5] == ("hidden: too few" if received is None else str(received))
    book = load_workbook(io.BytesIO(there.get("/network/indicators.xlsx").data))
    assert book.active is not None
    assert book.active.max_row == 1 + len(INDICATORS)


def test_the_overview_says_it_in_a_minute(there: FlaskClient) -> None:
    """Who is there, who answers, what it hangs on, which ways are walked."""
    text = _page(there, "/network")
    assert "5 agencies of 5 types" in text
    assert "Nothing to compare yet" not in text
    assert "Everything hangs on" in text or "No single agency" in text
    assert "Most silent:" not in text  # the agencies look first


def test_the_report_as_a_file_asks_nobody(site: Site, there: FlaskClient) -> None:
    """No address, no script, in neither form; and the PDF opens."""
    answer = there.get("/network/report.html")
    assert "attachment" in answer.headers["Content-Disposition"]
    html = answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in html
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)\s*=|@import|url\((?!#)", html)
    assert "Rumah Aman" in html
    assert QUARTER in html
    answer = there.get("/network/report.pdf")
    if answer.status_code == 404:
        pytest.skip("WeasyPrint is not there")
    assert b"/URI" not in answer.data
    assert b"/JavaScript" not in answer.data
    reader = PdfReader(io.BytesIO(answer.data))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert "Report on the network" in text
    assert "What would break it" in text
    assert "http" not in text
    assert not any("/Annots" in page for page in reader.pages)
    assert answer.data == there.get("/network/report.pdf").data


FIELDS = ("period", "need", "urgency", "type", "area", "agency", "view")
NUL = "&".join(f"{name}=%00" for name in FIELDS)


@pytest.mark.parametrize(
    "query",
    [
        "period=abc&need=XX&type=%27&area=99.99.99&agency=notuuid&layout=%3F&kind=x",
        f"{NUL}&layout=%00&ways=%00&kind=%00",
        f"period={'9' * 5000}&urgency=%ff&area=%00&need=K3&ways=known",
        f"period=2031-Q1&agency={uuid.UUID(int=5)}&need=K3&urgency=routine",
    ],
)
def test_bad_input_is_said_or_left_aside(there: FlaskClient, query: str) -> None:
    """Never a fault of ours."""
    for address in (*PAGES, *FILES):
        status = there.get(f"{address}?{query}").status_code
        assert status in (200, 422), (address, status)
    if "2031-Q1" in query:
        assert f"Nothing is published of 2031-Q1. You see {QUARTER}." in _page(
            there, f"/network?{query}"
        )
        assert "Nothing is published for Quarter 1 of 2031" in _page(there, f"/network/map?{query}")
    for one in ("period=abc", "need=XX", "type=%27", "layout=%3F"):  # as if it were not there
        picture = _picture(there, f"/network/picture?{one}")
        assert picture == _picture(there, "/network/picture")


def test_nobody_else_comes_in(site: Site) -> None:
    """A manager, a worker and a coordinator with one factor."""
    for role, strong in ((Role.MANAGER, True), (Role.WORKER, True), (Role.COORDINATOR, False)):
        agency_id = None if role is Role.COORDINATOR else site.agencies["UPTD"]
        client = site.app.test_client()
        sign_in(client, make_account(role, agency_id=agency_id), strong=strong)
        for address in (*PAGES, *FILES, "/network/report.pdf"):
            answer = client.get(address)
            assert answer.status_code == (404 if strong else 302), (role, address)
        own = client.get("/")
        assert ('href="/network"' in own.text) is False


def test_before_anything_is_published(nowhere: FlaskClient) -> None:
    """Nobody, then one without a place: each has its sentence, and no claim is made."""
    said = {address: _page(nowhere, address) for address in PAGES}
    for address in ("/network", "/network/report", "/network/holding"):
        assert "No agency is listed yet" in said[address], address
    assert "No agency matches" in said["/network/picture"]
    assert "The directory is empty" in said["/network/map"]
    assert "No quarter is published yet" in said["/network"]
    assert "Nothing is published yet" in said["/network/report"]
    assert "Nothing is published yet" in said["/network/indicators"]
    _agency("Satu", "UPTD", latitude=None, longitude=None, precision=None)
    said = {address: _page(nowhere, address) for address in PAGES}
    for address in ("/network", "/network/report", "/network/picture"):
        assert "There is one agency" in said[address], address
    assert "None of these agencies has a place on a map" in said["/network/map"]
    for address in ("/network", "/network/report", "/network/gaps", "/network/gaps/worst"):
        assert "No service has a place on the map yet" in said[address], address
        assert "No place is known" in said[address], address
    assert "No gap" not in said["/network"] + said["/network/gaps/worst"]
    assert "Nobody referred to them" not in said["/network/picture"]
    assert "Dead path: designed, not used (" not in said["/network/pathway"]
    for address in FILES:
        assert nowhere.get(address).status_code == 200, address


def test_all_secret_and_everything_withheld(nowhere: FlaskClient) -> None:
    """Areas alone; and a quarter of which nothing could be shown is said to be one."""
    _agency("Rumah Satu", "SHL", "S1", **SECRET)
    _agency("Rumah Dua", "UPTD", "P6", **SECRET)
    for address in ("/network", "/network/report", "/network/map"):
        assert "All of these agencies are secret" in _page(nowhere, address), address
    withhold_quarter()
    for address in PAGES:
        text = _page(nowhere, address)
        if address not in ("/network/map", "/network/views"):
            told = "Of this period nothing can be shown safely" in text
            assert told or address == "/network", address
        assert "Dead path: designed, not used (" not in text
        assert "Nobody referred to them" not in text
        assert "No referrals were published yet" not in text, address
    for address in (*FILES, "/network/report.pdf"):
        assert nowhere.get(address).status_code in (200, 404), address


def test_outlines_of_elsewhere_are_said(app: Flask, nowhere: FlaskClient, tmp_path: Path) -> None:
    """On the overview and in the report, as on the maps."""
    _agency("Satu", "UPTD", "P6", area_code=AREA, latitude=-6.2, longitude=106.8)
    square = [[[130, -2], [131, -2], [131, -1], [130, -1], [130, -2]]]
    feature = {
        "type": "Feature",
        "properties": {"code": "91.01", "name": "Jauh", "level": "regency"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    file = tmp_path / "far.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert load(app, file).exit_code == 0
    for address in ("/network", "/network/report", "/network/gaps", "/network/gaps/worst"):
        assert "No service lies in the outlines that were loaded" in _page(nowhere, address)
    assert "None of the loaded outlines" in _page(nowhere, "/network/map")


def test_nobody_waits_for_the_first_reading_of_a_large_network(
    app: Flask, nowhere: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages say that it is being read; a thread reads it, and then they are whole. Files wait."""
    monkeypatch.setattr("maps.queries.holding.ready.FEW_AGENCIES", 0)
    monkeypatch.setattr("maps.queries.gaps.takers.FEW_OFFERS", 0)
    _agency("Satu", "POL", "H1", area_code=AREA)
    _agency("Dua", "UPTD", "P6", area_code=OTHER_AREA)
    soon, words = "The network is being read", "still being worked out"
    pages = ("/network/matrix", "/network/holding", "/network", "/network/report")
    for path, waits in (("/network/indicators", words), *((path, soon) for path in pages)):
        app.extensions["rujukan_maps_kept"] = Kept(MOST_KEPT)  # as of a process that just started
        assert waits in _page(nowhere, path), path
        assert soon not in nowhere.get("/network/report.html").text
        for _ in range(3):  # one thread after the other: others may have begun before
            for thread in list(app.extensions["rujukan_maps_at_work"].values()):
                thread.join(30)
            told = _page(nowhere, path)
        assert waits not in told, path


def test_what_the_first_page_needs_is_read_before_it_is_asked_for(
    app: Flask, nowhere: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once somebody is there who may see the whole, whatever page they are on; for nobody else."""
    monkeypatch.setattr("maps.queries.ahead.FEW_AGENCIES", 0)
    _agency("Satu", "POL", "H1", area_code=AREA)
    worker = app.test_client()
    sign_in(worker, make_account(Role.WORKER, agency_id=_agency("Dua", "UPTD", "P6")))
    assert worker.get("/").status_code == 200
    assert "rujukan_maps_at_work" not in app.extensions
    assert nowhere.get("/").status_code == 200
    for thread in list(app.extensions["rujukan_maps_at_work"].values()):
        thread.join(30)

    def never() -> dict[uuid.UUID, Any]:
        raise AssertionError("everything was read again")

    monkeypatch.setattr("agencies.queries.roll.all_members", never)
    assert "Satu" in _page(nowhere, "/network/picture")
    _agency("Tiga", "POL", "H1", area_code=AREA)
    assert "Tiga" in _page(nowhere, "/network/picture")


def test_a_name_is_typed_where_agencies_are_many(
    site: Site, there: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of a list of all; the script asks for names, and without it the form finds."""
    assert "Rumah Sakit" in _page(there, "/network/indicators")
    monkeypatch.setattr("maps.pages.indicators.MOST_TO_CHOOSE", 2)
    assert "Rumah Sakit" not in _page(there, "/network/indicators")
    names = there.get("/network/agencies/called?agency=rumah").text
    assert re.findall('value="(.*)"', names) == ["Rumah Aman", "Rumah Sakit"]
    assert "&lt;/script&gt;" in there.get("/network/agencies/called?agency=/script").text
    only = there.get(f"/network/indicators?agency=rumah+sakit&period={QUARTER}")
    chosen = f"agency={site.agencies['PPT']}"
    assert only.status_code == 303
    assert chosen in only.location
    assert f"period={QUARTER}" in only.location
    assert 'value="Rumah Sakit"' in there.get(only.location).text
    several = there.get("/network/indicators?agency=rumah")
    assert "Which of these do you mean?" in several.text
    assert chosen in several.text
    assert "No agency is called so." in _page(there, "/network/indicators?agency=tidak+ada")
