"""Folders, backups, catalogues: what lies on this machine's disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from core.checks.keys import OLDEST_BACKUP
from core.clock import aware, now
from core.doctor import Finding
from core.i18n import CATALOGUES
from core.settings import Settings

LEAST_FREE = 500 * 1024 * 1024  # bytes
BACKUP_MARK = "last_backup"  # in the data folder: when the last backup was complete, ISO


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether we can write where we must, nobody else can read there, and there is room."""
    for name, folder in (("data", settings.data_dir), ("witness", settings.witness_folder)):
        yield from _folder(name, folder)
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    if free < LEAST_FREE:
        yield Finding(
            f"only {free // 1024**2} MB are free where the data is",
            "Make room, or move RUJUKAN_DATA_DIR to a larger disk.",
        )


def _folder(name: str, folder: Path) -> Iterator[Finding]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        yield Finding(
            f"the {name} folder {folder} cannot be written",
            f"Give it to the user that runs Rujukan: `chown rujukan: {folder}`.",
        )
        return
    if _others_may_enter(folder):
        yield Finding(
            f"the {name} folder {folder} is open to other users of this machine",
            f"Close it: `chmod 700 {folder}`.",
        )
        return
    yield Finding(f"the {name} folder can be written, by us alone")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _others_may_enter(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def backup(settings: Settings) -> Iterator[Finding]:
    """Whether there is a backup of the last day."""
    remedy = "Run `flask backup`, and see that its timer runs: `systemctl list-timers`."
    mark = settings.data_dir / BACKUP_MARK
    if not mark.exists():
        yield Finding("there never was one", remedy)
        return
    try:
        made_at = aware(datetime.fromisoformat(mark.read_text().strip()))
    except ValueError:
        yield Finding(f"{mark} holds no instant", remedy)
        return
    age = now() - made_at
    if age > OLDEST_BACKUP or age < timedelta(hours=-1):
        yield Finding(f"the last one is of {made_at:%Y-%m-%d %H:%M} UTC", remedy)
        return
    yield Finding(f"the last one is of {made_at:%Y-%m-%d %H:%M} UTC")


def languages(_settings: Settings) -> Iterator[Finding]:
    """Whether every catalogue is compiled since it was last changed."""
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        language = source.parent.parent.name
        if not compiled.exists():
            trouble = "is not compiled: pages would be in English"
        elif compiled.stat().st_mtime < source.stat().st_mtime:
            trouble = "is older than its source"
        else:
            yield Finding(f"{language} is compiled")
            continue
        yield Finding(f"{language} {trouble}", f"Run `pybabel compile -d {CATALOGUES}`.")
