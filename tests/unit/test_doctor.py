"""`flask doctor`: each fault is found and said with what to do, and a sound server is sound."""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from core import doctor, worker
from core.checks import disk, program, site
from core.clock import now
from core.db import WRITES, db, writing
from core.outbox import OutboxRow
from tests.conftest import MakeApp
from tests.support.audit import attacker, fill, run
from tests.support.smtp import mail_server

MASTER = "A" * 43 + "="


def _sound(tmp_path: Path) -> dict[str, Any]:
    """Settings of a server in good order."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    (data / "last_backup").write_text(now().isoformat())
    return {
        "demo": False,
        "data_dir": data,
        "keys_dir": str(tmp_path / "keys"),
        "master_key": MASTER,
        "witness_dir": str(tmp_path / "witness"),
        "secure_cookies": True,
        "trusted_proxies": 1,
        "site_url": "https://rujukan.example",
    }


def _wrong(app: Flask) -> dict[str, str]:
    """What is wrong, by check, with its remedy: as the command says it."""
    told = run(app, "doctor")
    lines = told.output.splitlines()
    found = {
        line.split(": ")[0].removeprefix("WRONG").strip(): f"{line} {after}"
        for line, after in pairwise(lines)
        if line.startswith("WRONG")
    }
    assert told.exit_code == (1 if found else 0), told.output
    return found


@pytest.fixture(autouse=True)
def well_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site and what was installed have tests of their own, in test_doctor_outside.py."""
    monkeypatch.setattr(site, "site", lambda _settings: [])
    monkeypatch.setattr(program, "packages", lambda _settings: [])
    monkeypatch.setattr(program, "front_end", lambda _settings: [])


@pytest.fixture(autouse=True)
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Catalogues of the test's own: whether ours are compiled is not what is tested here."""
    folder = tmp_path / "translations" / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text("")
    (folder / "messages.mo").write_text("")
    monkeypatch.setattr(disk, "CATALOGUES", tmp_path / "translations")
    return folder


def test_a_sound_server_is_in_order(make_app: MakeApp, tmp_path: Path) -> None:
    """Nothing to do, exit status 0."""
    app = make_app(**_sound(tmp_path))
    fill(1)
    worker.one_round()
    assert _wrong(app) == {}
    assert "Everything is in order." in run(app, "doctor").output


@pytest.mark.parametrize(
    ("setting", "value", "check", "remedy"),
    [
        ("demo", True, "demo", "RUJUKAN_DEMO"),
        ("site_url", "", "address", "RUJUKAN_SITE_URL"),
        ("site_url", "http://rujukan.example", "address", "https://"),
        ("trusted_proxies", 0, "https", "RUJUKAN_TRUSTED_PROXIES"),
        ("witness_dir", "", "witness", "RUJUKAN_WITNESS_DIR"),
        ("witness_dir", "/proc/nothing", "folders", "chown"),
        ("data_dir", "within", "witness", "RUJUKAN_WITNESS_DIR"),
    ],
)
def test_a_wrong_setting(
    make_app: MakeApp, tmp_path: Path, setting: str, value: Any, check: str, remedy: str
) -> None:
    """Each is named with the variable that mends it."""
    good = _sound(tmp_path)
    given = {**good, setting: value}
    if value == "within":
        given = {**good, "witness_dir": str(good["data_dir"] / "witness")}
    app = make_app(**given)
    if setting != "witness_dir" or value == "":
        worker.one_round()
    found = _wrong(app)
    assert check in found
    assert remedy in found[check]


def test_keys_that_others_may_read(make_app: MakeApp, tmp_path: Path) -> None:
    """The folder and each file in it."""
    app = make_app(**_sound(tmp_path))
    worker.one_round()
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    assert "keys" not in _wrong(app)
    (keys / "keys.db").touch()
    (keys / "keys.db").chmod(0o644)
    assert "chmod 600" in _wrong(app)["keys"]
    (keys / "keys.db").chmod(0o600)
    keys.chmod(0o755)
    assert "chmod 700" in _wrong(app)["keys"]


