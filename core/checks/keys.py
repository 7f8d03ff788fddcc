"""The keys: closed to others, opened by the master key that we were given, backed up apart."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from core.clock import aware, now
from core.doctor import Finding
from core.keystore import keystore
from core.masters import WrongMasterKeyError
from core.settings import Settings

OLDEST_BACKUP = timedelta(hours=26)  # a day, and time to make it


def keys(settings: Settings) -> Iterator[Finding]:
    """Whether the keys are ours, closed to others, and not beside the master key in the data."""
    folder = settings.keys_folder
    troubles = list(_troubles(folder))
    yield from troubles
    if not settings.master_key and _is_within(folder, settings.data_dir):
        yield Finding(
            "the master key is in the data folder, beside what it protects",
            "Set RUJUKAN_MASTER_KEY from outside, or RUJUKAN_KEYS_DIR on another disk; see"
            " docs/operate.md.",
        )
    elif not troubles:
        yield Finding("are closed to others, and the master key is outside the data folder")


def _troubles(folder: Path) -> Iterator[Finding]:
    for path in (folder, *(folder / name for name in ("keys.db", "master_key"))):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            continue
        except PermissionError:
            return  # it was said of the folder
        if not os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)):
            yield Finding(
                f"{path} cannot be read and written by the user that runs Rujukan",
                f"Give it to that user: `chown -R rujukan: {folder}`.",
            )
        elif mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            yield Finding(
                f"{path} is open to other users of this machine",
                f"Close it: `chmod {wanted} {path}`.",
            )


def _is_within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def master(settings: Settings) -> Iterator[Finding]:
    """Whether the master key that we were given opens the store of keys."""
    try:
        if not (settings.keys_folder / "keys.db").exists():
            yield Finding("there is no store of keys yet; the first key makes it")
            return
        keystore().facts()  # which asks whether the master key is the right one
    except WrongMasterKeyError:
        yield Finding(
            "does not open the store of keys: no sealed field can be read",
            "Put the right one into RUJUKAN_MASTER_KEY, from the envelope; in the midst of a"
            " rotation the former one into RUJUKAN_MASTER_KEY_OLD. See docs/keys.md.",
        )
        return
    except (OSError, sqlite3.Error):
        yield Finding(
            f"the store of keys in {settings.keys_folder} cannot be read",
            f"See whose it is: `ls -l {settings.keys_folder}`. If the file is damaged, bring it"
            " back with `flask keys restore`.",
        )
        return
    yield Finding("opens the store of keys")


def keys_backup(settings: Settings) -> Iterator[Finding]:
    """Whether the keys were backed up within the last day, if there are any."""
    try:
        if not (settings.keys_folder / "keys.db").exists():
            yield Finding("there are no keys yet")
            return
        told = keystore().facts().get("backed_up_at")
    except (OSError, sqlite3.Error, WrongMasterKeyError):
        return  # the check of the master key says so
    remedy = (
        "Set RUJUKAN_KEYS_BACKUP_DIR to a folder on another disk, run `flask keys backup`, and see"
        " that its timer runs: `systemctl list-timers`."
    )
    if told is None:
        yield Finding("there never was one: if this disk dies, every sealed field is lost", remedy)
        return
    made_at = aware(datetime.fromisoformat(told))
    late = not timedelta(hours=-1) < now() - made_at < OLDEST_BACKUP
    yield Finding(f"the last one is of {made_at:%Y-%m-%d %H:%M} UTC", remedy if late else "")
