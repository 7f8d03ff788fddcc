"""Backups, shown by restoring them: on both databases, while somebody writes, after an erasure."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, func, inspect, select, text

from accounts.models import AuditEntry, SignedIn
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from core.backup import sqlite
from core.backup.container import CHUNK
from core.backup.database import back_up
from core.crypto import new_key
from core.db import db, write, writing
from core.keystore import keystore, keystore_of
from core.masters import spell_key
from core.outbox import OutboxRow
from referral.commands.case.cases import open_case
from referral.models import CaseFile
from referral.rules.person import key_name
from tests.conftest import fresh_url, is_postgresql, running
from tests.factories import make_offer
from tests.support.people import make_account, sign_in
from tests.support.story import load_sample, load_small_gazetteer

MakeApp = Callable[..., Flask]


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def done(app: Flask, *words: str | Path) -> str:
    result = run(app, *words)
    assert result.exit_code == 0, result.output
    return str(result.output)


def everything(app: Flask, url: str = "") -> dict[str, list[Any]]:
    """Every row of every table, past the models."""
    engine = create_engine(url or app.config["RUJUKAN"].url)
    try:
        with engine.connect() as connection:
            names = inspect(connection).get_table_names()
            return {
                name: sorted(
                    repr(tuple(row)) for row in connection.execute(text(f'select * from "{name}"'))
                )
                for name in names
            }
    finally:
        engine.dispose()


def make_case(name: str = "Siti Contoh", phone: str = "0812 3456 7890") -> CaseFile:
    agency = make_offer().service.agency_id
    actor = actor_of(make_account(Role.WORKER, agency_id=agency), strong=True)
    code = write(open_case, actor, agency_id=agency, person={"name": name, "phone": phone})
    return db.session.scalars(select(CaseFile).where(CaseFile.code == code)).one()


def cases() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CaseFile)) or 0


@pytest.mark.both_databases
class TestRestoring:
    def test_brings_back_every_row(self, app: Flask, tmp_path: Path) -> None:
        load_small_gazetteer(app)
        load_sample(app)
        make_case()
        before = everything(app)
        assert len(before["find_entry"]) > 20
        done(app, "backup", tmp_path / "b")
        make_case("Later")
        with writing():
            db.session.execute(text("delete from find_entry"))
        said = done(app, "restore", tmp_path / "b", "--yes")
        assert "sign" in said or "masuk" in said
        after = everything(app)
        assert len(after.pop("audit_entry")) == len(before.pop("audit_entry")) + 1
        assert after.pop("audit_head") != before.pop("audit_head")
        # A new era, so that no process answers from what it kept in memory.
        assert after.pop("find_generation") != before.pop("find_generation")
        assert after == before
        make_case("Afterwards")  # ids and sequences go on

    def test_ends_the_sessions_that_come_back(self, app: Flask, tmp_path: Path) -> None:
        client = app.test_client()
        sign_in(client, make_account(Role.WORKER, agency_id=make_offer().service.agency_id))
        assert client.get("/cases").status_code == 200
        done(app, "backup", tmp_path / "b")
        done(app, "restore", tmp_path / "b", "--yes")
        assert client.get("/cases").status_code == 302  # to sign in again
        db.session.rollback()
        assert db.session.scalars(select(SignedIn.ended_at)).all() != [None]

    def test_is_recorded(self, app: Flask, tmp_path: Path) -> None:
        done(app, "backup", tmp_path / "b")
        done(app, "restore", tmp_path / "b", "--yes")
        done(app, "backup", tmp_path / "c")
        db.session.rollback()
        actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        assert actions == ["backup.restored", "backup.written"]

    def test_asks_first(self, app: Flask, tmp_path: Path) -> None:
        done(app, "backup", tmp_path / "b")
        make_case()
        answer = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "b")], input="n\n")
        assert answer.exit_code == 1
        assert cases() == 1

    def test_an_erasure_after_the_backup_holds(self, app: Flask, tmp_path: Path) -> None:
        gone, stays = make_case("Siti", "0812 1111 1111"), make_case("Sri", "0812 2222 2222")
        gone_id, stays_id, code = gone.id, stays.id, gone.code
        done(app, "backup", tmp_path / "b")
        done(app, "keys", "erase", code, "--yes")
        done(app, "restore", tmp_path / "b", "--yes")
        db.session.rollback()
        db.session.expire_all()
        wiped = db.session.get_one(CaseFile, gone_id)
        assert wiped.erased_at
        assert wiped.name_sealed is wiped.phone_sealed is None
        assert db.session.get_one(CaseFile, stays_id).name_sealed
        assert keystore().existing(key_name(stays_id))
        assert keystore().erased_at(key_name(gone_id))

    def test_a_file_that_is_not_whole_changes_nothing(self, app: Flask, tmp_path: Path) -> None:
        make_case()
        with writing():  # what does not compress, so that there are many chunks
            for _ in range(200):
                db.session.add(OutboxRow(kind="x", facts={"bulk": secrets.token_hex(2000)}))
        done(app, "backup", tmp_path / "b")
        whole = (tmp_path / "b").read_bytes()
        assert len(whole) > 3 * CHUNK
        make_case("Later")
        before = everything(app)
        middle = len(whole) // 2
        changed = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        for wrong in (
            b"",
            b"SQLite format 3\0" + bytes(9000),
            whole[:200],
            whole[: len(whole) // 2],
            whole[:-1],
            changed,
            whole + b"x",
        ):
            (tmp_path / "wrong").write_bytes(wrong)
            answer = run(app, "restore", tmp_path / "wrong", "--yes")
            assert answer.exit_code == 1
            assert answer.output.strip().count("\n") == 0, answer.output
            assert "Traceback" not in answer.output
            assert everything(app) == before
        assert run(app, "restore", tmp_path / "absent", "--yes").exit_code == 1
        assert not list(tmp_path.glob(f"{sqlite.PREFIX}*"))

    def test_a_passphrase_opens_it_on_another_machine(
        self, make_app: MakeApp, tmp_path: Path, request: pytest.FixtureRequest, database: str
    ) -> None:
        app = make_app(backup_passphrase="correct horse battery staple")
        make_case()
        before = everything(app)["case_file"]
        done(app, "backup", tmp_path / "b")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        for passphrase, works in (
            ("", False),
            ("another long passphrase", False),
            ("correct horse battery staple", True),
        ):
            folder = elsewhere / (passphrase or "none")
            folder.mkdir()
            with (
                fresh_url(request, database, folder) as url,
                running(url, folder, backup_passphrase=passphrase) as other,
            ):
                answer = run(other, "restore", tmp_path / "b", "--yes")
                assert (answer.exit_code == 0) is works, answer.output
                assert (everything(other)["case_file"] == before) is works

    def test_the_key_of_the_store_opens_it_once_the_keys_are_back(
        self, make_app: MakeApp, tmp_path: Path, request: pytest.FixtureRequest, database: str
    ) -> None:
        master = spell_key(new_key())
        app = make_app(master_key=master)
        gone, stays = make_case("Siti"), make_case("Sri", "0812 9999 9999")
        gone_id, stays_id, code = gone.id, stays.id, gone.code
        done(app, "backup", tmp_path / "old")
        done(app, "keys", "backup", tmp_path / "kept")
        (kept,) = (tmp_path / "kept").iterdir()
        done(app, "keys", "erase", code, "--yes")
        done(app, "backup", tmp_path / "new")
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        with (
            fresh_url(request, database, folder) as url,
            running(url, folder, master_key=master) as other,
        ):
            assert run(other, "restore", tmp_path / "new", "--yes").exit_code == 1
            done(other, "keys", "restore", kept)
            # The backup of the keys is older than the erasure; the newer database knows of it.
            assert keystore_of(other).existing(key_name(gone_id))
            done(other, "restore", tmp_path / "new", "--yes")
            done(other, "keys", "repeat-erasures")
            assert keystore_of(other).erased_at(key_name(gone_id))
            assert keystore_of(other).existing(key_name(stays_id))
            done(other, "keys", "restore", kept)
            assert keystore_of(other).erased_at(key_name(gone_id))
            done(other, "restore", tmp_path / "old", "--yes")
            db.session.expire_all()
            assert db.session.get_one(CaseFile, gone_id).name_sealed is None

    def test_into_another_database(
        self, app: Flask, tmp_path: Path, request: pytest.FixtureRequest, database: str
    ) -> None:
        make_case()
        before = everything(app)
        done(app, "backup", tmp_path / "b")
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        with fresh_url(request, database, folder) as url:
            target = url if is_postgresql(url) else str(folder / "new" / "other.db")
            done(app, "restore", tmp_path / "b", "--into", target, "--yes")
            found = everything(app, url if is_postgresql(url) else f"sqlite:///{target}")
        assert found.pop("find_generation") != before.pop("find_generation")
        assert found == before
        assert (
            len(everything(app)["audit_entry"]) == len(before["audit_entry"]) + 1
        )  # backup.written

    def test_never_writes_over_a_file(self, app: Flask, tmp_path: Path) -> None:
        (tmp_path / "b").write_text("precious")
        assert run(app, "backup", tmp_path / "b").exit_code == 1
        assert (tmp_path / "b").read_text() == "precious"
        assert run(app, "backup", tmp_path / "no" / "such" / "folder").exit_code == 1

    def test_is_for_its_owner_alone(self, app: Flask, tmp_path: Path) -> None:
        done(app, "backup", tmp_path / "b")
        assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


@pytest.mark.both_databases
def test_a_backup_is_one_instant_while_somebody_writes(app: Flask, tmp_path: Path) -> None:
    """Each write adds two rows; no backup may hold one without the other."""
    stop = threading.Event()
    written: list[int] = []

    def keep_writing() -> None:
        with app.app_context():
            while not stop.is_set():
                with writing():
                    for half in ("left", "right"):
                        db.session.add(OutboxRow(kind=half, facts={"n": len(written)}))
                        db.session.flush()
                written.append(1)
            db.session.remove()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(4):
            at_start = len(written)
            done(app, "backup", tmp_path / f"b{number}")
            assert len(written) > at_start, "nobody wrote meanwhile: this shows nothing"
    finally:
        stop.set()
        writer.join()
    for number in range(4):
        done(app, "restore", tmp_path / f"b{number}", "--yes")
        db.session.rollback()
        counts = dict(
            db.session.execute(select(OutboxRow.kind, func.count()).group_by(OutboxRow.kind)).all()  # type: ignore[arg-type]
        )
        assert counts.get("left") == counts.get("right")


def test_readers_and_writers_survive_a_restore(app: Flask, tmp_path: Path) -> None:
    """SQLite: whoever is connected sees the former state or the restored one, and goes on."""
    make_case()
    done(app, "backup", tmp_path / "b")
    make_case("Later")
    path = app.config["RUJUKAN"].url.removeprefix("sqlite:///")
    reader = sqlite3.connect(path)
    assert reader.execute("select count(*) from case_file").fetchone() == (2,)
    done(app, "restore", tmp_path / "b", "--yes")
    assert reader.execute("select count(*) from case_file").fetchone() == (1,)
    assert reader.execute("pragma integrity_check").fetchone() == ("ok",)
    reader.close()
    make_case("Afterwards")


def test_a_restore_that_dies_leaves_what_was_there(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step of replacing the file."""
    make_case()
    done(app, "backup", tmp_path / "b")
    make_case("Later")
    before = everything(app)
    for step in ("_check", "_finish", "_replace"):
        with monkeypatch.context() as patch:
            patch.setattr(sqlite, step, _die)
            assert run(app, "restore", tmp_path / "b", "--yes").exit_code != 0
        assert everything(app) == before


