"""The proof of design.md §4: move a secret place inside its cell, and every byte stays the same.

Two worlds are built that differ in nothing else. Every route of `app.url_map` with every method,
every form of every page, every command of `flask`, as every role: status, headers, body, logs and
written files are compared. A route that comes later is covered because it exists; one with an
argument of a new name fails until `tests/support/worlds/arguments.py` says what may stand there.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import structlog
from flask import Flask, Response, request
from sqlalchemy import select

from accounts.access import RULES
from accounts.rules.access import everybody
from agencies.commands.secret.places import bound_to, key_name
from agencies.models import Location, SealedPlace
from core.crypto import unseal
from core.db import db, writing
from core.geometry import is_in_published, published_cell
from core.keystore import keystore
from tests.support.people import sign_in
from tests.support.worlds.asking import Answers, ask_as
from tests.support.worlds.commanding import database, run_all
from tests.support.worlds.commands import COMMANDS, check_spoken_of
from tests.support.worlds.making import (
    HERE,
    PROGRAMS,
    ROLES,
    THERE,
    VISITOR,
    World,
    account_of,
    build,
    copied,
)
from tests.support.worlds.published import forget_published, publish_in
from tests.support.worlds.stillness import stillness

OPENING = "secret_places.address"
Worlds = tuple[World, World]


@pytest.fixture(scope="module")
def worlds(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """The two worlds, built once."""
    folder = tmp_path_factory.mktemp("worlds")
    here = build(migrated_sqlite, folder / "here", HERE)
    there = build(migrated_sqlite, folder / "there", THERE)
    for world in (here, there):
        publish_in(world)
    return here, there


def test_the_doors_differ_inside_their_cells() -> None:
    """Or the proof proves nothing."""
    for one, other, size in (
        (HERE.imported, THERE.imported, 6),
        (HERE.sealed, THERE.sealed, 6),
        (HERE.wide, THERE.wide, 4),
    ):
        assert one != other
        assert is_in_published(other, published_cell(one, size))
    assert len(HERE.address) != len(THERE.address)


def test_the_worlds_hold_the_same_rows(worlds: Worlds, tmp_path: Path) -> None:
    """Every table but for the sealed bytes; and those are equally long."""
    found, lengths = [], []
    for number, world in enumerate(worlds):
        with stillness(), copied(world, tmp_path / str(number)):
            found.append(database())
            lengths.append([len(s) for s in db.session.scalars(select(SealedPlace.sealed))])
    assert found[0] == found[1]
    assert lengths[0] == lengths[1]
    assert len(lengths[0]) == 3


# All roles take many minutes: `make soak` asks as each of them, `make test` as those who see least,
# most of the network, and most of the place itself.
SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
EVERY_ROLE = [VISITOR, *ROLES]
ASKED = EVERY_ROLE if SOAK else [VISITOR, "worker", "manager"]


@pytest.mark.parametrize("role", ASKED)
def test_every_byte_is_the_same(worlds: Worlds, tmp_path: Path, role: str) -> None:
    """Whoever asks, whatever is asked; but for the holder who opens the address."""
    one, other = (
        ask_as(world, role, tmp_path / world.folder.name, first=(OPENING,)) for world in worlds
    )
    assert len(one) > 100
    different = differing(one, other)
    opened = {label for label in different if label[1:3] == ("POST", OPENING)}
    posts = {label for label in different if label[2].startswith("form /places/")}
    assert different == opened | posts, sorted(different - opened - posts)[:5]
    assert bool(opened) == (role == "manager")


def test_every_map_is_the_same(worlds: Worlds, tmp_path: Path) -> None:
    """What coordinators have of the network: pages, layers, names, pictures, files, the report.

    With a published quarter in which the secret places refer and are referred to.
    """
    found = []
    for number, world in enumerate(worlds):
        forget_published()
        with copied(world, tmp_path / f"doors {number}") as app:
            doors, pages = doors_of_the_network(app)
        answers = ask_as(
            world, "coordinator", tmp_path / str(number), only=doors, most_queries=MOST_QUERIES
        )
        found.append(answers | _told_once(world, tmp_path / f"names {number}"))
    one, other = found
    assert not differing(one, other), sorted(differing(one, other))[:5]
    drawn = {label[2] for label, said in one.items() if said.startswith(b"200")}
    assert pages <= drawn | {"scorecards.own"}  # coordinators have no card of their own
    for door, words in TOLD.items():
        assert any(words in said for label, said in one.items() if label[2] == door), door


# Published ways of secret places stand in what is compared; that they are areas, too.
TOLD = {
    "network_layers.agencies": b'"Polygon"',
    "network_layers.flows": b'"to_name":"Pondok',
    "picture.index": b"Pondok sealed",
    "report.file": b"Pondok",
    "picture.graph_file": b"Pondok wide",
    "saved_views.index": b"Titik",
}
# Takes seconds, and says what `report.file` says: asked once (`_told_once`), in soak like others.
SLOW = "report.pdf"
MOST_QUERIES = 4 if SOAK else 2


def doors_of_the_network(app: Flask) -> tuple[list[str], set[str]]:
    """Every endpoint of coordinators' maps, because it stands there; and which of them are read."""
    under = ("/network", "/scorecard", "/maps")
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(under)]
    asked = {rule.endpoint for rule in rules} - ({SLOW} if not SOAK else set())
    read = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    return sorted(asked), asked & read


