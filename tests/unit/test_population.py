"""`flask places population`: the same file twice changes nothing, wrong rows are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from agencies.commands.places import NewPopulation, load_population
from agencies.queries.places.population import People, population
from core.actors import Tier, visitor
from core.db import db, write
from core.errors import RefusedError
from tests.support.places import gazetteer, load

GOOD = "code,population,year\n31.75.10,290000,2025\n31.75,3000000,\n"


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """The app, whose commands speak English here, with places."""
    app = make_app(language="en")
    assert load(app, gazetteer(tmp_path)).exit_code == 0
    return app


def _load(app: Flask, folder: Path, text: str, *options: str) -> Result:
    path = folder / "people.csv"
    path.write_text(text)
    arguments = ["places", "population", *options, str(path)]
    return app.test_cli_runner().invoke(args=arguments)


@pytest.mark.both_databases
def test_loading_twice_changes_nothing(app: Flask, tmp_path: Path) -> None:
    """New figures are added, others brought up to date, those not named stay."""
    said = _load(app, tmp_path, GOOD, "--source", "BPS")
    assert (said.exit_code, said.output) == (0, "people.csv: 2 added, 0 changed, 0 unchanged.\n")
    again = _load(app, tmp_path, GOOD, "--source", "BPS")
    assert again.output == "people.csv: 0 added, 0 changed, 2 unchanged.\n"
    newer = _load(app, tmp_path, "code;population\n31.75.10;300000\n", "--source", "BPS")
    assert newer.output == "people.csv: 0 added, 1 changed, 0 unchanged.\n"
    assert population() == {
        "31.75.10": People(300_000, None, "BPS"),
        "31.75": People(3_000_000, None, "BPS"),
    }


def test_wrong_rows_are_named_and_left_out(app: Flask, tmp_path: Path) -> None:
    """Unknown, negative, twice, no number, no year: each by line and field."""
    text = (
        "code,population,year\n31.75.10,5,\n31.75.10,6,\n99.99,7,\n31.75,-8,\n31.74,many,\n"
        "32,9,25\nCipayung,1,\n"
    )
    said = _load(app, tmp_path, text)
    assert said.exit_code == 1
    for line in (
        "people.csv: 1 added, 0 changed, 0 unchanged.",
        "people.csv, line 3, code: stands on line 2 already",
        "people.csv, line 4, code: no place of the gazetteer has the code 99.99",
        "line 5, population: “-8” is not a whole number from 0 to",
        "line 6, population: “many” is not a whole number",
        "line 7, year: “25” is not a year from 1900 to 2200",
        "line 8, code: “Cipayung” is not a code",
    ):
        assert line in said.output
    db.session.rollback()
    assert list(population()) == ["31.75.10"]


def test_another_file_gets_one_sentence(app: Flask, tmp_path: Path) -> None:
    """And nobody but the operator may load."""
    said = _load(app, tmp_path, "place,people\nCipayung,5\n")
    assert said.exit_code == 1
    assert "lacks the columns code, population" in said.output
    with pytest.raises(RefusedError):
        write(load_population, visitor(Tier.PUBLIC), figures=[NewPopulation("31.75", 1)])
