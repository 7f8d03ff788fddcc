"""The pages with which an agency keeps its own entry true, and with which workers report."""

from __future__ import annotations

from flask import Flask

from agencies.pages.entry import beds, edit, own, report
from agencies.pages.entry.common import blueprint
from core.i18n import _
from core.pages import add_nav

PAGES = (beds, edit, own, report)  # each adds its pages to the blueprint


def register(app: Flask) -> None:
    """Add the pages to the app; the navigation shows them to those who hold the right."""
    app.register_blueprint(blueprint)
    report.register(app)
    add_nav("entry.beds", _("Beds"))
    add_nav("entry.own", _("Our entry"))
