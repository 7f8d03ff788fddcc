"""The API kit: one flask-smorest Api, described at /api/v1/openapi.json, docs from local files."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

api = Api()


def init_api(app: Flask) -> None:
    """Set up the described API."""
    app.config.update(
        API_TITLE="Rujukan",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    # Its own error handlers would answer pages with JSON; core/problems.py decides by path.
    api._register_error_handlers = lambda: None
    api.init_app(app)