def test_a_master_key_beside_the_data(make_app: MakeApp, tmp_path: Path) -> None:
    """Whoever copies the disk has both; elsewhere, or from outside, is well."""
    given = {**_sound(tmp_path), "master_key": ""}
    app = make_app(**{**given, "keys_dir": str(given["data_dir"] / "keys")})
    worker.one_round()
    assert "RUJUKAN_MASTER_KEY" in _wrong(app)["keys"]


def test_a_data_folder_open_to_others(make_app: MakeApp, tmp_path: Path) -> None:
    """The database lies in it."""
    app = make_app(**_sound(tmp_path))
    worker.one_round()
    (tmp_path / "data").chmod(0o755)
    assert "chmod 700" in _wrong(app)["folders"]


@pytest.mark.parametrize("mark", [None, "soon", "old", "future", "naive"])
def test_backups(make_app: MakeApp, tmp_path: Path, mark: str | None) -> None:
    """Never made, unreadable, too old, from tomorrow."""
    app = make_app(**_sound(tmp_path))
    worker.one_round()
    assert "backup" not in _wrong(app)
    path = tmp_path / "data" / "last_backup"
    texts = {
        "soon": "soon",
        "old": (now() - timedelta(hours=30)).isoformat(),
        "future": (now() + timedelta(hours=30)).isoformat(),
        "naive": "2026-11-21T10:00:00",
    }
    path.unlink() if mark is None else path.write_text(texts[mark])
    assert "flask backup" in _wrong(app)["backup"]


def test_catalogues(make_app: MakeApp, tmp_path: Path, compiled: Path) -> None:
    """Older than their source, or not compiled at all."""
    app = make_app(**_sound(tmp_path))
    worker.one_round()
    os.utime(compiled / "messages.mo", (1, 1))
    assert "pybabel compile" in _wrong(app)["languages"]
    (compiled / "messages.mo").unlink()
    assert "English" in _wrong(app)["languages"]


@pytest.mark.both_databases
def test_no_worker(make_app: MakeApp, tmp_path: Path) -> None:
    """Never seen, or not lately."""
    app = make_app(**_sound(tmp_path))
    assert "rujukan-worker" in _wrong(app)["worker"]
    worker.one_round()
    assert "worker" not in _wrong(app)
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert "worker" in _wrong(app)


@pytest.mark.both_databases
def test_something_given_up(make_app: MakeApp, tmp_path: Path) -> None:
    """After all its tries somebody must look."""
    app = make_app(**_sound(tmp_path))
    with writing():
        db.session.add(OutboxRow(kind="mail", facts={}, given_up_at=now()))
    assert "1 of kind mail" in _wrong(app)["outbox"]


@pytest.mark.both_databases
def test_a_clock_that_went_back(make_app: MakeApp, tmp_path: Path) -> None:
    """The worker's rows are from the future; on PostgreSQL the server's clock is asked."""
    app = make_app(**_sound(tmp_path))
    worker.one_round()
    with time_machine.travel(now() - timedelta(hours=1)):
        assert "timedatectl" in _wrong(app)["clock"]


@pytest.mark.both_databases
def test_a_database_that_is_not_migrated(make_app: MakeApp, tmp_path: Path) -> None:
    """The remedy is the command."""
    app = make_app(**_sound(tmp_path))
    _execute("update alembic_version set version_num = '0003'")
    assert "db upgrade" in _wrong(app)["database"]
    _execute("drop table alembic_version")
    assert "migration none" in _wrong(app)["database"]


def test_a_database_that_does_not_answer(make_app: MakeApp, tmp_path: Path) -> None:
    """One sentence, no traceback, and the other checks still speak."""
    app = make_app(**_sound(tmp_path))
    worker.one_round()
    db.session.remove()
    db.engine.dispose()
    (tmp_path / "rujukan.db").unlink()
    (tmp_path / "rujukan.db").mkdir()
    found = _wrong(app)
    assert "DATABASE_URL" in found["database"]
    assert "could not be checked" in found["worker"]
    assert "https" not in found


