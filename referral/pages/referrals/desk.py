"""Adds the pages of a referral and the lists to the app."""

from __future__ import annotations

from flask import Flask

from core.i18n import _
from core.pages import add_nav
from referral.pages.referrals import index, show  # noqa: F401 (they add their routes)
from referral.pages.referrals.common import blueprint


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("referrals.index", _("Referrals"))
    app.register_blueprint(blueprint)
