"""Adds people, sign-in, permissions and audit to the app."""

from __future__ import annotations

from flask import Flask

from accounts import models  # noqa: F401 (its tables belong to the app)
from accounts.cli import staff as staff_cli
from accounts.current import init_current
from accounts.pages import keys, staff, welcome


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    init_current(app)
    for pages in (staff, welcome, keys):
        pages.register(app)
    staff_cli.register(app)
