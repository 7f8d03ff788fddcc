"""Adds people, sign-in, permissions and audit to the app."""

from __future__ import annotations

from flask import Flask

from accounts import jobs, models  # noqa: F401 (its tables belong to the app)
from accounts.cli import access, backup, keys
from accounts.cli import audit as audit_cli
from accounts.commands.restored import end_sessions_of_the_backup
from accounts.current import init_current
from accounts.doorkeeper import init_doorkeeper
from accounts.pages import audit
from accounts.queries.audit.health import register_checks
from core.backup.database import RESTORED
from core.events import subscribe


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    init_current(app)
    init_doorkeeper(app)
    subscribe(RESTORED, end_sessions_of_the_backup)
    for door in (access, audit, audit_cli, backup, keys):
        door.register(app)
    jobs.register(app)
    register_checks()