def _told_once(world: World, folder: Path) -> Answers:
    """What is told of each mark of the map, by the numbers that its layer gives; and the PDF."""
    with stillness(), copied(world, folder) as app:
        client = app.test_client()
        sign_in(client, account_of(world.emails["coordinator"]))
        layer = json.loads(client.get("/network/map/agencies.geojson").data)
        numbers = [one["properties"]["i"] for one in layer["features"]]
        asked = [f"n={number}&of={layer['version']}" for number in numbers]
        said = [client.get(f"/network/map/names.json?{query}") for query in asked]
        paper = ("coordinator", "GET", SLOW, "once")
        return {paper: client.get("/network/report.pdf").data} | {
            ("coordinator", "GET", "network_layers.names", query): b"200" + answer.data
            for query, answer in zip(asked, said, strict=True)
            if answer.status_code == 200
        }


@pytest.mark.parametrize("role", PROGRAMS)
def test_programs_are_answered_alike(worlds: Worlds, tmp_path: Path, role: str) -> None:
    """With a key of either side of a referral to a secret place, at every door of the API."""
    doors = [name for name in RULES if name.startswith("referrals_api.")]
    one, other = (ask_as(world, role, tmp_path / world.folder.name, only=doors) for world in worlds)
    reached = {label[2] for label, said in one.items() if said.startswith(b"20")}
    wanted = {"OneReferral", "Holds", "Notes"}
    if role != "program":  # who refers to the secret place, with another one behind it
        wanted |= {"OneAsking", "OneBatch", "BatchPeople", "AskForPeople"}
    assert {f"referrals_api.{name}" for name in wanted} <= reached
    different = differing(one, other)
    assert not different, sorted(different)[:5]


def test_every_command_says_the_same(worlds: Worlds, tmp_path: Path) -> None:
    """In every way that `commands.py` names: what it prints, writes, logs, leaves in the tables."""
    one, other = (run_all(world, tmp_path / world.folder.name) for world in worlds)
    different = differing(one, other)
    assert not different, sorted(different)[:5]
    failed = [path for path, said in one.items() if b"Error(" in said.split(b"\n", 2)[:2][-1]]
    assert not failed, failed


def differing(one: Answers, other: Answers) -> set[tuple[str, ...]]:
    """The labels whose bytes differ, or that only one world has."""
    return {label for label in one.keys() | other.keys() if one.get(label) != other.get(label)}


# The test can fail: each of these leaks in its own way, and is found.


