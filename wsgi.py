"""The application: the only module that imports every package."""

# ruff: noqa: E402 (the collector is off before the imports: see below)
from __future__ import annotations

import gc

# Of two thousand modules nothing ever goes, but the collector looks through them again and again
# while they are read, and once more when the process ends: two fifths of the time to start.
gc.disable()

import os
from types import ModuleType

from flask import Flask
from flask_migrate import Migrate

import accounts.once
import accounts.setup
import agencies.setup
import maps.setup
import referral.setup
from core import (
    api,
    changes,
    checks,
    cli,
    demo_guard,
    forged,
    health,
    hosts,
    house,
    i18n,
    idempotency,
    large_pages,
    logs,
    mail,
    once,
    pages,
    problems,
    proxies,
    statics,
)
from core.db import db, init_db, is_command
from core.settings import ROOT, Settings
from core.variables import WrongSettingError

# From the ground up; a package's `setup.init_app` adds its doors, jobs and subscriptions.
PACKAGES: tuple[ModuleType, ...] = (
    accounts.setup,
    agencies.setup,
    referral.setup,
    maps.setup,
)

YOUNG = 10_000  # objects more than before, from which on the collector looks; Python's own is 700
LARGEST_BODY = 1024 * 1024  # bytes; nobody types more


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app. Raises `WrongSettingError` for a setting that is unknown or wrong."""
    settings = settings or Settings.from_environment(os.environ)
    logs.init_logs(settings.log_level)
    app = Flask("rujukan", root_path=str(ROOT))
    # No view is asynchronous; looking at each of them for that, twenty times a request, costs.
    app.ensure_sync = lambda view: view  # type: ignore[method-assign, assignment]
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.https_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        RUJUKAN=settings,
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    init_db(app, settings.url)
    changes.init_changes()
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    i18n.init_i18n(app, settings.language)
    proxies.init_proxies(app, settings)
    mail.init_mail()
    checks.init_checks()
    if settings.demo:
        demo_guard.init_demo_guard(app)
    pages.init_pages(app, demo=settings.demo)
    problems.init_problems(app)
    hosts.init_hosts(app, settings)
    api.init_api(app)
    cli.init_cli(app)
    idempotency.init_idempotency()
    once.init_once(app)
    statics.init_statics(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(house.blueprint)
    for package in PACKAGES:
        package.init_app(app)
    forged.init_forged(app)
    accounts.once.init_once(app)
    cli.explain_missing_tables(app)
    return app


def __getattr__(name: str) -> Flask:
    """`wsgi:app` for servers; made on demand so that importing `create_app` starts nothing."""
    if name == "app":
        try:
            app = create_app()
        except WrongSettingError as wrong:
            raise SystemExit(f"Rujukan did not start: {wrong}") from None
        globals()["app"] = app
        # What an app is made of never goes either. And an answer makes some thousand things that
        # are gone with it: the collector need not look for rings among them while it is made.
        gc.freeze()
        gc.set_threshold(YOUNG, 20, 20)
        if not is_command():
            large_pages.watch()
        return app
    raise AttributeError(name)


gc.freeze()
gc.enable()
