"""Adds the hand-off to the app."""

from __future__ import annotations

from flask import Flask

from agencies.commands.searches import SEARCH_FOUND_NOTHING
from core.events import subscribe
from referral import models  # noqa: F401 (its tables belong to the app)
from referral.cli import referral
from referral.commands import log_unmet_need


def init_app(app: Flask) -> None:
    """Register every door of the package and listen to what happens below."""
    subscribe(SEARCH_FOUND_NOTHING, log_unmet_need)
    app.cli.add_command(referral)
