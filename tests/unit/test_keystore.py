"""The store of keys: erasure, rotation at every instant, many processes."""

from __future__ import annotations

import os
import sqlite3
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.crypto import new_key
from core.keystore import ErasedKeyError, KeyStore, MissingKeyError
from core.masters import MasterKeys, NothingToRotateError, WrongMasterKeyError


def spelt(key: bytes) -> str:
    return urlsafe_b64encode(key).decode()


def store_in(folder: Path, given: str = "", former: str = "") -> KeyStore:
    """The store as another process would open it."""
    return KeyStore(folder, MasterKeys(folder, given, former))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


class TestKeys:
    def test_a_key_is_made_once(self, folder: Path) -> None:
        key = store_in(folder).key("case/1")
        assert store_in(folder).key("case/1") == key
        assert store_in(folder).existing("case/1") == key
        assert store_in(folder).key("case/2") != key

    def test_a_key_that_is_only_read_is_not_made(self, folder: Path) -> None:
        with pytest.raises(MissingKeyError):
            store_in(folder).existing("case/1")
        assert not folder.exists()
        store_in(folder).key("case/2")
        with pytest.raises(MissingKeyError):
            store_in(folder).existing("case/1")

    def test_reading_does_not_write(self, folder: Path) -> None:
        store_in(folder).key("case/1")
        before = (folder / "keys.db").stat().st_mtime_ns
        held = sqlite3.connect(folder / "keys.db", isolation_level=None)
        held.execute("begin immediate")  # somebody else is writing
        assert store_in(folder).key("case/1")
        held.execute("rollback")
        held.close()
        assert (folder / "keys.db").stat().st_mtime_ns == before

    def test_only_its_owner_may_read_it(self, folder: Path) -> None:
        old = os.umask(0)
        try:
            store_in(folder).key("case/1")
        finally:
            os.umask(old)
        assert folder.stat().st_mode & 0o777 == 0o700
        for path in folder.iterdir():
            assert path.stat().st_mode & 0o777 == 0o600, path

    def test_no_key_stands_in_it_in_the_clear(self, folder: Path) -> None:
        key = store_in(folder).key("case/1")
        assert key not in (folder / "keys.db").read_bytes()

    def test_another_master_key_opens_nothing(self, folder: Path) -> None:
        store_in(folder, spelt(new_key())).key("case/1")
        with pytest.raises(WrongMasterKeyError):
            store_in(folder, spelt(new_key())).key("case/1")
        with pytest.raises(WrongMasterKeyError):
            store_in(folder).key("case/2")
        assert not (folder / "master_key").exists()

    def test_a_lost_master_key_is_not_replaced_silently(self, folder: Path) -> None:
        store_in(folder).key("case/1")
        (folder / "master_key").unlink()
        for name in ("case/1", "case/2"):
            with pytest.raises(WrongMasterKeyError):
                store_in(folder).key(name)

    def test_many_at_once_get_one_key(self, folder: Path) -> None:
        found: list[bytes] = []

        def ask() -> None:
            found.append(store_in(folder).key("case/1"))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 12
        assert len(set(found)) == 1


class TestErasing:
    def test_an_erased_key_is_never_made_anew(self, folder: Path) -> None:
        reader, other = store_in(folder), store_in(folder)
        reader.key("case/1")
        other.erase("case/1")
        other.erase("case/1")
        for ask in (reader.key, reader.existing, store_in(folder).key):
            with pytest.raises(ErasedKeyError):
                ask("case/1")
        assert list(other.erased("case")) == ["case/1"]
        assert reader.erased_at("case/1")
        assert reader.erased_at("case/2") is None

    def test_a_key_that_never_was_can_be_erased(self, folder: Path) -> None:
        store_in(folder).erase("case/1")
        with pytest.raises(ErasedKeyError):
            store_in(folder).key("case/1")

    def test_nothing_of_it_stays_in_the_file(self, folder: Path) -> None:
        store = store_in(folder)
        for number in range(200):
            store.key(f"case/{number}")
        store.set_hint("case/7", "phone", "tel:+62")
        _master, rows, hints = store.rows()
        wrapped = next(row.wrapped for row in rows if row.name == "case/7")
        assert wrapped
        assert wrapped in (folder / "keys.db").read_bytes()
        store.erase("case/7")
        for path in folder.iterdir():
            assert wrapped not in path.read_bytes()
            assert hints[0][0].encode() not in path.read_bytes()

    def test_its_hint_goes_and_no_new_one_comes(self, folder: Path) -> None:
        store = store_in(folder)
        store.key("case/1")
        store.set_hint("case/1", "phone", "tel:+62")
        assert store.hinted("phone", "tel:+62") == ["case/1"]
        store.erase("case/1")
        assert store.hinted("phone", "tel:+62") == []
        with pytest.raises(ErasedKeyError):
            store.set_hint("case/1", "phone", "tel:+62")
        assert store.hinted("phone", "tel:+62") == []

    def test_a_hint_is_replaced_and_taken_away(self, folder: Path) -> None:
        store = store_in(folder)
        store.key("case/1")
        store.set_hint("case/1", "phone", "a")
        store.set_hint("case/1", "phone", "b")
        assert store.hinted("phone", "a") == []
        assert store.hinted("phone", "b") == ["case/1"]
        store.set_hint("case/1", "phone")
        assert store.hinted("phone", "b") == []