def _exact(location_id: uuid.UUID) -> bytes:
    # Past the ORM, whose walls would hide the row from a visitor even here.
    table = SealedPlace.__table__
    wanted = select(table.c.sealed).where(table.c.location_id == location_id)
    sealed = db.session.execute(wanted).scalar()
    if sealed is None:
        return b""
    return unseal(keystore().key(key_name(location_id)), sealed, bound_to(location_id))


def _by_body(location_id: uuid.UUID) -> Response:
    return Response("far" if b"-6.2093" in _exact(location_id) else "near")


def _by_header(location_id: uuid.UUID) -> Response:
    return Response("", headers={"X-Length": str(len(_exact(location_id).rstrip(b" ")))})


def _by_status(location_id: uuid.UUID) -> Response:
    return Response("", 404 if b"RW 09" in _exact(location_id) else 410)


def _by_log(location_id: uuid.UUID) -> Response:
    structlog.get_logger().info("moved", sum=sum(_exact(location_id)))
    return Response("")


def _by_query(location_id: uuid.UUID) -> Response:
    # Nothing is told to who does not ask; that it looks for a query must be seen (looking_for.py).
    return _by_body(location_id) if request.args.get("bbox") else Response("")


def _by_address(location_id: uuid.UUID) -> Response:
    # Past the names of the query: the address is taken as it came.
    return _by_body(location_id) if "bbox" in request.full_path else Response("")


WAYS_OUT = [_by_body, _by_header, _by_status, _by_log, _by_query, _by_address]


@pytest.mark.parametrize("leak", WAYS_OUT)
def test_a_route_that_leaks_is_found(
    worlds: Worlds,
    tmp_path: Path,
    leak: Callable[[uuid.UUID], Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A throw-away route, open to everybody: every way out of it is watched."""
    monkeypatch.setitem(RULES, "leak", everybody())

    def add(app: Flask) -> None:
        app.add_url_rule("/leak/<uuid:location_id>", "leak", leak)

    one, other = (
        ask_as(world, VISITOR, tmp_path / world.folder.name, only=("leak",), prepare=add)
        for world in worlds
    )
    assert "leak" in {label[2] for label in differing(one, other)}


def test_a_route_with_an_unknown_argument_fails(worlds: Worlds, tmp_path: Path) -> None:
    """So that nobody forgets to say what may stand in it."""

    def add(app: Flask) -> None:
        app.add_url_rule("/later/<wonder>", "later", lambda wonder: wonder)

    with pytest.raises(AssertionError, match="wonder"):
        ask_as(worlds[0], VISITOR, tmp_path / "x", only=("later",), prepare=add)


@click.command("leak")
@click.argument("file", type=click.Path(path_type=Path))
def _by_file(file: Path) -> None:
    place = db.session.scalars(select(Location.id).where(Location.key == "door-sealed")).one()
    file.write_bytes(_exact(place))


def test_a_command_that_leaks_is_found(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A throw-away command that prints nothing: what it writes is watched too."""
    monkeypatch.setitem(COMMANDS, "leak", ["{folder}/news"])
    one, other = (
        run_all(
            world,
            tmp_path / world.folder.name,
            only=["leak"],
            prepare=lambda app: app.cli.add_command(_by_file),
        )
        for world in worlds
    )
    assert {label[0] for label in differing(one, other)} == {"leak"}


@pytest.mark.parametrize("lines", [[], [""]])
def test_a_command_that_nobody_spoke_of_fails(
    app: Flask, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    """A new one, and one with an argument that is never given."""
    app.cli.add_command(_by_file)
    if lines:
        monkeypatch.setitem(COMMANDS, "leak", lines)
    with pytest.raises(AssertionError, match="leak"):
        check_spoken_of(app.cli)


def test_a_leak_in_a_table_is_found(worlds: Worlds, tmp_path: Path) -> None:
    """A column that somebody fills from the exact place is seen by the comparison of rows."""
    found = []
    for number, world in enumerate(worlds):
        with stillness(), copied(world, tmp_path / str(number)):
            with writing():
                for place in db.session.scalars(select(Location).where(Location.tier == 2)):
                    place.name = str(len(_exact(place.id).rstrip(b" ")))
            found.append(database())
    assert found[0] != found[1]
