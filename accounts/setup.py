"""Adds people, sign-in, permissions and audit to the app."""

from __future__ import annotations

from flask import Flask

from accounts import jobs, models  # noqa: F401 (its tables belong to the app)
from accounts.cli import access, backup, keys
from accounts.cli import accounts as accounts_cli
from accounts.cli import audit as audit_cli
from accounts.cli import staff as staff_cli
from accounts.cli import walls as walls_cli
from accounts.commands.restored import end_sessions_of_the_backup
from accounts.current import init_current
from accounts.doorkeeper import init_doorkeeper
from accounts.pages import account, audit, factors, leaving, second_step, sign_in, staff, welcome
from accounts.pages import keys as keys_pages
from accounts.pages.gate import init_gate
from accounts.pages.header import init_header
from accounts.queries.audit.health import register_checks
from accounts.queries.walls_health import register_walls_check
from accounts.walls import WALLS
from core.backup.database import RESTORED
from core.events import subscribe
from core.walls import init_walls


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    init_current(app)
    leaving.register(app)  # first: after a quick exit nothing else is looked at
    init_gate(app)
    init_doorkeeper(app)
    init_walls(WALLS)
    init_header(app)
    subscribe(RESTORED, end_sessions_of_the_backup)
    for door in (sign_in, second_step, account, factors, audit, staff, welcome, keys_pages):
        door.register(app)
    for commands in (access, accounts_cli, audit_cli, backup, keys, staff_cli, walls_cli):
        commands.register(app)
    jobs.register(app)
    register_checks()
    register_walls_check()
