"""Adds people, sign-in, permissions and audit to the app."""

from __future__ import annotations

from flask import Flask

from accounts import models  # noqa: F401 (its tables belong to the app)
from accounts.cli import accounts as accounts_cli
from accounts.current import init_current
from accounts.pages import account, factors, leaving, second_step, sign_in
from accounts.pages.gate import init_gate
from accounts.pages.header import init_header


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    init_current(app)
    leaving.register(app)  # first: after a quick exit nothing else is looked at
    init_gate(app)
    init_header(app)
    for door in (sign_in, second_step, account, factors, accounts_cli):
        door.register(app)
