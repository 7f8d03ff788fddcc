"""Processes that share a database with the test, and may be killed.

They are forked from a server that has imported the app already, so that a thousand of them cost
little; each makes an app of its own. What they have seen committed they write, line by line, to a
file of their own: it is still there when they are killed.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from flask import Flask

from core.db import db
from core.settings import Settings

_context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where they work: a database and a folder of keys."""

    url: str
    folder: Path

    @classmethod
    def of(cls, app: Flask) -> Ground:
        """Where this app works."""
        settings: Settings = app.config["RUJUKAN"]
        return cls(app.config["SQLALCHEMY_DATABASE_URI"], settings.data_dir)


@contextmanager
def opened(ground: Ground) -> Iterator[Flask]:
    """An app there, with its context; for the other process."""
    from wsgi import create_app

    settings = Settings(
        database_url=ground.url, data_dir=ground.folder, secret_key="test", demo=True,
        log_level="ERROR",
    )  # fmt: skip
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def start(job: Callable[..., None], *args: Any) -> ForkServerProcess:
    """A process that does the job, which must be a function of a module."""
    _context.set_forkserver_preload(["wsgi", job.__module__])
    process = _context.Process(target=job, args=args, daemon=True)
    process.start()
    return process


def end(crowd: Sequence[ForkServerProcess], *, kill: bool = False, seconds: float = 900) -> None:
    """Wait for them, or `kill -9` all of them first; an error in one is an error here."""
    for process in crowd:
        if kill:
            process.kill()
    for process in crowd:
        process.join(seconds)
        assert process.exitcode is not None, "one of them hangs"
        assert process.exitcode == 0 or (kill and process.exitcode < 0), process.exitcode
        process.close()


def tell(path: Path, *words: object) -> None:
    """Write down that something was acknowledged: one write, at the end of the file."""
    line = " ".join(map(str, words)) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def told(path: Path) -> list[list[str]]:
    """What was written down, in order."""
    if not path.exists():
        return []
    return [line.split() for line in path.read_text().splitlines()]
