"""PostgreSQL as docs/operate.md sets it up: an owner who is no superuser, and two roles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.rules.rights import Role
from core import worker
from core.db import COMMANDS, WEB, db, writing
from tests.conftest import fresh_url, running
from tests.factories import make_offer
from tests.support.people import make_account

MASTER = "A" * 43 + "="


@dataclass(frozen=True)
class Server:
    """A database as `deploy/database.sql` makes it, and the surroundings of each role."""

    url: str
    folder: Path

    @contextmanager
    def app(self, role: str, **settings: Any) -> Iterator[Flask]:
        """The app as one of the three roles."""
        url = make_url(self.url).set(username=f"op_{role}")
        given = {"keys_dir": str(self.folder / "keys"), "master_key": MASTER, "demo": False}
        address = url.render_as_string(hide_password=False)
        with running(address, self.folder, **{**given, **settings}) as app:
            yield app

    def run(self, role: str, *words: str | Path) -> Result:
        """A command, as one of the three roles."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FLASK_RUN_FROM_CLI", "true")
            with self.app(role) as app:
                return app.test_cli_runner().invoke(args=[str(word) for word in words])

    def wrong(self, role: str) -> dict[str, str]:
        """What the doctor says is wrong, by check."""
        lines = self.run(role, "doctor").output.splitlines()
        said = [line.removeprefix("WRONG").strip() for line in lines if line.startswith("WRONG")]
        return dict(line.split(": ", 1) for line in said)


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="module")
def empty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Roles and an empty database of theirs; the tables are for the owner to make."""
    tmp_path = tmp_path_factory.mktemp("operating")
    with fresh_url(request, "postgresql", tmp_path) as url:
        name = f"{make_url(url).database}_op"
        roles = ("op_owner", "op_web", "op_worker")
        _administer(
            url,
            *(f"create role {role} login" for role in roles),
            f"create database {name} owner op_owner encoding 'UTF8' template template0",
            f"revoke all on database {name} from public",
            f"grant connect on database {name} to op_web, op_worker",
        )
        try:
            found = make_url(url).set(database=name).render_as_string(hide_password=False)
            yield Server(found, tmp_path)
        finally:
            _administer(
                url,
                f"drop database {name} with (force)",
                *(f"drop role {role}" for role in roles),
            )


@pytest.fixture(scope="module")
def server(empty: Server) -> Server:
    """Migrated and granted, as section 5 says."""
    with empty.app("owner"):
        upgrade()
    granted = empty.run("owner", "walls", "grant", "--web", "op_web", "--worker", "op_worker")
    assert granted.exit_code == 0, granted.output
    assert empty.run("owner", "walls", "check").exit_code == 0
    return empty


def test_somebody_signs_in_before_the_walls(server: Server) -> None:
    """The owner's function finds whose session it is, and leaves the asker who they were."""
    with server.app("worker"):
        agency = make_offer().service.agency_id
        account = make_account(Role.WORKER, agency_id=agency)
        email = account.email
        with writing():
            token = begin_session(account, strong=True)
    with server.app("web") as app:
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        assert email in client.get("/account").text
        kind = text(
            "select current_setting('rujukan.kind', true), wall_account_of_session('x'),"
            " current_setting('rujukan.kind', true)"
        )
        db.session.rollback()
        before, nobody, after = db.session.execute(kind).one()
        assert (before, nobody) == (after, None)


def test_the_doctor_knows_who_asks(server: Server) -> None:
    """The worker's role is right for it, the web's sees too little, the owner's may too much."""
    with server.app("worker"):
        worker.one_round()
    assert not {"database role", "walls", "worker"} & set(server.wrong("worker"))
    assert "held by the walls" in server.wrong("web")["walls"]
    assert "owner" in server.wrong("owner")["database role"]


def test_the_doctor_sees_a_web_that_no_wall_stops(server: Server) -> None:
    """Somebody gave the web the worker's address of the database."""
    url = make_url(server.url)
    for role, found in (("op_web", False), ("op_worker", True)):
        engine = create_engine(url.set(username=role), connect_args={"application_name": WEB})
        with engine.connect() as connection:
            connection.execute(text("select 1"))
            assert ("walls" in server.wrong("worker")) is found
        engine.dispose()


def test_a_process_says_what_it_is(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """By this name the doctor tells the web from commands."""
    for flag, name in (("true", COMMANDS), ("", WEB)):
        monkeypatch.setitem(os.environ, "FLASK_RUN_FROM_CLI", flag)
        with server.app("worker"):
            assert db.session.scalar(text("show application_name")) == name


def test_the_doctor_sees_what_was_not_granted(server: Server) -> None:
    """After an upgrade, the new tables."""
    _administer(server.url, "create table newer (id int)")
    try:
        assert "newer" in server.wrong("worker")["walls"]
    finally:
        _administer(server.url, "drop table newer")


def test_a_worker_that_the_walls_hold_ends(server: Server) -> None:
    """It would seem alive and send nothing."""
    with server.app("web"), pytest.raises(SystemExit, match="flask walls grant"):
        worker.run_forever()


def test_a_backup_by_the_worker_a_restore_by_the_owner(server: Server) -> None:
    """Into the same tables here; nobody else may do either."""
    with server.app("worker"):
        make_offer()
        db.session.commit()
    file = server.folder / "b"
    assert server.run("web", "backup", file).exit_code == 1
    assert not file.exists()
    done = server.run("worker", "backup", file)
    assert done.exit_code == 0, done.output
    refused = server.run("worker", "restore", file, "--yes")
    assert refused.exit_code == 1
    done = server.run("owner", "restore", file, "--yes")
    assert done.exit_code == 0, done.output
    assert "walls" not in server.wrong("worker")
