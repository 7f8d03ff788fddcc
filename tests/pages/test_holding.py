"""What holds the network together: the page and its question about one agency, by their doors."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from agencies.models import Agency, Precision, Status
from core.actors import Tier
from core.db import db, writing
from core.geometry import published_cell, published_centre
from referral.graph import long_work, network
from referral.graph.measures.between import betweenness
from referral.graph.measures.ties import Ties
from tests.factories import make_offer
from tests.support.networks import Agreed, Declared, bringing, flow, ways
from tests.support.people import make_account, sign_in

EAST, NORTH = "31.75.10", "31.72.04"
Texts = Callable[[str], str]


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """A browser of a coordinator of the network who reads English."""
    sign_in(client, make_account(Role.COORDINATOR))
    client.set_cookie("language", "en")
    return client


def _agency(name: str, needs: str = "P6", area: str = EAST, kind: str = "UPTD") -> uuid.UUID:
    made = make_offer(
        needs=needs, agency={"name": name, "type": kind}, location={"area_code": area}
    )
    return made.service.agency_id


def _secret(name: str, needs: str) -> uuid.UUID:
    door = (-6.3, 106.9)
    latitude, longitude = published_centre(door)
    made = make_offer(
        needs=needs,
        agency={"name": name, "type": "SHL", "tier": Tier.SECRET.value},
        location={
            "tier": Tier.SECRET.value, "precision": Precision.HIDDEN, "latitude": latitude,
            "longitude": longitude, "published_cell": published_cell(door), "area_code": EAST,
        },
    )  # fmt: skip
    return made.service.agency_id


def _text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_page_names_what_everything_hangs_on(coordinator: FlaskClient) -> None:
    police, desk = _agency("Polres", "H1", kind="POL"), _agency("Simpul", "P6")
    doctor = _agency("Rumah Sakit", "K3", NORTH, "PPT")
    house = _secret("Rumah Melati", "S1")
    _agency("Sendiri", "H4", NORTH)
    known = ways(
        [flow(police, desk, 20), flow(desk, doctor, 5), flow(desk, house, None)],
        [Agreed(desk, police)],
    )
    with bringing(known):
        text = _text(coordinator, "/network/holding")
    assert "5 agencies, 4 ways between them" in text
    assert "referrals as they were published for 2026-Q3" in text
    assert re.search(r"everything hangs Simpul If it stopped, 2 agencies would lose", text)
    assert re.search(r"Forensic examination Rumah Sakit the only one of all agencies", text)
    assert re.search(r"Emergency safe house Rumah Melati Place hidden", text)
    assert "3 ways are each the only one" in text
    assert re.search(r"Gatekeepers .* Simpul .*16\.7%", text)
    assert re.search(r"80% came to one agency: Simpul", text)  # 20 of 25 that are not hidden
    assert "One small number is hidden" in text
    assert "One agency has no way to any other" in text
    assert "More is not better" in text


def test_if_this_agency_stopped_tonight(coordinator: FlaskClient) -> None:
    police, desk = _agency("Polres", "H1", "31.73.01", "POL"), _agency("Simpul", "P6")
    doctor = _agency("Rumah Sakit Dekat", "K3 K1", EAST, "PPT")
    far = make_offer(
        needs="K3",
        agency={"name": "Rumah Sakit Jauh", "type": "PPT"},
        location={"area_code": NORTH, "latitude": -6.12, "longitude": 106.9},
    ).service.agency_id
    known = ways(
        [flow(police, desk, 9), flow(desk, doctor, 9, 20.0), flow(desk, far, 9, 80.0)],
    )
    with bringing(known):
        text = _text(coordinator, f"/network/holding/{doctor}")
        hub = _text(coordinator, f"/network/holding/{desk}")
        _text(coordinator, f"/network/holding/{uuid.uuid4()}", 404)
        with writing():
            db.session.get_one(Agency, far).status = Status.DEFUNCT
        _text(coordinator, f"/network/holding/{far}", 404)
    assert "If Rumah Sakit Dekat stopped tonight" in text
    assert re.search(r"One need would have no provider at all\. Emergency medical care", text)
    assert re.search(r"Forensic examination 1 Rumah Sakit Jauh , 22 km away", text)
    assert "22 km more for 2 districts, on average" in text
    assert "1 h more for 2 agencies, on average" in text
    assert "Nobody: all others still hang together" in text
    assert "2 agencies would lose the rest of the network: " in hub
    assert re.search(r"Districts that would reach nobody .* Forensic examination 31\.73\.01", hub)


def test_how_strong_a_way_is(coordinator: FlaskClient) -> None:
    police, desk = _agency("Polres", "H1", NORTH, "POL"), _agency("Simpul")
    other = _agency("Simpul Kedua")
    doctors = [_agency(f"Rumah Sakit {n}", "K3", "31.73.01", "PPT") for n in range(3)]
    flows = [flow(police, desk), *(flow(desk, doctor) for doctor in doctors)]
    asked = "/network/holding?area=31.72&need=K3"
    with bringing(ways(flows, routes=[Declared("POL", "PPT")])):
        text = _text(coordinator, asked)
        declared = _text(coordinator, f"{asked}&ways=known")
        nowhere = _text(coordinator, "/network/holding?area=31.73.01&need=H4")
        _text(coordinator, "/network/holding?area=%27&need=nothing&ways=odd&period=1999")
    assert "One agency decides" in text
    assert re.search(r"It would take one agency: Simpul \.", text)
    assert "One of them only passes people on." in text
    assert "It would take 3 agencies at once" in declared
    assert "No agency at all meets this need" in nowhere
    with bringing(ways([*flows, flow(police, other), flow(other, doctors[0])])):
        assert "It would take 2 agencies at once" in _text(coordinator, asked)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_there_is_a_sentence_when_there_is_little(coordinator: FlaskClient, number: int) -> None:
    for one in range(number):
        _agency(f"Lembaga {one}", "K3")
    text = _text(coordinator, "/network/holding")
    assert ("No agency is listed yet" in text) == (number == 0)
    assert ("No referrals were published yet" in text) == (number > 0)
    assert ("Forensic examination Lembaga 0 the only one" in text) == (number == 1)


def test_a_large_network_is_worked_out_beside_the_page(
    coordinator: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "AT_ONCE", 0)
    going, go = threading.Event(), threading.Event()
    real = betweenness

    def slowly(ties: Ties, progress: Callable[[int, int], object]) -> object:
        progress(1, 3)
        going.set()
        assert go.wait(30)
        return real(ties)

    monkeypatch.setattr(long_work, "betweenness", slowly)
    some = [_agency(f"Lembaga {one}") for one in range(3)]
    with bringing(ways([flow(some[0], some[1]), flow(some[1], some[2])])):
        assert "this is being worked out: 0% done" in _text(coordinator, "/network/holding")
        assert going.wait(30)
        assert "this is being worked out" in _text(coordinator, "/network/holding")
        go.set()
        for thread in threading.enumerate():
            if thread.name.startswith("betweenness"):
                thread.join(30)
        long_work._kept.clear()  # another process: it finds the file
        assert re.search(r"Lembaga 1 50%", _text(coordinator, "/network/holding"))
        kept = app.config["RUJUKAN"].data_dir / "graph"
        assert [file.suffix for file in kept.iterdir()] == [".npy"]
        # A file of something else is no answer.
        name = f"{network().fingerprint}.npy"
        (kept / name).write_bytes(b"broken")
        long_work._kept.clear()
        assert "this is being worked out" in _text(coordinator, "/network/holding")
        for thread in threading.enumerate():
            if thread.name.startswith("betweenness"):
                thread.join(30)


def test_it_is_for_coordinators(client: FlaskClient) -> None:
    agency = _agency("Simpul")
    sign_in(client, make_account(Role.MANAGER, agency_id=agency))
    for address in ("/network/holding", f"/network/holding/{agency}"):
        assert client.get(address).status_code in (403, 404)
