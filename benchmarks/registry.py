"""A synthetic registry in a temporary folder, with an app on it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from core.clock import now
from core.db import db, writing
from core.settings import Settings
from tests.synthetic import make
from wsgi import create_app


@dataclass(frozen=True)
class Registry:
    """An app on a registry of so many services."""

    app: Flask
    services: int
    folder: Path
    moment: datetime  # of which its figures of beds speak
    seconds: float  # that it took to make and write


def kept_ready(services: int) -> int:
    """Room for every offer: measured is the answer, not the first reading."""
    return max(20_000, 2 * services)


@contextmanager
def synthetic_registry(services: int) -> Iterator[Registry]:
    """Make it on SQLite, the default; it is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="rujukan-bench-") as folder:
        app = create_app(
            Settings(
                data_dir=Path(folder),
                secret_key="benchmark",
                log_level="ERROR",
                offers_cached=kept_ready(services),
            )
        )
        moment = now()
        with app.app_context():
            upgrade()
            started = time.perf_counter()
            with writing():
                make(services, made_at=moment).insert()
            seconds = time.perf_counter() - started
        yield Registry(app, services, Path(folder), moment, seconds)
        with app.app_context():
            db.engine.dispose()
