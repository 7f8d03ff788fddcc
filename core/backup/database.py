"""Back up the database to a file and restore it from one, whichever database it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text

from core.backup import postgresql, sqlite
from core.backup.container import NOT_A_BACKUP, Header, Writer, read_header, read_plain
from core.backup.files import new_file, old_file
from core.backup.frames import Frame, FrameWriter, frames
from core.backup.passphrase import lock, unlock
from core.clock import now
from core.db import db
from core.errors import refused
from core.events import publish
from core.i18n import _
from core.keystore import keystore
from core.settings import Settings

KIND = "database"
# Published in the transaction of a restore, with its `connection`, before anybody sees the data.
RESTORED = "core.database_restored"

NO_TABLES = _("This database has no tables yet: run `flask db upgrade` on it first.")
OTHER_DATABASE = _("This is a backup of %(backup)s; it cannot be restored into %(target)s.")
OTHER_REVISION = _(
    "The tables of the backup stand at revision %(backup)s, those of the database at %(target)s. "
    "Bring the database to %(backup)s with `flask db upgrade %(backup)s`, restore, and upgrade."
)
TOO_NEW = _("This backup was made by a newer version of Rujukan. Install that version first.")


def back_up(path: Path) -> None:
    """Write the whole database, as it is at one instant, into an encrypted new file."""
    settings: Settings = current_app.config["RUJUKAN"]
    key, header = lock(keystore(), settings.backup_passphrase)
    moment = now().isoformat()
    with new_file(path) as file:
        container = Writer(file, key, {**header, "kind": KIND, "made_at": moment})
        sink = FrameWriter(container)
        _write(sink, moment)
        sink.close()
        container.close()


def _write(sink: FrameWriter, moment: str) -> None:
    url = db.engine.url
    if _is_sqlite(url):
        with sqlite.copied(Path(url.database or "")) as copy:
            engine = create_engine(URL.create("sqlite", database=str(copy)))
            try:
                with engine.connect() as connection:
                    _note(sink, url, connection, moment)
            finally:
                engine.dispose()
            sqlite.write(copy, sink)
    else:
        with db.engine.connect() as connection, connection.begin():
            _note(sink, url, connection, moment)
            postgresql.write(connection, sink)


def _note(sink: FrameWriter, url: URL, connection: Connection, moment: str) -> None:
    revision = _revision(connection)
    if revision is None:
        raise refused("database", NO_TABLES)
    sink.note(database=url.get_backend_name(), revision=revision, made_at=moment)


def restore(path: Path, into: str = "") -> dict[str, Any]:
    """Replace the database, or the one `into` names, by a backup; returns the backup's note.

    `into` is an SQLAlchemy URL or the path of an SQLite file. All is restored or nothing, and
    whoever subscribed to `RESTORED` has their say in the same transaction.
    """
    url = target_url(into)
    with old_file(path) as file:
        content = _content(file)
        note = next(content, None)
        if not isinstance(note, dict) or "revision" not in note:
            raise refused("file", NOT_A_BACKUP)
        _check(note, url)
        db.session.remove()
        if _is_sqlite(url):
            sqlite.restore(content, Path(url.database or ""), _finish)
        else:
            _restore_postgresql(content, note, url)
    return note


def target_url(into: str) -> URL:
    """The database that a restore replaces."""
    if into and "://" not in into:
        return URL.create("sqlite", database=str(Path(into).absolute()))
    return make_url(into) if into else db.engine.url


def _content(file: Any) -> Iterator[Frame]:
    passphrase = current_app.config["RUJUKAN"].backup_passphrase
    if read_header(file).get("kind") != KIND:
        raise refused("file", NOT_A_BACKUP)
    file.seek(0)
    find: Callable[[Header], bytes] = lambda header: unlock(keystore(), passphrase, header)  # noqa: E731
    return frames(read_plain(file, find))


def _check(note: dict[str, Any], url: URL) -> None:
    target = url.get_backend_name()
    if note["database"] != target:
        raise refused("file", OTHER_DATABASE, backup=note["database"], target=target)
    config = current_app.extensions["migrate"].migrate.get_config()
    try:
        ScriptDirectory.from_config(config).get_revision(note["revision"])
    except CommandError as wrong:
        raise refused("file", TOO_NEW) from wrong


def _restore_postgresql(content: Iterator[Frame], note: dict[str, Any], url: URL) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            target = _revision(connection)
            if target is None:
                raise refused("into", NO_TABLES)
            if target != note["revision"]:
                raise refused("into", OTHER_REVISION, backup=note["revision"], target=target)
            postgresql.restore(content, connection)
            _finish(connection)
    finally:
        engine.dispose()


def _finish(connection: Connection) -> None:
    publish(RESTORED, connection=connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"
