"""Loads that fail or happen elsewhere: all or nothing, and every process learns of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from agencies.commands.places import NewPlace, load_places
from agencies.models.place import Place, PlaceName
from agencies.queries.places import How, area_at, resolve
from core.actors import OPERATOR
from core.db import db, write
from core.settings import ROOT
from tests.support.places import gazetteer, load

pytestmark = pytest.mark.both_databases


def test_a_load_that_fails_leaves_nothing(app: Flask) -> None:
    """After the first batch was written: neither places nor names stay."""
    places = [
        NewPlace(f"31.75.10.{n}", "village", f"Village {n}", -6.3, 106.9) for n in range(1000, 9999)
    ]

    def fail(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(load_places, OPERATOR, places=places, progress=fail)
    for table in (Place, PlaceName):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_running_server_learns_of_another_process_load(app: Flask, tmp_path: Path) -> None:
    """What it kept in memory is old as soon as `flask places load` is done elsewhere."""
    load(app, gazetteer(tmp_path, ["31,province,DKI Jakarta,-6.2,106.8"]))
    assert not resolve("Cipayng")
    assert area_at(-6.32, 106.9) is None
    db.session.rollback()
    settings = app.config["RUJUKAN"]
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "places", "load", gazetteer(tmp_path)],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": settings.database_url,
            "RUJUKAN_DATA_DIR": str(tmp_path),
            "RUJUKAN_LANGUAGE": "en",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "some.csv: 10 added, 1 changed, 0 unchanged.\n"
    assert done.stderr == ""
    found = resolve("Cipayng")
    assert (found.how, len(found)) == (How.SIMILAR, 3)
    assert area_at(-6.32, 106.9) == "31.75.10"
