"""A throw-away PostgreSQL for the tests of one process.

It is made when the first test asks for a database, listens on a socket in its own folder and on
no port, and writes nothing durably. With pytest-xdist each worker has its own: about two seconds
each, and nothing to lock or to share.

A guardian process waits at the other end of a pipe. When the test process ends, however it ends
(kill -9 included), the pipe closes, and the guardian stops the server and removes the folder.
"""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.support.missing import require_program

OWNER = "rujukan"
# No durability, no port, memory that any container has, room for tests of races.
SETTINGS = {
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "wal_level": "minimal",
}
# Files are copied, as before version 15: through the log it takes four times as long.
COPY = sql.SQL(" STRATEGY FILE_COPY")
GUARDIAN = 'read -r _; "$1/pg_ctl" stop --silent --mode=immediate --pgdata="$2/data"; rm -rf "$2"'


class Cluster:
    """A running PostgreSQL server that goes away with this process."""

    def __init__(self) -> None:
        self._programs = require_program("postgresql")
        self._person = _unprivileged()
        self._numbers = itertools.count(1)
        # As root, where the other user may go too: TMPDIR may be root's own.
        self.folder = Path(tempfile.mkdtemp(prefix="rujukan-pg-", dir="/tmp" if _root() else None))
        if _root():
            os.chown(self.folder, self._person["user"], self._person["group"])
        self._guardian = self._guard()
        atexit.register(self.stop)
        self._initialise()
        self._start()

    def stop(self) -> None:
        """Stop the server and remove its folder; nothing happens the second time."""
        if self._guardian.stdin and not self._guardian.stdin.closed:
            self._guardian.stdin.close()
            self._guardian.wait(timeout=30)

    def url(self, database: str = "postgres", user: str = OWNER) -> str:
        """An SQLAlchemy URL; the owner is a superuser, whom row-level security does not stop."""
        where = {"host": str(self.folder), "port": "5432"}
        url = URL.create("postgresql+psycopg", username=user, database=database, query=where)
        return url.render_as_string()

    def new_database(self, template: str = "template0") -> str:
        """The URL of a new database, empty or a copy of one that nobody is connected to."""
        name = f"test_{next(self._numbers)}"
        source = make_url(template).database if "://" in template else template
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(source or "")), COPY)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database and cut its connections."""
        name = sql.Identifier(make_url(url).database or "")
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _execute(self, statement: sql.Composed, since_15: sql.SQL | None = None) -> None:
        with psycopg.connect(
            host=str(self.folder), port=5432, user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            if since_15 is not None and connection.info.server_version >= 15_00_00:
                statement += since_15
            connection.execute(statement)

    def _guard(self) -> subprocess.Popen[bytes]:
        command = ["/bin/sh", "-c", GUARDIAN, "guardian", str(self._programs), str(self.folder)]
        # Its own session: Ctrl-C in the terminal must not end the one who cleans up.
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._person,
        )

    def _initialise(self) -> None:
        self._run(
            "initdb",
            f"--pgdata={self.folder / 'data'}",
            f"--username={OWNER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        lines = (f"{name} = '{value}'\n" for name, value in self._settings().items())
        with (self.folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.writelines(lines)

    def _start(self) -> None:
        data, log = self.folder / "data", self.folder / "log"
        self._run("pg_ctl", "start", "--wait", "--silent", f"--pgdata={data}", f"--log={log}")

    def _settings(self) -> Mapping[str, str]:
        return {**SETTINGS, "unix_socket_directories": str(self.folder)}

    def _run(self, program: str, *arguments: str) -> None:
        # To a file, not a pipe: the server inherits it and would keep a pipe open.
        with (self.folder / f"{program}.out").open("w+") as output:
            done = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
                check=False,
                **self._person,
            )
            if done.returncode:
                output.seek(0)
                log = self.folder / "log"
                said = output.read() + (log.read_text() if log.exists() else "")
                self.stop()
                raise RuntimeError(f"PostgreSQL's {program} failed:\n{said}")


def _root() -> bool:
    return os.geteuid() == 0


def _unprivileged() -> dict[str, Any]:
    """Whom to run as: PostgreSQL refuses root. Empty when we are somebody else already."""
    if not _root():
        return {}
    people = {person.pw_name: person for person in pwd.getpwall()}
    person = people.get("postgres") or people["nobody"]
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


@cache
def cluster() -> Cluster:
    """This process's server, started at the first call; skips the test where there is none."""
    return Cluster()


@contextmanager
def fresh_database(template: str = "template0") -> Iterator[str]:
    """The URL of a database of one's own, dropped at the end."""
    url = cluster().new_database(template)
    try:
        yield url
    finally:
        cluster().drop_database(url)
