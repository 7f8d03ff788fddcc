"""Every command of `flask`: what it printed, and what it wrote."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from core import worker
from core.backup.container import MAGIC, read_header, read_plain
from core.backup.database import KIND
from core.backup.frames import frames
from core.backup.passphrase import unlock
from core.db import Base, db
from core.hashing import matches
from core.keystore import keystore
from tests.support.worlds.commands import COMMANDS, check_spoken_of, words_for, write_files
from tests.support.worlds.making import World, copied, overheard
from tests.support.worlds.stillness import stillness

# What may differ between the worlds on the disk: the sealed field itself and nothing else.
SEALED = {("sealed_place", "sealed")}
Said = dict[tuple[str, ...], bytes]


def run_all(
    world: World,
    folder: Path,
    *,
    only: Sequence[str] = (),
    prepare: Callable[[Flask], None] | None = None,
) -> Said:
    """What every command says and writes, one after the other on a copy of the world."""
    said: Said = {}
    matches("whatever", None)  # made once in a process, of chance: before chance is stilled
    keys_backup = str(folder / "keys-backup-by-setting")
    with stillness(seed=3), copied(world, folder, keys_backup_dir=keys_backup) as app:
        if prepare is not None:
            prepare(app)
        check_spoken_of(app.cli)
        write_files(folder)
        for path, line in ((path, line) for path, lines in COMMANDS.items() for line in lines):
            if only and path not in only:
                continue
            words = words_for(world, folder)
            given = [word.format_map(words) for word in line.split()]
            said[(path, line)] = _run(app, [*path.split(), *given], folder)
        said[("the database", "")] = repr(database()).encode()
    return said


def _run(app: Flask, arguments: list[str], folder: Path) -> bytes:
    before = _files(folder)
    with overheard() as logs, _worker_that_ends():
        result = CliRunner().invoke(app.cli, arguments, obj=ScriptInfo(create_app=lambda: app))
    written = [
        str(path.relative_to(folder)).encode() + b"\n" + _comparable(content)
        for path, content in _files(folder).items()
        if before.get(path) != content
    ]
    output = result.output.replace(str(folder), "FOLDER").encode()
    ended = [str(result.exit_code).encode(), repr(result.exception).encode()]
    return b"\n".join([*ended, output, logs(), *written])


def _files(folder: Path) -> dict[Path, bytes]:
    """Everything in a folder but the database at work, whose rows are compared at the end."""
    return {
        path: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("rujukan.db")
    }


def _comparable(content: bytes) -> bytes:
    """What must be the same of a written file: all of it, but for the database and its backup.

    Those hold the sealed field. In a database its bytes are made zero, whatever is beside it stays:
    what SQLite left behind in its pages too. A backup is opened; as it is compressed first, and
    sealed bytes are as good as chance, its own length says nothing and differs by some bytes.
    """
    if content.startswith(b"SQLite format 3\0"):
        return without_sealed(content)
    if not content.startswith(MAGIC):
        return content
    file = BytesIO(content)
    header = read_header(file)
    file.seek(0)
    if header["kind"] != KIND:
        return content
    note, *pieces = frames(read_plain(file, lambda given: unlock(keystore(), "", given)))
    plain = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    return b"\n".join([repr((header, note, len(pieces))).encode(), without_sealed(plain)])


def without_sealed(content: bytes) -> bytes:
    """The bytes of an SQLite file with zeros for every sealed place."""
    with closing(sqlite3.connect(":memory:")) as copy:
        # What is in memory has no write-ahead log: bytes 18 and 19 say that it needs none.
        copy.deserialize(content[:18] + b"\1\1" + content[20:])
        if not copy.execute("select 1 from sqlite_master where name = 'sealed_place'").fetchone():
            return content
        for (sealed,) in copy.execute("select sealed from sealed_place").fetchall():
            assert content.count(sealed) == 1
            content = content.replace(sealed, bytes(len(sealed)))
    return content


@contextmanager
def _worker_that_ends() -> Iterator[None]:
    """`flask worker` is told to stop as soon as nothing is left to do."""
    round_of_work = worker.one_round

    def last_round() -> int:
        done = round_of_work()
        if not done:
            signal.raise_signal(signal.SIGTERM)
        return done

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with patch.object(worker, "one_round", last_round):
            yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def database() -> dict[str, list[str]]:
    """Every row of every table but the sealed bytes themselves."""
    db.session.rollback()
    return {
        table.name: sorted(
            repr(
                [
                    value
                    for column, value in zip(table.columns, record, strict=True)
                    if (table.name, column.name) not in SEALED
                ]
            )
            for record in db.session.execute(select(table))
        )
        for table in Base.metadata.sorted_tables
    }
