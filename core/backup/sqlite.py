"""SQLite: one consistent copy while others write, and back again in one transaction."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine

from core.backup.container import DAMAGED
from core.backup.frames import Frame, FrameWriter
from core.errors import refused
from core.i18n import _

PIECE = 256 * 1024
BUSY_SECONDS = 60
PREFIX, DAY = ".rujukan-copy-", 86_400
BUSY = _("The database is busy: stop the server and the worker, then restore again.")

Finish = Callable[[Connection], None]


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of the database as it is at one instant; gone when the block ends.

    The online backup in one step holds a read lock, which in WAL mode stops no writer.
    """
    with _beside(path) as copy:
        with closing(_connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("pragma journal_mode = delete")  # one file, no WAL beside it
        yield copy


def write(copy: Path, sink: FrameWriter) -> None:
    """Put a copy into a backup."""
    with copy.open("rb") as file:
        while piece := file.read(PIECE):
            sink.data(piece)


def restore(content: Iterator[Frame], path: Path, finish: Finish) -> None:
    """Replace the database at `path`, or make it, once all of the backup has been seen to be whole.

    `finish` changes the restored data before anybody sees them. Readers and writers of the
    database see the former data or the restored ones, never a mixture.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as copy:
        with copy.open("wb") as file:
            for piece in content:
                if not isinstance(piece, bytes):
                    raise refused("file", DAMAGED)
                file.write(piece)
        _check(copy)
        _finish(copy, finish)
        _replace(path, copy)


def _check(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as database:
            said = database.execute("pragma quick_check").fetchone()
    except sqlite3.DatabaseError as wrong:
        raise refused("file", DAMAGED) from wrong
    if said != ("ok",):
        raise refused("file", DAMAGED)


def _finish(copy: Path, finish: Finish) -> None:
    engine = create_engine(URL.create("sqlite", database=str(copy)))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("pragma secure_delete = on")
            finish(connection)
    finally:
        engine.dispose()


def _replace(path: Path, copy: Path) -> None:
    is_new = not path.exists()
    if is_new:
        path.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(copy)) as source, closing(_connect(path)) as target:
            source.backup(target)
            target.execute("pragma journal_mode = wal")
            target.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.OperationalError as wrong:
        if is_new:
            path.unlink()
        raise refused("file", BUSY) from wrong


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    connection.execute("pragma secure_delete = on")
    return connection


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A place for a temporary file on the same disk, for its owner alone (mkdtemp: mode 700)."""
    for left in path.parent.glob(f"{PREFIX}*"):  # by a process that was killed
        if time.time() - left.stat().st_mtime > DAY:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=path.parent) as folder:
        yield Path(folder) / "copy.db"
