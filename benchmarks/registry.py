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
from sqlalchemy import func, select

from agencies.models import Offer
from core.clock import now
from core.db import db, writing
from core.settings import Settings
from tests.synthetic import CITIES, City, make
from wsgi import create_app


@dataclass(frozen=True)
class Registry:
    """An app on a registry of so many services; `city`: where all of them are, if in one place."""

    app: Flask
    services: int
    folder: Path
    moment: datetime  # of which its figures of beds speak
    seconds: float  # that it took to make and write
    city: City | None = None


JAKARTA = max(CITIES, key=lambda city: city.people)


def kept_ready(services: int) -> int:
    """Room for every offer: measured is the answer, not the first reading."""
    return max(20_000, 2 * services)


@contextmanager
def synthetic_registry(services: int) -> Iterator[Registry]:
    """Make it on SQLite, the default; it is gone at the end."""
    with _empty(kept_ready(services)) as app:
        moment = now()
        started = time.perf_counter()
        with app.app_context(), writing():
            make(services, made_at=moment).insert()
        seconds = time.perf_counter() - started
        yield Registry(app, services, app.config["RUJUKAN"].data_dir, moment, seconds)


@contextmanager
def sample_registry() -> Iterator[Registry]:
    """The demo's own sample, as `make demo` serves it."""
    with _empty(kept_ready(0)) as app:
        started = time.perf_counter()
        loaded = app.test_cli_runner().invoke(args=["demo", "load"])
        if loaded.exit_code:
            raise RuntimeError(loaded.output)
        seconds = time.perf_counter() - started
        with app.app_context():
            services = db.session.scalar(select(func.count()).select_from(Offer)) or 0
        yield Registry(app, services, app.config["RUJUKAN"].data_dir, now(), seconds, JAKARTA)


@contextmanager
def _empty(offers_cached: int) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="rujukan-bench-") as folder:
        app = create_app(
            Settings(
                data_dir=Path(folder),
                secret_key="benchmark",
                log_level="ERROR",
                offers_cached=offers_cached,
            )
        )
        with app.app_context():
            upgrade()
        yield app
        with app.app_context():
            db.engine.dispose()
