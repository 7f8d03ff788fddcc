"""The store of keys: a file of its own, apart from the database and its backups.

Each key is wrapped by the master key (`core/masters.py`), which comes from outside. Erasing a key
erases all that it sealed, in every backup of the database too (design.md §9). Keyed hashes by which
a sealed value can be found again live here as well, so that no backup of the database has them.

Several processes use the file at once. Nothing is kept in memory but the master key, and that is
believed only while the store names it, so that an erased key is gone everywhere at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask, current_app

from core.clock import now
from core.crypto import keyed_hash, new_key, seal, unseal
from core.masters import MasterKeys, fingerprint
from core.settings import Settings

BUSY_SECONDS = 15
NEXT = "next:"  # before the name of a key that is to take the place of another

TABLES = (
    "create table if not exists key"
    " (name text primary key, wrapped blob, made_at text not null, erased_at text)",
    "create table if not exists hint"
    " (digest text not null, name text not null, primary key (digest, name)) without rowid",
    "create index if not exists ix_hint_name on hint (name)",
    "create table if not exists fact (name text primary key, value text not null)",
)
FIND = (
    "select (select value from fact where name = 'master'), wrapped, erased_at from key"
    " where name = ?"
)


class ErasedKeyError(Exception):
    """This key was erased, and with it all that it sealed."""


class MissingKeyError(Exception):
    """This store never had such a key, or is not the store that goes with the database."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of the store: a wrapped key, or the memory that it was erased."""

    name: str
    wrapped: bytes | None
    made_at: str
    erased_at: str | None