class Killed(BaseException):
    """The process dies here: no clean-up of ours runs as an error would."""


def _die(*_arguments: Any, **_named: Any) -> None:
    raise Killed


# Where a rotation can be interrupted, in its order, as (object, attribute).
INSTANTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    lambda patch: patch.setattr("core.masters.os.open", _die),  # before the next file
    lambda patch: patch.setattr("core.masters.Path.replace", _die),  # it is written, not named
    lambda patch: patch.setattr("core.masters._sync", _die),  # it is named
    lambda patch: patch.setattr("core.keystore.unseal", _die),  # before the first wrap
    lambda patch: patch.setattr("core.keystore.set_fact", _die),  # all are wrapped, not committed
    lambda patch: patch.setattr("core.masters._overwrite", _die),  # committed; the files are old
]


class TestRotating:
    def test_every_key_stays_and_every_wrap_changes(self, folder: Path) -> None:
        store = store_in(folder)
        keys = {f"case/{n}": store.key(f"case/{n}") for n in range(5)}
        store.erase("case/0")
        old_master = (folder / "master_key").read_bytes()
        old = {row.name: row.wrapped for row in store.rows()[1]}
        assert store.rotate() == 4
        assert (folder / "master_key").read_bytes() != old_master
        assert not (folder / "master_key.next").exists()
        for reader in (store, store_in(folder)):
            for name in list(keys)[1:]:
                assert reader.existing(name) == keys[name]
            with pytest.raises(ErasedKeyError):
                reader.key("case/0")
        for row in store.rows()[1]:
            assert row.wrapped is None or row.wrapped != old[row.name]

    def test_another_process_goes_on_without_being_told(self, folder: Path) -> None:
        running, rotating = store_in(folder), store_in(folder)
        key = running.key("case/1")
        for _ in range(3):
            rotating.rotate()
            assert running.existing("case/1") == key
            made = running.key(f"case/{new_key().hex()}")
            assert made

    @pytest.mark.parametrize("instant", range(len(INSTANTS)))
    def test_an_interrupted_rotation_loses_nothing(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, instant: int
    ) -> None:
        store = store_in(folder)
        keys = {f"case/{n}": store.key(f"case/{n}") for n in range(5)}
        with monkeypatch.context() as patch:
            INSTANTS[instant](patch)
            with pytest.raises(Killed):
                store.rotate()
        for reader in (store, store_in(folder)):
            assert {name: reader.existing(name) for name in keys} == keys
            assert reader.key(f"case/new-{new_key().hex()}")
        assert store_in(folder).rotate() >= 5
        assert {name: store_in(folder).existing(name) for name in keys} == keys
        assert sorted(p.name for p in folder.iterdir()) == ["keys.db", "master_key"]

    def test_with_the_setting_the_former_key_is_named_too(self, folder: Path) -> None:
        old, new = spelt(new_key()), spelt(new_key())
        key = store_in(folder, old).key("case/1")
        with pytest.raises(NothingToRotateError):
            store_in(folder, old).rotate()
        both = store_in(folder, new, old)
        assert both.existing("case/1") == key  # the server restarts first, with both
        assert both.rotate() == 1
        assert both.existing("case/1") == key
        assert store_in(folder, new).existing("case/1") == key
        with pytest.raises(WrongMasterKeyError):
            store_in(folder, old).existing("case/1")

    def test_from_the_file_to_the_setting(self, folder: Path) -> None:
        key = store_in(folder).key("case/1")
        new = spelt(new_key())
        moved = store_in(folder, new)
        assert moved.existing("case/1") == key
        moved.rotate()
        assert not (folder / "master_key").exists()
        assert store_in(folder, new).existing("case/1") == key

    def test_rotations_and_readers_at_once(self, folder: Path) -> None:
        store = store_in(folder)
        keys = {f"case/{n}": store.key(f"case/{n}") for n in range(5)}
        wrong: list[BaseException] = []

        def careful(work: Callable[[], object]) -> Callable[[], None]:
            def run() -> None:
                try:
                    for _ in range(8):
                        work()
                except BaseException as error:  # told below
                    wrong.append(error)

            return run

        def read() -> None:
            mine = store_in(folder)
            assert {name: mine.existing(name) for name in keys} == keys
            mine.key(f"case/{new_key().hex()}")

        jobs = [careful(lambda: store_in(folder).rotate())] * 3 + [careful(read)] * 3
        threads = [threading.Thread(target=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong, wrong
        read()
