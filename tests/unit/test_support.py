"""The tests' own support does what other tests rely on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from scripts import demo, needs
from scripts.common import ROOT
from tests.support.browser import serve
from tests.support.missing import MARK, cannot_run, require_shared
from tests.support.postgres import cluster, fresh_database
from tests.support.summary import summary

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def hello(_environment: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The smallest app."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<!doctype html><title>Halo</title><h1>Halo</h1>"]


def runs(process: int) -> bool:
    """Whether a process runs; one that ended and waits to be buried has no command line."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    except OSError:
        return False


class TestMissing:
    def test_skips_on_a_persons_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception, match="Could not run here: no ink"):
            cannot_run("no ink")

    def test_fails_in_ci(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="Could not run here: no ink"):
            cannot_run("no ink")

    def test_shared_data_may_be_elsewhere(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("RUJUKAN_SHARED", str(tmp_path))
        (tmp_path / "a.csv").touch()
        assert require_shared("a.csv") == tmp_path / "a.csv"

    def test_absent_shared_file_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.delenv("CI", raising=False)
        monkeypatch.setenv("RUJUKAN_SHARED", str(tmp_path))
        with pytest.raises(pytest.skip.Exception, match=r"b\.csv"):
            require_shared("b.csv")

    def test_summary_counts_each_reason(self) -> None:
        def skipped(reason: str) -> pytest.CollectReport:
            return pytest.CollectReport("id", "skipped", ("file.py", 1, f"Skipped: {reason}"), None)

        reports = [skipped(f"{MARK}no ink"), skipped(f"{MARK}no ink"), skipped("on Tuesdays")]
        assert summary(reports) == ["Could not run here: no ink (2 skipped)"]


class TestNeeds:
    def test_newest_postgres_is_taken(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for version, programs in {"9.6": 3, "15": 3, "17": 2}.items():
            folder = tmp_path / version / "bin"
            folder.mkdir(parents=True)
            for program in needs.POSTGRES_PROGRAMS[:programs]:
                (folder / program).touch()
        monkeypatch.setattr(needs, "DEBIAN_POSTGRES", tmp_path)
        assert needs.find_postgres() == tmp_path / "15" / "bin"


class TestPostgres:
    def test_databases_are_apart_and_gone_at_the_end(self) -> None:
        with fresh_database() as one, fresh_database() as two:
            engine = create_engine(one, poolclass=NullPool)
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE t (x int)"))
            with create_engine(two, poolclass=NullPool).connect() as connection:
                assert connection.scalar(text("SELECT to_regclass('t')")) is None
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(one.replace("+psycopg", ""))

    def test_database_can_be_copied(self) -> None:
        with fresh_database() as original:
            with create_engine(original, poolclass=NullPool).begin() as connection:
                connection.execute(text("CREATE TABLE t AS SELECT 7 AS x"))
            with (
                fresh_database(template=original) as copy,
                create_engine(copy, poolclass=NullPool).connect() as connection,
            ):
                assert connection.scalar(text("SELECT x FROM t")) == 7

    def test_no_port_is_open(self) -> None:
        with create_engine(cluster().url(), poolclass=NullPool).connect() as connection:
            assert connection.scalar(text("SHOW listen_addresses")) == ""

    def test_killed_tests_leave_nothing_behind(self) -> None:
        cluster()  # skips where there is no PostgreSQL
        victim = (
            "from tests.support.postgres import cluster\n"
            "print(cluster().folder, flush=True)\n"
            "input()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", victim],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            folder = Path(process.stdout.readline().strip())
            server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
            process.kill()
        late = time.monotonic() + 20
        while (folder.exists() or runs(server)) and time.monotonic() < late:
            time.sleep(0.1)
        assert not folder.exists()
        assert not runs(server)


class TestServing:
    def test_served_app_answers_and_its_port_is_freed(self) -> None:
        with serve(hello) as address:
            with urllib.request.urlopen(address) as answer:
                assert b"Halo" in answer.read()
            port = int(address.rpartition(":")[2])
        demo.refuse_taken(port)


class TestDemo:
    def test_taken_port_is_said_in_one_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        with socket.socket() as other:
            other.bind((demo.HOST, 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(SystemExit):
                demo.refuse_taken(port)
        said = capsys.readouterr().err
        assert said.startswith(f"Port {port} cannot be used")
        assert said.count("\n") == 1

    @pytest.mark.parametrize("text", ["", "0", "65536", "http", "80 00", "²"])
    def test_port_is_a_number(self, text: str) -> None:
        with pytest.raises(SystemExit):
            demo.read_port(text)

    def test_shells_own_database_is_never_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://real/people")
        monkeypatch.setenv("RUJUKAN_DATA_DIR", "/srv/real")
        environment = demo.demo_environment(8000)
        assert environment["DATABASE_URL"] == ""
        assert environment["RUJUKAN_DATA_DIR"] == str(ROOT / "var")

    def test_the_past_is_written_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(demo, "DATA", tmp_path)
        assert demo.preparation() == (*demo.PREPARATION, demo.PAST)
        (tmp_path / "simulation").mkdir()
        (tmp_path / "simulation" / "1.json").touch()
        assert demo.preparation() == demo.PREPARATION

    def test_end_of_one_process_ends_the_other(self, tmp_path: Path) -> None:
        note = tmp_path / "pid"
        waits = f"sleep 300 & echo $! > {note}; wait"
        fails = f"until [ -s {note} ]; do sleep 0.05; done; exit 3"
        assert demo.run([waits, fails], os.environ) == 3
        assert not runs(int(note.read_text()))
