"""How every command of `flask` is called. One that is not spoken of here fails the test.

`COMMANDS` is run from top to bottom; each line is what stands behind the command's name. What is in
braces is named by `words_for`. Every argument, option and choice must be given at least once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from click.core import ParameterSource
from sqlalchemy import select

from core.db import db
from referral.models import CaseFile
from tests.support.exchange import SHELTER, save
from tests.support.worlds.making import World, agency, place

# Commands that are not run, each for its reason.
NOT_RUN = {
    "run": "serves until it is stopped",
    "shell": "waits for somebody to type",
    "db": "Flask-Migrate's own; changes the shape of the database, not what is in it",
}
# Options that are not given, each for its reason.
NOT_GIVEN = {
    "write": "writes pages of this repository",
    "config_prefix": "of an API that has another one",
}

COMMANDS: dict[str, list[str]] = {
    "places find": ["Cipayung", "--limit 2 Cipayung"],
    "places load": [
        "--small",
        "{gazetteer}",
        *(f"--level {level} {{outlines}}" for level in ("province", "regency", "village")),
        "--level district {outlines}",
    ],
    "places population": ["{population}", "--source BPS {population}"],
    "agencies import": [
        "--dry-run {registry}",
        "--verbose --dry-run {registry}",
        "--all-or-nothing {registry}",
        "--map {mapping} {registry}",
        "--format csv {registry}",
        "--format xlsx {registry}",
        "--format hsds {registry}",
        "{registry}",
    ],
    "agencies export": [
        *(
            f"--format {kind} --tier {tier} {{folder}}/registry.{tier}.{kind}"
            for tier in ("public", "network", "secret")
            for kind in ("csv", "geojson")
        ),
        "",
        "--tier secret",
    ],
    "agencies document": [""],
    "referral unmet": ["", "--period 2026-Q9"],
    "referral moves": [""],
    "referral publish": ["", "--period 2026-Q9"],
    "referral places check": [""],
    "referral routes list": [""],
    "referral routes load": ["", "{folder}/routes.csv"],
    "referral routes export": ["", "--format csv"],
    "referral export": [
        "{agency}",
        *(f"--side {side} {{agency}}" for side in ("sent", "received")),
        "--since 2026-11-01 --until 2026-11-30 {agency}",
    ],
    "referral graph export": [
        *(
            f"--format {kind} {{folder}}/graph.{kind}"
            for kind in ("graphml", "gexf", "json", "csv")
        ),
        "--without-secret --format csv {folder}/open.zip",
        "--period 2026-Q3 {folder}/graph.graphml",
    ],
    "accounts add-administrator": ["ratna@example.org"],
    "accounts reset": ["{intake}", "nobody@example.org"],
    "staff invite": [
        *(
            f"--role {role} --agency {{agency}} {role}@example.org"
            for role in ("worker", "intake", "manager")
        ),
        "--role coordinator --area 31.75 coordinator@example.org",
        "--role administrator administrator@example.org",
    ],
    "demo load": [""],
    "demo simulate": [
        "--months 0.1 --cases 0.2 --seed 3 --until 2026-06-30 --leave-open --within 31.75"
        " --outside-a-demo",
        "--once",
    ],
    "demo simulation-log": ["{folder}/simulation.csv"],
    "demo forget-simulation": [""],
    "worker": [""],
    "backup": ["{folder}/backup"],
    "restore": ["--into {folder}/elsewhere.db --yes {folder}/backup", "--yes {folder}/backup"],
    "keys status": [""],
    "keys new-master": [""],
    "keys backup": ["{folder}/keys-backup", ""],
    "keys restore": ["{keys_backup}"],
    "keys rotate": ["", "--case {case}"],
    "keys erase": ["--yes {case}", "--yes RJK-22222"],
    "keys repeat-erasures": [""],
    "audit seen": ["case {case_id}", "location {place}", "agency {agency}"],
    "audit affected": [
        "--since 2026-11-01",
        "--since 2026-11-01 --until 2026-11-30 --known 2026-11-20 --actor {manager}",
    ],
    "audit verify": ["", "--chain network", "--chain {agency} --witness {folder}/witness"],
    "doctor": [""],
    "access": [""],
    "settings": [""],
    "openapi print": ["", "--format json", "--format yaml"],
    "openapi write": [
        "{folder}/api.json",
        *(f"-f {k} {{folder}}/api.{k}" for k in ("json", "yaml")),
    ],
    "openapi list-config-prefixes": [""],
    # SQLite refuses these. On PostgreSQL they read the catalogue of tables and no row.
    "walls apply": [""],
    "walls check": [""],
    "walls grant": ["--web one --worker other"],
}


def words_for(world: World, folder: Path) -> dict[str, str]:
    """What stands for what is in braces, on the copy of the world in `folder`."""
    case = db.session.scalars(select(CaseFile).order_by(CaseFile.id)).first()
    kept = sorted((folder / "keys-backup").glob("*"))
    words = {
        "folder": folder,
        "registry": folder / world.import_file.name,
        "mapping": folder / "mapping.toml",
        "gazetteer": folder / "places.csv",
        "outlines": folder / "outlines.geojson",
        "population": folder / "population.csv",
        "keys_backup": kept[-1] if kept else "not made yet",
        "agency": agency("own").id,
        "place": place("door-sealed").id,
        "manager": world.emails["manager"],
        "intake": world.emails["intake"],
        "case": case.code if case else "",
        "case_id": case.id if case else "",
    }
    db.session.rollback()
    return {name: str(word) for name, word in words.items()}


def write_files(folder: Path) -> None:
    """The files that commands are given, beside the registry. They are the same in both worlds."""
    cells = "\n".join(f'{name} = "{{{name}}}"' for name in (*SHELTER, "tier", "address"))
    save(folder, f"[columns]\n{cells}\n", "mapping.toml")
    save(
        folder,
        "code,level,name,lat,lon\n31.75.10,district,Cipayung,-6.32,106.9\n",
        "places.csv",
    )
    columns = "from,to,needs,first,limit,standing,basis,pathway,said"
    save(folder, f"{columns}\nNGO,PPT,K4,,1d,proposed,N,,\n", "routes.csv")
    save(folder, "code,population,year\n31.75.10,290000,2025\n", "population.csv")
    # Its border runs between the doors of one cell.
    ring = [[106.8, -6.4], [106.9075, -6.4], [106.9075, -6.2], [106.8, -6.2], [106.8, -6.4]]
    feature = {
        "type": "Feature",
        "properties": {"code": "31.75.99", "name": "Barat", "city": "Jakarta Timur"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    outlines = {"type": "FeatureCollection", "features": [feature]}
    save(folder, json.dumps(outlines), "outlines.geojson")


def leaves(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands under a group, with their names."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, inner in command.commands.items():
        if path or name not in NOT_RUN:
            yield from leaves(inner, f"{path} {name}".strip())


def check_spoken_of(cli: click.Group) -> None:
    """`AssertionError` for a command, an option or a choice that is never given."""
    known = dict(leaves(cli))
    forgotten, gone = known.keys() - COMMANDS.keys(), COMMANDS.keys() - known.keys()
    assert not forgotten | gone, (
        f"say in tests/support/worlds/commands.py how to call {sorted(forgotten)};"
        f" there is no {sorted(gone)}"
    )
    for path, command in known.items():
        missing = _never_given(path, command)
        assert not missing, f"tests/support/worlds/commands.py never gives {path}: {missing}"


def _never_given(path: str, command: click.Command) -> set[str]:
    wanted = {
        wish
        for parameter in command.params
        if parameter.name not in NOT_GIVEN
        for wish in _wishes(parameter)
    }
    for line in COMMANDS[path]:
        wanted -= _given(command, line.split())
    return wanted


def _wishes(parameter: click.Parameter) -> list[str]:
    choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else [""]
    return [f"{parameter.name} {choice}".strip() for choice in choices]


def _given(command: click.Command, words: list[str]) -> set[str]:
    with command.make_context(command.name, [*words], resilient_parsing=True) as context:
        return {
            wish
            for parameter in command.params
            if context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
            for wish in _wishes(parameter)
            if not isinstance(parameter.type, click.Choice) or wish.split()[1] in words
        }