@pytest.mark.both_databases
def test_an_unlocked_audit(make_app: MakeApp, tmp_path: Path) -> None:
    """Somebody removed the triggers."""
    app = make_app(**_sound(tmp_path))
    assert "audit" not in _wrong(app)
    with attacker():
        pass
    assert "flask audit verify" in _wrong(app)["audit"]


@pytest.mark.both_databases
def test_a_witness_that_is_not_told(make_app: MakeApp, tmp_path: Path) -> None:
    """Heads that are older than two rounds and in no file."""
    app = make_app(**_sound(tmp_path))
    with time_machine.travel(now() - timedelta(hours=1)):
        fill(1)
    assert "1 chains" in _wrong(app)["witness"]
    worker.one_round()
    assert "witness" not in _wrong(app)


@pytest.mark.both_databases
def test_a_role_that_owns_the_tables(make_app: MakeApp, tmp_path: Path) -> None:
    """On PostgreSQL; the tests' own role is a superuser."""
    found = _wrong(make_app(**_sound(tmp_path)))
    if db.engine.dialect.name == "postgresql":
        assert "owns nothing" in found["database role"]
        _execute("create role modest")
        _execute("grant pg_read_all_data, pg_write_all_data to modest")
        db.session.rollback()
        db.session.execute(text("set local role modest"))
        db.session.execute(text("select current_user"))
        (finding,) = doctor._checks["database role"](None)  # type: ignore[arg-type]
        assert not finding.is_wrong
        db.session.rollback()
        _execute("drop role modest")
    else:
        assert "database role" not in found


def test_the_mail_server(make_app: MakeApp, tmp_path: Path) -> None:
    """It answers, it refuses, it is not there."""
    with mail_server() as server:
        given = {"mail_server": "127.0.0.1", "mail_port": server.port, "mail_security": "none"}
        app = make_app(**_sound(tmp_path), mail_from="a@example.org", **given)
        worker.one_round()
        assert "mail" not in _wrong(app)
    assert "RUJUKAN_MAIL_SERVER" in _wrong(app)["mail"]


def test_a_mail_server_without_the_protection_that_was_asked_for(
    make_app: MakeApp, tmp_path: Path
) -> None:
    """STARTTLS is asked for and not offered: nothing goes out in the clear."""
    with mail_server() as server:
        given = {"mail_server": "127.0.0.1", "mail_port": server.port}
        app = make_app(**_sound(tmp_path), mail_from="a@example.org", **given)
        assert "does not take us in" in _wrong(app)["mail"]


def test_upper_rooms_add_their_checks(app: Flask) -> None:
    """And a check that fails hides no other."""

    def fail(_settings: object) -> list[doctor.Finding]:
        raise RuntimeError("postgresql://user:password@host")

    doctor.register_check("test", fail)
    try:
        told = run(app, "doctor").output
    finally:
        doctor._checks.pop("test")
    assert "WRONG  test: could not be checked (RuntimeError)" in told
    assert "password@" not in told


def _execute(statement: str) -> None:
    db.session.rollback()
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(text(statement))
        connection.commit()


def test_proxies_and_cookies(make_app: MakeApp, tmp_path: Path) -> None:
    """Behind a believed proxy HTTPS is seen, cookies are secure, browsers stay with HTTPS."""
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    app = make_app(**_sound(tmp_path))
    answer = app.test_client().get("/?lang=en", headers=headers)
    assert "Strict-Transport-Security" in answer.headers
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)


def test_nobody_is_believed_without_a_setting(make_app: MakeApp, tmp_path: Path) -> None:
    """A header is only a header."""
    app = make_app(**{**_sound(tmp_path), "trusted_proxies": 0})
    answer = app.test_client().get("/?lang=en", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in answer.headers
