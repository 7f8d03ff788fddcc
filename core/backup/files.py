"""Backup files: readable for their owner alone, there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import refused
from core.i18n import _

EXISTS = _("There is a file of that name already. Choose another name.")
CANNOT_WRITE = _("The backup cannot be written there: %(reason)s")
CANNOT_READ = _("The backup cannot be read: %(reason)s")


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when the block has ended well. `RefusedError` if it is taken."""
    if path.exists():
        raise refused("file", EXISTS)
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as wrong:
        raise refused("file", CANNOT_WRITE, reason=wrong.strerror or "") from wrong


@contextmanager
def old_file(path: Path) -> Iterator[BinaryIO]:
    """A file to read. `RefusedError` if it cannot be."""
    try:
        file = path.open("rb")
    except OSError as wrong:
        raise refused("file", CANNOT_READ, reason=wrong.strerror or "") from wrong
    with file:
        yield file
