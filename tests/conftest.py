"""Fixtures that every folder of tests shares.

`app` is the application on an empty, migrated database, once on SQLite and once on PostgreSQL for
tests marked `both_databases`, and on SQLite alone for the others. Pages that lock and search
nothing of their own are asked on PostgreSQL in `make soak` alone (`in_soak=True`): the whole must
stay short.
"""

from __future__ import annotations

import contextvars
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from sqlalchemy.engine import make_url

from core.db import db
from core.settings import Settings
from tests.support.kept import collect_seldom, describe_when_asked, keep, keep_routes
from tests.support.postgres import cluster, fresh_database
from wsgi import create_app

pytest_plugins = ["tests.support.summary"]

MakeApp = Callable[..., Flask]

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))


def pytest_configure(config: pytest.Config) -> None:
    """Describe our marks."""
    config.addinivalue_line(
        "markers",
        "both_databases: run on SQLite and on PostgreSQL; with in_soak=True on the latter in"
        " `make soak` alone",
    )
    config.addinivalue_line("markers", "on_postgresql: run there alone, what SQLite does not have")
    # How fast values are drawn says something of the machine and nothing of Rujukan.
    settings.register_profile(
        "rujukan", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("rujukan")
    keep_routes()
    describe_when_asked()


# What takes a minute or more, the longest first.
LONG = (
    *("test_two_worlds", "test_find_oracle", "test_clock_month", "test_every_page_in_a_browser"),
    *("test_matrix", "test_network_in_a_browser", "test_melati", "test_yohan", "test_simulation"),
    *("test_canary", "test_find_oracle_fresh", "test_forms"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files, so that no worker is left alone with one at the end.

    pytest would group tests by the database that they ask for, and put those last that name none.
    """
    first = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: (first.get(item.path.stem, len(LONG)), item.path))


def pytest_collection_finish() -> None:
    """Everything is imported now."""
    collect_seldom()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `both_databases` once for each."""
    if "database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases")
        later = both is not None and both.kwargs.get("in_soak") and not SOAK
        kinds = ["sqlite", "postgresql"] if both and not later else ["sqlite"]
        if metafunc.definition.get_closest_marker("on_postgresql"):
            kinds = ["postgresql"]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    _migrate(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty, migrated PostgreSQL database to copy from; skips where there is no server."""
    url = cluster().new_database()
    _migrate(url, tmp_path_factory.mktemp("template"))
    return url


def _migrate(url: str, folder: Path) -> None:
    app = create_app(Settings(database_url=url, data_dir=folder, secret_key="test"))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database of this run of the test."""
    return str(request.param)


@contextmanager
def fresh_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty, migrated database of a kind."""
    if kind == "postgresql":
        with fresh_database(request.getfixturevalue("migrated_postgresql")) as url:
            yield url
        return
    path = folder / "rujukan.db"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
    yield f"sqlite:///{path}"


class Browser(FlaskClient):
    """A client whose requests know nothing of the app context that a test holds open.

    Flask would reuse that context, and with it `g`: one request's language and token would be
    the next one's.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request as if from another process."""
        return contextvars.Context().run(super().open, *args, **kwargs)


def do_not_wait_for_the_disk() -> None:
    """Let SQLite write as always but not wait until the disk has it: no test cuts the power.

    What is written outlives a killed process all the same, so tests that kill prove what they did.
    """
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "connect", _careless)
        db.engine.dispose()  # whoever is connected already waits


def _careless(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def running(url: str, folder: Path, **wishes: object) -> Iterator[Flask]:
    """The app on a database, with its context pushed; connections are closed at the end."""
    chosen = {"secret_key": "test", "demo": True, "data_dir": folder, **wishes}
    app = create_app(Settings(database_url=url, **chosen))  # type: ignore[arg-type]
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Browser
    with app.app_context():
        keep(app)
        do_not_wait_for_the_disk()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make_app(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> Iterator[Callable[..., Flask]]:
    """Make the app with settings of the test's own."""
    opened = []

    def make(**wishes: object) -> Flask:
        url_context = fresh_url(request, database, tmp_path)
        app_context = running(url_context.__enter__(), tmp_path, **wishes)
        opened.append((url_context, app_context))
        return app_context.__enter__()

    yield make
    for url_context, app_context in reversed(opened):
        app_context.__exit__(None, None, None)
        url_context.__exit__(None, None, None)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, in demo mode, on an empty database."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


def is_postgresql(url: str) -> bool:
    """Whether an address is PostgreSQL's."""
    return make_url(url).get_backend_name() == "postgresql"
