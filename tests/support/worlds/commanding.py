"""Every command of `flask`: what it printed, and what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from core.db import Base, db
from tests.support.worlds.arguments import for_parameter
from tests.support.worlds.making import World, copied, overheard
from tests.support.worlds.stillness import stillness

# Commands that are not run, each for its reason.
NOT_RUN = {
    "run": "serves until it is stopped",
    "shell": "waits for somebody to type",
    "worker": "runs until it is stopped; the test does one round of it",
    "db": "changes the shape of the database, not what is in it",
    "openapi": "describes the API; the route of the same answer is asked",
    # What follows knows no place, or prints only what chance made; not compared yet.
    "accounts": "links made by chance, for accounts",
    "staff": "links made by chance, for accounts",
    "audit": "actions, ids and hashes; an address is never in a row (test_secret_unseen.py)",
    "backup": "encrypted with chance",
    "restore": "encrypted with chance",
    "keys": "keys and their names, made by chance",
    "walls": "of PostgreSQL",
    "doctor": "speaks of the machine that it runs on",
    "access": "the table of doors",
}
# Options that are not given, each for its reason.
NOT_GIVEN = {
    "write": "writes pages of this repository",
    "mapping": "needs a file for other people's formats",
    "kind of import": "the format is known by the file's ending",
    "files": "the gazetteer is loaded with --small",
    "level": "goes with files",
    "days": "a number of days back, for which the default stands",
    "limit": "a number, for which the default stands",
}
# What may differ between the worlds on the disk: the sealed field itself and nothing else.
SEALED = {("sealed_place", "sealed")}


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all commands under a group."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            if name not in NOT_RUN or path:
                yield from leaves(inner, (*path, name))
    else:
        yield path


def run_all(world: World, folder: Path) -> dict[tuple[str, ...], bytes]:
    """What every command says and writes, one after the other on a copy of the world."""
    said: dict[tuple[str, ...], bytes] = {}
    with stillness(seed=3), copied(world, folder) as app:
        ways = [(path, way) for path in leaves(app.cli) for way in _ways(app, path, world)]
        for number, (path, way) in enumerate(ways):
            label = (*path, str(number), *(w for w in way if "/" not in w))
            said[label] = _run(app, [*path, *way], folder)
        said[("the database",)] = repr(database()).encode()
    return said


def _ways(app: Flask, path: tuple[str, ...], world: World) -> list[list[str]]:
    """How a command is called: with what it must have; with each option beside that."""
    command: click.Command = app.cli
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    needed = [
        value
        for parameter in command.params
        if parameter.required
        for value in for_parameter(parameter, world)
    ]
    ways = [needed]
    for option in command.params:
        if option.required or option.name in NOT_GIVEN:
            continue
        if option.name == "kind" and path[-1] == "import":
            continue
        ways += [[*given, *needed] for given in _given(option, path)]
    return ways


def _given(option: click.Parameter, path: tuple[str, ...]) -> list[list[str]]:
    if isinstance(option, click.Argument):
        return [[f"written-by-{path[-1]}"]]
    name = option.opts[0]
    if isinstance(option.type, click.Choice):
        return [[name, str(choice)] for choice in option.type.choices]
    assert getattr(option, "is_flag", False), (
        f"{path} has an option {name}: say in tests/support/worlds/commanding.py what to give"
    )
    return [[name]]


def _run(app: Flask, arguments: list[str], folder: Path) -> bytes:
    runner = CliRunner()
    before = set(folder.rglob("*"))
    here = [a if not a.startswith("written-by") else str(folder / a) for a in arguments]
    with overheard() as logs:
        result = runner.invoke(app.cli, here, obj=ScriptInfo(create_app=lambda: app))
    files = sorted(set(folder.rglob("*")) - before)
    written = [p.name.encode() + p.read_bytes() for p in files if p.is_file() and _is_news(p)]
    output = result.output.replace(str(folder.parent), "FOLDER").encode()
    ended = [str(result.exit_code).encode(), repr(result.exception).encode()]
    return b"\n".join([*ended, output, logs(), *written])


def _is_news(path: Path) -> bool:
    return not path.name.startswith(("rujukan.db", "keys.db"))


def database() -> dict[str, list[str]]:
    """Every row of every table but the sealed bytes themselves."""
    db.session.rollback()
    return {
        table.name: sorted(
            repr(
                [
                    value
                    for column, value in zip(table.columns, record, strict=True)
                    if (table.name, column.name) not in SEALED
                ]
            )
            for record in db.session.execute(select(table))
        )
        for table in Base.metadata.sorted_tables
    }
