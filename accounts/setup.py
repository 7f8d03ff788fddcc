"""Adds people, sign-in, permissions and audit to the app."""

from __future__ import annotations

from flask import Flask

from accounts import jobs, models  # noqa: F401 (its tables belong to the app)
from accounts.cli import audit as audit_cli
from accounts.current import init_current
from accounts.pages import audit as audit_pages
from accounts.queries.audit.health import register_checks


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    init_current(app)
    audit_cli.register(app)
    audit_pages.register(app)
    jobs.register(app)
    register_checks()
