"""Adds people, sign-in, permissions and audit to the app."""

from __future__ import annotations

from flask import Flask

from accounts import models  # noqa: F401 (its tables belong to the app)
from accounts.cli import access as access_cli
from accounts.cli import walls as walls_cli
from accounts.current import init_current
from accounts.doorkeeper import init_doorkeeper
from accounts.walls import WALLS
from core.walls import init_walls


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    init_current(app)
    init_doorkeeper(app)
    init_walls(WALLS)
    access_cli.register(app)
    walls_cli.register(app)
