"""The master key, which wraps all others: from a setting, or from a file for its owner alone.

During a rotation two master keys exist. Which of them is the present one is said by the store of
keys, in the same transaction that wraps every key anew, so a crash leaves no doubt:

    master_key       the present one, or the former one until the file is put in its place
    master_key.next  the next one, or the present one for as long as that takes

With the setting, `RUJUKAN_MASTER_KEY` is the next one and `RUJUKAN_MASTER_KEY_OLD` the former.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

from core.crypto import derive, new_key
from core.settings import Settings


class WrongMasterKeyError(Exception):
    """No master key that is at hand opens the store of keys."""


class NothingToRotateError(Exception):
    """The master key comes from the setting, and no other one was given."""


def fingerprint(master: bytes) -> str:
    """What tells master keys apart and gives none of them away."""
    return derive(master, "rujukan master fingerprint").hex()[:32]


def spell_key(key: bytes) -> str:
    """A key as the setting spells it."""
    return urlsafe_b64encode(key).decode()


class MasterKeys:
    """The master keys that are at hand. Files change only under the store's write lock."""

    def __init__(self, folder: Path, given: str = "", former: str = "") -> None:
        self._folder = folder
        self._given = urlsafe_b64decode(given) if given else None
        self._former = urlsafe_b64decode(former) if former else None
        self._path = folder / "master_key"
        self._next = folder / "master_key.next"

    @classmethod
    def of(cls, settings: Settings) -> MasterKeys:
        """Those of a running Rujukan."""
        return cls(settings.keys_folder, settings.master_key, settings.master_key_old)

    def find(self, mark: str) -> bytes:
        """The master key with that fingerprint; `WrongMasterKeyError` when nobody has it."""
        for _attempt in range(3):  # a file may be put in its place just now
            for master in self._at_hand():
                if fingerprint(master) == mark:
                    return master
        raise WrongMasterKeyError(str(self._folder))

    def first(self) -> bytes:
        """The master key of a store that has none yet: given, or made and kept in the file."""
        if self._given:
            return self._given
        if not self._path.exists():
            self._write(self._path, new_key())
        return _read(self._path) or b""

    def next(self, present: bytes) -> bytes:
        """The master key to change to. `NothingToRotateError` when the setting names none."""
        if self._given:
            if self._given == present:
                raise NothingToRotateError
            return self._given
        self._write(self._next, new_key())
        return _read(self._next) or b""

    def settle(self, present: bytes) -> None:
        """Put the present master key's file in its place and forget the others."""
        if present == self._given:
            _forget(self._path)
        elif _read(self._next) == present:
            _overwrite(self._path)
            self._next.replace(self._path)
            _sync(self._folder)
        _forget(self._next)

    @property
    def from_setting(self) -> bool:
        """Whether the setting gives one."""
        return self._given is not None

    def leftovers(self, present: bytes) -> list[str]:
        """Names of settings and files that hold a master key which is no longer the present one."""
        named = {
            "RUJUKAN_MASTER_KEY": self._given,
            "RUJUKAN_MASTER_KEY_OLD": self._former,
            self._path.name: _read(self._path),
            self._next.name: _read(self._next),
        }
        return [name for name, key in named.items() if key not in (None, present)]

    def _at_hand(self) -> Iterator[bytes]:
        for key in (self._given, self._former, _read(self._path), _read(self._next)):
            if key is not None:
                yield key

    def _write(self, path: Path, key: bytes) -> None:
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(urlsafe_b64encode(key))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync(self._folder)


def _read(path: Path) -> bytes | None:
    try:
        return urlsafe_b64decode(path.read_bytes())
    except FileNotFoundError:
        return None


def _forget(path: Path) -> None:
    _overwrite(path)
    path.unlink(missing_ok=True)


def _overwrite(path: Path) -> None:
    # As far as the disk lets us: a journalling or flash disk may keep the old block.
    if path.exists():
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
