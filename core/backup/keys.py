"""Back up the store of keys and bring it back. What was erased stays erased.

The file is encrypted under the master key, so a rotation whose former master key is destroyed
closes every older file. It has a short life: `KEPT` days, or until the next erasure.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection

from core.backup.container import NOT_A_BACKUP, Header, Writer, read_header, read_plain
from core.backup.files import new_file, old_file
from core.clock import now
from core.crypto import derive, seal, unseal
from core.errors import refused
from core.i18n import _
from core.keystore import Kept, KeyStore, forget, set_fact
from core.masters import WrongMasterKeyError, fingerprint

KIND = "keys"
KEPT = timedelta(days=7)
NAME, ENDING = "keys-", ".rujukan"

OTHER_MASTER = _(
    "The master key of this backup is not at hand. Set RUJUKAN_MASTER_KEY_OLD to it, or put its "
    "file `master_key` into the folder of the keys."
)
OTHER_KEYS = _(
    "This store has made other keys of the same names (%(count)s). Stop the server, move the "
    "folder of the keys away, and restore again."
)


@dataclass(frozen=True, slots=True)
class Merged:
    """How many keys came back, and how many were in the backup but had been erased since."""

    restored: int
    stay_erased: int


def back_up_keys(store: KeyStore, folder: Path, *, only_this: bool = False) -> Path:
    """Write a new file into the folder and remove the old ones; all of them if `only_this`."""
    moment = now()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{NAME}{moment:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}{ENDING}"
    master, kept, hints = store.rows()
    header = {"kind": KIND, "master": fingerprint(master), "made_at": moment.isoformat()}
    with new_file(path) as file:
        container = Writer(file, _key(master), header)
        container.write(json.dumps([[_plain(row) for row in kept], hints]).encode())
        container.close()
    oldest = moment.timestamp() if only_this else (moment - KEPT).timestamp()
    for other in folder.glob(f"{NAME}*{ENDING}"):
        if other != path and (only_this or other.stat().st_mtime < oldest):
            other.unlink()
    with store.writing() as connection:
        set_fact(connection, "backed_up_at", moment.isoformat())
    return path


def restore_keys(store: KeyStore, path: Path) -> Merged:
    """Add the keys of a backup to the store, all of them or none.

    A key that was erased here stays erased, and one that was erased there is erased here.
    `RefusedError` for a wrong file, and when the store has other keys of the same names.
    """
    with old_file(path) as file:
        header = read_header(file)
        if header.get("kind") != KIND:
            raise refused("file", NOT_A_BACKUP)
        file.seek(0)
        theirs = _master(store, header)
        plain = b"".join(read_plain(file, lambda _header: _key(theirs)))
    rows, hints = json.loads(plain)
    with store.writing() as connection:
        return _merge(connection, _present(store, connection, theirs), theirs, rows, hints)


def _merge(
    connection: Connection,
    ours: bytes,
    theirs: bytes,
    rows: list[list[str | None]],
    hints: list[list[str]],
) -> Merged:
    here = {
        name: (wrapped, erased_at)
        for name, wrapped, erased_at in connection.execute(
            "select name, wrapped, erased_at from key"
        )
    }
    restored = stay_erased = different = 0
    for kept in map(_kept, rows):
        wrapped, erased_at = here.get(kept.name, (None, None))
        if kept.wrapped is None:
            forget(connection, kept.name, kept.erased_at or kept.made_at)
        elif erased_at:
            stay_erased += 1
        elif wrapped is None:
            anew = seal(ours, unseal(theirs, kept.wrapped, kept.name), kept.name)
            connection.execute(
                "insert into key (name, wrapped, made_at) values (?, ?, ?)",
                (kept.name, anew, kept.made_at),
            )
            restored += 1
        elif unseal(ours, wrapped, kept.name) != unseal(theirs, kept.wrapped, kept.name):
            different += 1
    if different:
        raise refused("file", OTHER_KEYS, count=different)
    connection.executemany(
        "insert or ignore into hint (digest, name) select ?1, ?2"
        " where exists (select 1 from key where name = ?2 and erased_at is null)",
        hints,
    )
    return Merged(restored, stay_erased)


def _present(store: KeyStore, connection: Connection, theirs: bytes) -> bytes:
    """The master key of the store; a new store takes the backup's."""
    row = connection.execute("select value from fact where name = 'master'").fetchone()
    if row is None:
        set_fact(connection, "master", fingerprint(theirs))
        return theirs
    return store.masters.find(row[0])


def _master(store: KeyStore, header: Header) -> bytes:
    try:
        return store.masters.find(str(header.get("master")))
    except WrongMasterKeyError as wrong:
        raise refused("file", OTHER_MASTER) from wrong


def _key(master: bytes) -> bytes:
    return derive(master, "rujukan backup of the keys")


def _plain(kept: Kept) -> list[str | None]:
    wrapped = b64encode(kept.wrapped).decode() if kept.wrapped is not None else None
    return [kept.name, wrapped, kept.made_at, kept.erased_at]


def _kept(row: list[str | None]) -> Kept:
    name, wrapped, made_at, erased_at = row
    return Kept(name or "", b64decode(wrapped) if wrapped else None, made_at or "", erased_at)
