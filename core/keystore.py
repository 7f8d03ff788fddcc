"""The store of keys: a file of its own, apart from the database and its backups.

Each key is wrapped by the master key, which comes from outside (`RUJUKAN_MASTER_KEY`). Erasing a
key erases all that it sealed, in every backup of the database too (design.md §9).
"""

from __future__ import annotations

import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flask import Flask, current_app

from core.clock import now
from core.crypto import new_key, seal, unseal
from core.settings import Settings


class ErasedKeyError(Exception):
    """This key was erased, and with it all that it sealed."""


class KeyStore:
    """Keys by name, such as `case/0192…` or `place/0192…`."""

    def __init__(self, folder: Path, master: bytes) -> None:
        self._path = folder / "keys.db"
        self._master = master

    def key(self, name: str) -> bytes:
        """The key of that name, made when first asked for. `ErasedKeyError` after `erase`."""
        with self._open() as store:
            store.execute(
                "insert or ignore into key (name, wrapped, made_at) values (?, ?, ?)",
                (name, seal(self._master, new_key(), name), now().isoformat()),
            )
            (wrapped,) = store.execute("select wrapped from key where name = ?", (name,)).fetchone()
        if wrapped is None:
            raise ErasedKeyError(name)
        return unseal(self._master, wrapped, name)

    def erase(self, name: str) -> None:
        """Forget a key for ever; its name stays, so that it is never made anew."""
        with self._open() as store:
            store.execute(
                "insert into key (name, wrapped, made_at, erased_at) values (?, null, ?, ?)"
                " on conflict (name) do update set wrapped = null, erased_at = excluded.erased_at",
                (name, now().isoformat(), now().isoformat()),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with closing(sqlite3.connect(self._path, timeout=15)) as connection, connection:
            connection.execute("pragma secure_delete = on")
            connection.execute(
                "create table if not exists key (name text primary key, wrapped blob,"
                " made_at text not null, erased_at text)"
            )
            yield connection


def keystore_of(app: Flask) -> KeyStore:
    """The store of an app."""
    if "rujukan_keys" not in app.extensions:
        settings: Settings = app.config["RUJUKAN"]
        app.extensions["rujukan_keys"] = KeyStore(settings.keys_folder, master_key(settings))
    found: KeyStore = app.extensions["rujukan_keys"]
    return found


def keystore() -> KeyStore:
    """The store of the app that is running."""
    return keystore_of(current_app)


def master_key(settings: Settings) -> bytes:
    """The key that wraps all others: given, or made once and kept for the owner alone."""
    if settings.master_key:
        return urlsafe_b64decode(settings.master_key)
    path = settings.keys_folder / "master_key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(urlsafe_b64encode(new_key()))
    return urlsafe_b64decode(path.read_bytes())
