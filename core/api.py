"""The API kit: one flask-smorest Api, described at /api/v1/openapi.json, docs from local files."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Blueprint, Flask, current_app, render_template
from flask_babel import gettext
from flask_smorest import Api
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from core.api_docs import operations
from core.i18n import _
from core.pages import add_footer


class _Parser(FlaskParser):
    """Says of a body that is not JSON what is said of any wrong field: 422, in words."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"query": "raise", "json": "raise"}

    def _handle_invalid_json_error(self, error: Any, req: Any, *args: Any, **more: Any) -> Any:
        """Not JSON, or not even text."""
        wrong = ValidationError({"body": [gettext("This is not JSON")]})
        self.handle_error(wrong, req, Schema(), error_status_code=None, error_headers=None)


class ApiBlueprint(flask_smorest.Blueprint):
    """A described part of the API."""

    ARGUMENTS_PARSER = _Parser()


blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/v1/docs")
def docs() -> str:
    """The API described for people."""
    return render_template(
        "api/docs.html", operations=operations(api_of(current_app).spec.to_dict())
    )


def init_api(app: Flask) -> None:
    """Set up the described API."""
    app.config.update(
        API_TITLE="Rujukan",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api()
    # Its own error handlers would answer pages with JSON; core/problems.py decides by path.
    api._register_error_handlers = lambda: None
    api.init_app(app)
    app.extensions["rujukan_api"] = api
    app.register_blueprint(blueprint)
    add_footer("api_docs.docs", _("For programs (API)"))


def api_of(app: Flask) -> Api:
    """The described API of an app."""
    return app.extensions["rujukan_api"]
