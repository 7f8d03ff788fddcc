"""Adds the maps to the app."""

from __future__ import annotations

from flask import Flask

from maps import pages


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    pages.register(app)
