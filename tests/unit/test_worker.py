"""The outbox loses nothing and the worker comes round."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from core import outbox, worker
from core.clock import now
from core.db import db, write, writing
from core.outbox import MOST_TRIES, OutboxRow, do_due_rows, lease, put, register_job
from core.settings import ROOT

pytestmark = pytest.mark.both_databases

done: list[int] = []


@pytest.fixture(autouse=True)
def job() -> Iterator[None]:
    """A job that notes what it did, and one that fails."""

    def fail(**_facts: Any) -> None:
        raise RuntimeError("the text of an error may quote a person")

    done.clear()
    register_job("test.note", lambda number: done.append(number))
    register_job("test.fail", fail)
    yield
    outbox._jobs.pop("test.note")
    outbox._jobs.pop("test.fail")


def _put(kind: str = "test.note", count: int = 1, **facts: Any) -> None:
    with writing():
        for number in range(count):
            put(kind, number=number, **facts)


def _rows() -> list[OutboxRow]:
    db.session.rollback()
    return list(db.session.query(OutboxRow).order_by(OutboxRow.id))


def test_rows_are_done_once(app: Flask) -> None:
    """Each in its turn, and not again."""
    _put(count=5)
    assert do_due_rows() == 5
    assert do_due_rows() == 0
    assert sorted(done) == [0, 1, 2, 3, 4]
    assert all(row.done_at for row in _rows())


def test_nothing_is_sent_for_a_command_that_failed(app: Flask) -> None:
    """The row is part of the transaction that wanted it."""

    def fail_after_putting() -> None:
        put("test.note", number=1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail_after_putting)
    assert do_due_rows() == 0


def test_an_unknown_kind_fails_at_once(app: Flask) -> None:
    """Not at night, in the worker."""
    with pytest.raises(KeyError), writing():
        put("test.mistyped")


def test_a_failing_row_waits_longer_each_time_and_is_given_up(app: Flask) -> None:
    """Pauses double; in the end somebody must look. The error's text is not kept."""
    _put("test.fail")
    pauses = []
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(MOST_TRIES):
            assert do_due_rows() == 1
            row = _rows()[0]
            pauses.append((row.due_at - now()).total_seconds())
            clock.move_to(row.due_at + timedelta(seconds=1))
        assert do_due_rows() == 0
    assert pauses[:4] == [10, 20, 40, 80]
    assert max(pauses) == 3600
    row = _rows()[0]
    assert row.given_up_at is not None
    assert row.last_error == "RuntimeError"


def test_a_leased_row_is_nobody_elses_until_the_lease_ends(app: Flask) -> None:
    """A worker that died in the middle loses nothing."""
    _put()
    assert len(write(lease)) == 1
    assert do_due_rows() == 0
    with time_machine.travel(now() + timedelta(minutes=3)):
        assert do_due_rows() == 1
    assert done == [0]


def test_a_duty_comes_round(app: Flask) -> None:
    """Not before its time, and again after it."""
    runs: list[int] = []
    worker.register_duty("test.duty", timedelta(hours=1), lambda: runs.append(1))
    try:
        worker.one_round()
        worker.one_round()
        assert len(runs) == 1
        with time_machine.travel(now() + timedelta(hours=2)):
            worker.one_round()
        assert len(runs) == 2
    finally:
        worker._duties.pop("test.duty")


def test_the_heartbeat_shows(app: Flask) -> None:
    """`/healthz` says whether a worker is there."""
    client = app.test_client()
    assert client.get("/healthz").get_json()["worker"] == "missing"
    worker.one_round()
    assert client.get("/healthz").get_json()["worker"] == "alive"
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert client.get("/healthz").get_json()["worker"] == "missing"


def test_a_real_worker_works_and_stops(app: Flask, tmp_path: Path) -> None:
    """`flask worker` as a process: heartbeat, then SIGTERM ends it cleanly."""
    url = db.engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": url, "RUJUKAN_DATA_DIR": str(tmp_path)}
    environment["RUJUKAN_DEMO"] = "1"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _alive() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _alive()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        process.wait()


def _alive() -> bool:
    db.session.rollback()
    return worker.is_alive()
