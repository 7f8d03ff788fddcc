"""The graph: its versions, its files, what it says of secret places, its page's examples."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import networkx as nx
import pytest
from flask import Flask, current_app
from sqlalchemy import delete

from agencies.commands.index import forget_offer, refresh_offers
from agencies.models import Agency, Offer, Precision, Service, ServiceNeed, Status
from agencies.queries import roll
from agencies.queries.members import Member, some_members
from core.actors import Tier
from core.db import db, writing
from core.geometry import published_cell, published_centre
from core.settings import ROOT
from referral.graph import graph, network
from referral.graph.kept import Graphs
from referral.graph.whole import declared_between
from tests.factories import make_offer
from tests.support.networks import QUARTER, Agreed, Declared, bringing, flow, ways

DOOR = (-6.3021, 106.9034)


def _secret() -> Offer:
    latitude, longitude = published_centre(DOOR)
    return make_offer(
        needs="S1",
        agency={"name": "Rumah Melati", "type": "SHL", "tier": Tier.SECRET.value},
        location={
            "tier": Tier.SECRET.value, "precision": Precision.HIDDEN, "latitude": latitude,
            "longitude": longitude, "published_cell": published_cell(DOOR),
        },
    )  # fmt: skip


def _same_as_read_anew() -> None:
    ours = network()
    del current_app.extensions["rujukan_rolls"]
    anew = Graphs().get(None)
    assert ours.registered == anew.registered
    assert ours.version == anew.version
    assert ours.fingerprint == anew.fingerprint


@pytest.mark.both_databases
def test_what_changed_is_read_again_and_nothing_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = [make_offer(needs="K3 K1", beds=(4, 1)) for _ in range(3)]
    before = network()
    assert network() is before
    assert [node.free for node in before.nodes] == [3, 3, 3]
    read: list[set[uuid.UUID]] = []

    def noted(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Member]:
        read.append(set(ids))
        return some_members(ids)

    monkeypatch.setattr(roll, "some_members", noted)
    monkeypatch.setattr(roll, "all_members", _never)
    first, second, third = (offer.service.agency_id for offer in offers)
    with writing():
        offers[0].service.needs = [ServiceNeed(need="H4", position=0)]
        db.session.flush()
        refresh_offers([offers[0].id])
    assert [sorted(node.needs) for node in network().nodes] == [["H4"], ["K1", "K3"], ["K1", "K3"]]
    assert [sorted(node.needs) for node in before.nodes] == [["K1", "K3"]] * 3  # as it was
    with writing():
        db.session.get_one(Agency, second).name = "Nama Baru"
    assert network().nodes[network().numbers[second]].name == "Nama Baru"
    with writing():  # an offer went, and an agency with all that it had
        forget_offer(offers[0].id)
        db.session.execute(delete(Offer).where(Offer.id == offers[0].id))
        db.session.get_one(Agency, second).status = Status.DEFUNCT
        forget_offer(offers[2].id)
        db.session.execute(delete(Offer).where(Offer.id == offers[2].id))
        db.session.execute(delete(Service).where(Service.agency_id == third))
        db.session.execute(delete(Agency).where(Agency.id == third))
    now = network()
    assert [node.id for node in now.nodes] == [first]
    assert [node.id for node in now.registered] == [first, second]
    assert now.nodes[0].needs == frozenset()
    make_offer(needs="S1")
    assert len(network().nodes) == 2
    assert all(len(some) < 3 for some in read)
    monkeypatch.undo()
    _same_as_read_anew()


def _never() -> dict[uuid.UUID, object]:
    raise AssertionError("everything was read again")


def test_secret_places_are_their_cell(app: Flask) -> None:
    house = _secret().service.agency_id
    office = make_offer(needs="P6", agency={"name": "Kantor"})
    with bringing(ways([flow(office.service.agency_id, house)])):
        said = graph().nodes[str(house)]
        assert (said["latitude"], said["longitude"]) == published_centre(DOOR)
        assert said["cell"] == f"{published_cell(DOOR):x}"
        assert said["precision"] == "hidden"
        without = graph(without_secret=True)
        assert list(without.nodes) == [str(office.service.agency_id)]
        assert without.number_of_edges() == 0


def test_declared_routes_stay_between_types(app: Flask) -> None:
    police = make_offer(agency={"type": "POL"}).service.agency_id
    doctors = [make_offer(needs="K3", agency={"type": "PPT"}).service.agency_id for _ in range(3)]
    with bringing(ways(routes=[Declared("POL", "PPT", "K3", "law"), Declared("PPT", "POL")])):
        made = graph()
        assert made.number_of_edges() == 2
        there = declared_between(made, str(police), str(doctors[0]))
        assert there == {"declared:K3:law": {"kind": "declared", "need": "K3", "basis": "law"}}
        assert declared_between(made, str(doctors[0]), str(doctors[1])) == {}
        found = network()
        assert len(found.known) == 2 * 4
        assert found.is_declared(found.numbers[police], found.numbers[doctors[2]])


@pytest.fixture
def made(app: Flask) -> Iterator[nx.MultiDiGraph]:
    """A graph with everything in it; a name that a spreadsheet would run and XML cannot hold."""
    one = make_offer(beds=(3, 1), agency={"name": "=1+1 \x01 Pos"}).service.agency_id
    two = _secret().service.agency_id
    known = ways(
        [flow(one, two, 7), flow(two, one, None, None)],
        [Agreed(one, two), Agreed(one, two, "S1")],
        [Declared("NGO", "SHL", "S1")],
    )
    with bringing(known):
        yield graph()


def _plain(of: nx.MultiDiGraph, *, clean: bool = False) -> object:
    def text(value: object) -> object:
        return value.replace("\x01", "") if clean and isinstance(value, str) else value

    nodes = {node: {k: text(v) for k, v in said.items()} for node, said in of.nodes(data=True)}
    return nodes, {(a, b, key): said for a, b, key, said in of.edges(keys=True, data=True)}


@pytest.mark.parametrize("kind", ["graphml", "gexf", "json"])
def test_files_come_back_as_they_went(
    app: Flask, made: nx.MultiDiGraph, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"graph.{kind}"
    done = app.test_cli_runner().invoke(
        args=["referral", "graph", "export", str(file), "--format", kind, "--period", QUARTER]
    )
    assert done.output.startswith("Wrote 4 nodes and 5 edges to "), done.output
    if kind == "json":
        back = nx.node_link_graph(json.loads(file.read_text("utf-8")), edges="edges")
        assert back.graph["period"] == QUARTER
        assert _plain(back) == _plain(made)
    elif kind == "graphml":
        back = nx.read_graphml(file, force_multigraph=True)
        assert _plain(back) == _plain(made, clean=True)
    else:
        read = nx.read_gexf(file)
        back = nx.MultiDiGraph()
        back.add_nodes_from((n, _without(said, "label")) for n, said in read.nodes(data=True))
        for a, b, said in read.edges(data=True):
            back.add_edge(a, b, key=said["way"], **_without(said, "way", "id"))
        assert _plain(back) == _plain(made, clean=True)


def _without(said: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in said.items() if name not in names}


def test_tables(app: Flask, made: nx.MultiDiGraph, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    packed, plain = tmp_path / "graph.zip", tmp_path / "graph.csv"
    for file in (packed, plain):
        run(args=["referral", "graph", "export", str(file), "--format", "csv"])
    with zipfile.ZipFile(packed) as opened:
        tables = {name: opened.read(name).decode() for name in opened.namelist()}
    assert (tmp_path / "graph.nodes.csv").read_text("utf-8") == tables["nodes.csv"]
    assert (tmp_path / "graph.edges.csv").read_text("utf-8") == tables["edges.csv"]
    nodes = list(csv.DictReader(io.StringIO(tables["nodes.csv"])))
    edges = list(csv.DictReader(io.StringIO(tables["edges.csv"])))
    assert {row["id"] for row in nodes} == set(made.nodes)
    assert {(row["from"], row["to"], row["key"]) for row in edges} == set(made.edges(keys=True))
    assert "'=1+1 \x01 Pos" in {row["name"] for row in nodes}
    hidden = [row for row in edges if row["hidden"] == "yes"]
    assert [row["sent"] for row in hidden] == [""]
    refused = run(args=["referral", "graph", "export", str(plain), "--period", "1999"])
    assert "Published periods: 2026-Q3" in refused.output


def test_the_page_s_examples_run_in_the_shell(
    app: Flask, made: nx.MultiDiGraph, capsys: pytest.CaptureFixture[str]
) -> None:
    names = app.make_shell_context()
    assert len(names["graph"]) == len(made)
    page = (ROOT / "docs" / "graph.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)
    assert "2 of 2" not in capsys.readouterr().out
