"""An import that is killed in the middle leaves a registry that is whole, and is repeated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from agencies.models import FindEntry, Offer, ServiceNeed
from core.db import db
from core.settings import ROOT
from tests.conftest import MakeApp
from tests.support.exchange import counts, csv_of, flask_agencies, rows, save

ROWS = 900  # two batches


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, in English."""
    return make_app(language="en")


def _offers() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Offer)) or 0


def _assert_whole() -> None:
    """Everything that is there can be found, by each of its needs."""
    entries = db.session.scalar(select(func.count()).select_from(FindEntry))
    needs = db.session.scalar(select(func.count()).select_from(ServiceNeed))
    assert entries == needs == 2 * _offers()


@pytest.mark.both_databases
def test_kill_9(app: Flask, tmp_path: Path) -> None:
    """Whole batches are kept or nothing of them; the same import again completes it."""
    file = save(tmp_path, csv_of(rows(ROWS)))
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "agencies", "import", str(file)],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "RUJUKAN_DATA_DIR": str(tmp_path),
            "RUJUKAN_SECRET_KEY": "test",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    late = time.monotonic() + 60
    while _offers() == 0 and process.poll() is None and time.monotonic() < late:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = _offers()
    assert 0 < kept <= ROWS
    _assert_whole()
    again = flask_agencies(app, "import", file)
    assert (counts(again).added, counts(again).unchanged) == (ROWS - kept, kept)
    _assert_whole()