class KeyStore:
    """Keys by name, such as `case/0192…` or `place/0192…`."""

    def __init__(self, folder: Path, masters: MasterKeys) -> None:
        self.folder = folder
        self.masters = masters
        self._path = folder / "keys.db"
        self._master = ("", b"")  # its fingerprint and itself

    def key(self, name: str) -> bytes:
        """The key of that name, made when first asked for. `ErasedKeyError` after `erase`."""
        try:
            return self.existing(name)
        except MissingKeyError:
            return self._make(name)

    def existing(self, name: str) -> bytes:
        """The key of that name. `MissingKeyError` if there is none, `ErasedKeyError` after `erase`.

        What is to be opened is opened by this one: a key made now would open nothing.
        """
        if not self._path.exists():
            raise MissingKeyError(name)
        with self._reading() as store:
            return self._opened(store, name)

    def erase(self, name: str) -> None:
        """Forget a key and its hints for ever; its name stays, so that it is never made anew."""
        with self.writing() as store:
            forget(store, name, now().isoformat())

    def swap_in(self, name: str) -> None:
        """The next key (`NEXT` + name) takes the place of `name`, and the former is overwritten."""
        with self.writing() as store:
            try:
                key = self._opened(store, NEXT + name)
            except MissingKeyError:
                return  # done already
            store.execute(
                "insert or replace into key (name, wrapped, made_at) values (?, ?, ?)",
                (name, seal(self._present(store), key, name), now().isoformat()),
            )
            store.execute("delete from key where name = ?", (NEXT + name,))

    def living(self, kind: str) -> list[str]:
        """The names of a kind (`place`) whose keys are there."""
        if not self._path.exists():
            return []
        with self._reading() as store:
            wanted = "select name from key where wrapped is not null and name glob ? order by name"
            return [name for (name,) in store.execute(wanted, (f"{kind}/*",))]

    def erased(self, kind: str) -> dict[str, datetime]:
        """The names of a kind (`case`) whose keys were erased, and when."""
        if not self._path.exists():
            return {}
        with self._reading() as store:
            rows = store.execute(
                "select name, erased_at from key where erased_at is not null and name glob ?",
                (f"{kind}/*",),
            )
            return {name: datetime.fromisoformat(at) for name, at in rows}

    def erased_at(self, name: str) -> datetime | None:
        """When a key was erased; None for one that was not."""
        if not self._path.exists():
            return None
        with self._reading() as store:
            row = store.execute("select erased_at from key where name = ?", (name,)).fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def set_hint(self, name: str, kind: str, *parts: str) -> None:
        """Let `name` be found by a value: its keyed hash replaces the former ones of `name`.

        Without `parts` it can no longer be found. `ErasedKeyError` when `name` was erased.
        """
        digest = keyed_hash(self.key(f"search/{kind}"), *parts) if parts else None
        with self.writing() as store:
            self._opened(store, name)
            store.execute("delete from hint where name = ?", (name,))
            if digest:
                store.execute("insert into hint (digest, name) values (?, ?)", (digest, name))

    def hinted(self, kind: str, *parts: str) -> list[str]:
        """The names that `set_hint` gave this value."""
        digest = keyed_hash(self.key(f"search/{kind}"), *parts)
        with self._reading() as store:
            found = store.execute("select name from hint where digest = ?", (digest,))
            return sorted(name for (name,) in found)

    def rotate(self) -> int:
        """Wrap every key by the next master key; returns how many. All of them or none.

        `NothingToRotateError` when the master key comes from the setting and no other was given.
        A crash at any instant leaves a store that opens: the fingerprint changes with the wraps.
        """
        with self.writing() as store:
            present = self._present(store)
            self.masters.settle(present)  # what a rotation that was interrupted left behind
            new = self.masters.next(present)
            rows = store.execute(
                "select name, wrapped from key where wrapped is not null"
            ).fetchall()
            for name, wrapped in rows:
                anew = seal(new, unseal(present, wrapped, name), name)
                store.execute("update key set wrapped = ? where name = ?", (anew, name))
            store.execute("update fact set value = ? where name = 'master'", (fingerprint(new),))
            set_fact(store, "rotated_at", now().isoformat())
        with self.writing() as store:
            self.masters.settle(self._present(store))
        return len(rows)

    def rows(self) -> tuple[bytes, list[Kept], list[tuple[str, str]]]:
        """The present master key, every row and every hint: one state, for a backup."""
        with self.writing() as store:
            kept = store.execute("select name, wrapped, made_at, erased_at from key order by name")
            hints = store.execute("select digest, name from hint order by digest, name")
            return self._present(store), [Kept(*row) for row in kept], hints.fetchall()

    def facts(self) -> dict[str, str]:
        """What the store says of itself: `master` (a fingerprint), `rotated_at`, `backed_up_at`."""
        with self.writing() as store:
            self._present(store)
            return dict(store.execute("select name, value from fact").fetchall())

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction on the store: all of it or nothing."""
        with self._connected() as store:
            # How it writes; whoever reads, at every move, need not say it.
            store.execute("pragma secure_delete = on")
            store.execute("pragma synchronous = extra")
            with _transaction(store):
                yield store

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as store:
            store.execute("pragma query_only = on")
            yield store

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        is_new = not self._path.exists() or not self._path.stat().st_size
        if is_new:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if is_new:
                with _transaction(connection):
                    for statement in TABLES:
                        connection.execute(statement)
            yield connection
        finally:
            connection.close()

    def _opened(self, store: sqlite3.Connection, name: str) -> bytes:
        row = store.execute(FIND, (name,)).fetchone()
        if row is None:
            raise MissingKeyError(name)
        mark, wrapped, erased_at = row
        if wrapped is None or erased_at:
            raise ErasedKeyError(name)
        return unseal(self._master_of(mark), wrapped, name)

    def _make(self, name: str) -> bytes:
        with self.writing() as store:
            try:
                return self._opened(store, name)  # another process was quicker
            except MissingKeyError:
                made = new_key()
                store.execute(
                    "insert into key (name, wrapped, made_at) values (?, ?, ?)",
                    (name, seal(self._present(store), made, name), now().isoformat()),
                )
                return made

    def _present(self, store: sqlite3.Connection) -> bytes:
        """The present master key; inside a write transaction, because a new store names it here."""
        found = store.execute("select value from fact where name = 'master'").fetchone()
        if found is None:
            set_fact(store, "master", fingerprint(self.masters.first()))
            return self._present(store)
        return self._master_of(found[0])

    def _master_of(self, mark: str) -> bytes:
        known, master = self._master
        if known != mark:
            master = self.masters.find(mark)
            self._master = (mark, master)
        return master


@contextmanager
def _transaction(store: sqlite3.Connection) -> Iterator[None]:
    store.execute("begin immediate")
    try:
        yield
        store.execute("commit")
    except BaseException:
        store.execute("rollback")
        raise


def forget(store: sqlite3.Connection, name: str, moment: str) -> None:
    """Erase one key and its hints, in a write transaction of the store."""
    store.execute(
        "insert into key (name, wrapped, made_at, erased_at) values (?, null, ?, ?)"
        " on conflict (name) do update set wrapped = null,"
        " erased_at = coalesce(erased_at, excluded.erased_at)",
        (name, moment, moment),
    )
    store.execute("delete from key where name = ?", (NEXT + name,))
    store.execute("delete from hint where name = ?", (name,))


def set_fact(store: sqlite3.Connection, name: str, value: str) -> None:
    """Note something about the store, in a write transaction of it."""
    store.execute("insert or replace into fact (name, value) values (?, ?)", (name, value))


def keystore_of(app: Flask) -> KeyStore:
    """The store of an app."""
    if "rujukan_keys" not in app.extensions:
        settings: Settings = app.config["RUJUKAN"]
        app.extensions["rujukan_keys"] = KeyStore(settings.keys_folder, MasterKeys.of(settings))
    found: KeyStore = app.extensions["rujukan_keys"]
    return found


def keystore() -> KeyStore:
    """The store of the app that is running."""
    return keystore_of(current_app)