def _die(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_backup_of_a_newer_version_is_refused(app: Flask, tmp_path: Path) -> None:
    with writing():
        revision = db.session.scalar(text("select version_num from alembic_version"))
        db.session.execute(text("update alembic_version set version_num = '9999'"))
    done(app, "backup", tmp_path / "b")
    with writing():
        db.session.execute(text("update alembic_version set version_num = :r"), {"r": revision})
    assert run(app, "restore", tmp_path / "b", "--yes").exit_code == 1
    assert db.session.scalar(text("select version_num from alembic_version")) == revision


def test_a_backup_of_an_older_version_comes_back_and_is_upgraded(
    app: Flask, tmp_path: Path
) -> None:
    db.session.remove()
    downgrade(revision="0009")
    back_up(tmp_path / "b")
    upgrade()
    done(app, "restore", tmp_path / "b", "--yes")
    upgrade()
    make_case()


class TestBackupsOfTheKeys:
    def test_an_erasure_replaces_the_older_ones(self, make_app: MakeApp, tmp_path: Path) -> None:
        folder = tmp_path / "kept"
        app = make_app(keys_backup_dir=str(folder))
        case = make_case()
        name, code = key_name(case.id), case.code
        for _ in range(3):
            done(app, "keys", "backup")
        assert len(list(folder.iterdir())) == 3
        done(app, "keys", "erase", code, "--yes")
        (left,) = folder.iterdir()
        (tmp_path / "keys" / "keys.db").unlink()
        done(app, "keys", "restore", left)
        assert keystore().erased_at(name)

    def test_what_was_erased_there_is_erased_here(self, app: Flask, tmp_path: Path) -> None:
        case = make_case()
        name, code = key_name(case.id), case.code
        old = keystore().rows()
        done(app, "keys", "erase", code, "--yes")
        done(app, "keys", "backup", tmp_path / "kept")
        (kept,) = (tmp_path / "kept").iterdir()
        wrapped = next(row.wrapped for row in old[1] if row.name == name)
        with keystore().writing() as store:
            store.execute(
                "update key set wrapped = ?, erased_at = null where name = ?", (wrapped, name)
            )
        done(app, "keys", "restore", kept)
        assert keystore().erased_at(name)

    def test_other_keys_of_the_same_names_are_not_mixed(self, app: Flask, tmp_path: Path) -> None:
        case = make_case()
        name = key_name(case.id)
        done(app, "keys", "backup", tmp_path / "kept")
        (kept,) = (tmp_path / "kept").iterdir()
        (tmp_path / "keys" / "keys.db").unlink()
        other = keystore().key(name)
        answer = run(app, "keys", "restore", kept)
        assert answer.exit_code == 1
        assert keystore().existing(name) == other

    def test_a_rotation_closes_older_ones(self, app: Flask, tmp_path: Path) -> None:
        make_case()
        done(app, "keys", "backup", tmp_path / "kept")
        (kept,) = (tmp_path / "kept").iterdir()
        done(app, "keys", "rotate")
        assert run(app, "keys", "restore", kept).exit_code == 1

    def test_a_backup_of_the_database_survives_a_rotation(self, app: Flask, tmp_path: Path) -> None:
        make_case()
        done(app, "backup", tmp_path / "b")
        done(app, "keys", "rotate")
        done(app, "restore", tmp_path / "b", "--yes")
        assert cases() == 1

    def test_a_wrong_file_is_refused(self, app: Flask, tmp_path: Path) -> None:
        done(app, "backup", tmp_path / "b")
        done(app, "keys", "backup", tmp_path / "kept")
        (kept,) = (tmp_path / "kept").iterdir()
        (tmp_path / "x").write_bytes(kept.read_bytes()[:-1])
        for wrong in (tmp_path / "b", tmp_path / "x"):
            assert run(app, "keys", "restore", wrong).exit_code == 1
        assert run(app, "restore", kept, "--yes").exit_code == 1

    def test_status_says_what_is_wrong(self, make_app: MakeApp, tmp_path: Path) -> None:
        app = make_app(language="en")
        make_case()
        assert "case" in done(app, "keys", "status")
        (tmp_path / "keys" / "keys.db").chmod(0o644)
        answer = run(app, "keys", "status")
        assert answer.exit_code == 1
        assert "Others may read" in answer.output
