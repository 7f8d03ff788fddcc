"""Adds the registry to the app: its pages, API, commands and duties."""

from __future__ import annotations

from flask import Flask

from agencies import models  # noqa: F401 (its tables belong to the app)


def init_app(app: Flask) -> None:
    """Register every door of the package."""
