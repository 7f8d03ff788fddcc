"""The API kit: one flask-smorest Api, described at /api/v1/openapi.json, docs from local files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flask_smorest
import orjson
from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask_babel import gettext
from flask_smorest import Api
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser

from core.api_docs import description_of
from core.i18n import _
from core.pages import add_footer

View = TypeVar("View", bound=Callable[..., Any])


class _Parser(FlaskParser):
    """Reads a JSON body straight into its schema: 90 µs quicker than the general way, and what is
    not JSON at all is answered like any wrong field, 422 in words.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {"query": "raise"}

    def parse(self, argmap: Any, req: Any = None, *, location: Any = None, **more: Any) -> Any:
        """What the schema makes of the body (or, as webargs does it, of the address)."""
        if location != "json":
            return super().parse(argmap, req, location=location, **more)
        try:
            return argmap.load(_body())
        except ValidationError as wrong:
            self.handle_error(wrong, request, argmap, error_status_code=None, error_headers=None)


def _body() -> Any:
    raw = request.get_data()
    if raw and not request.is_json:
        raise ValidationError(
            {"body": [gettext("Send JSON, with the content type application/json")]}
        )
    try:
        return orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as wrong:
        raise ValidationError({"body": [gettext("This is not JSON")]}) from wrong


class ApiBlueprint(flask_smorest.Blueprint):
    """A described part of the API."""

    ARGUMENTS_PARSER = _Parser()

    def gives(self, status: int, schema: Any, **more: Any) -> Callable[[View], View]:
        """Describe an answer that the view makes itself. Nothing is wrapped around the view, as
        `response` and `alt_response` would do for each: a view that has no other answers is called
        as it is.
        """
        describe = self.alt_response(status, schema=schema, success=status < 400, **more)

        def described(view: View) -> View:
            view._apidoc = describe(view)._apidoc  # type: ignore[attr-defined]
            return view

        return described


# How a program says which agency it is of; checked in accounts, before any operation.
KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "An agency's key, from the page /keys of its manager. Without one the API shows "
    "the public tier. A key that is wrong, expired or ended is answered with 401, one without the "
    "scope of the operation with 403.",
}

DESCRIBED = "rujukan_api_described"

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/v1/docs")
def docs() -> str:
    """The API described for people."""
    kept = current_app.extensions
    if DESCRIBED not in kept:  # it never changes while a process runs
        kept[DESCRIBED] = description_of(api_of(current_app).spec.to_dict())
    return render_template("api/docs.html", api=kept[DESCRIBED])


def init_api(app: Flask) -> None:
    """Set up the described API."""
    app.config.update(
        API_TITLE="Rujukan",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        # Either nothing, and the public tier, or an agency's key.
        API_SPEC_OPTIONS={"security": [{}, {"key": []}]},
    )
    api = Api()
    # Its own error handlers would answer pages with JSON; core/problems.py decides by path.
    api._register_error_handlers = lambda: None
    api.init_app(app)
    api.spec.components.security_scheme("key", KEY_SCHEME)
    app.extensions["rujukan_api"] = api
    app.register_blueprint(blueprint)
    add_footer("api_docs.docs", _("For programs (API)"))


def api_of(app: Flask) -> Api:
    """The described API of an app."""
    return app.extensions["rujukan_api"]


def json_answer(body: Any, status: int = 200) -> Response:
    """A JSON answer that nobody may keep: it may hold what was said of a person."""
    answer = Response(orjson.dumps(body), status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
