"""Errors, as a page for people and as problem+json (RFC 9457) for programs.

flask-smorest would take over the whole app's error pages; here the path decides.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, json, make_response, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from core.errors import HiddenError, RefusedError
from core.hooks import is_machine
from core.i18n import language, say
from core.pages import error_page

log = structlog.get_logger()


def init_problems(app: Flask) -> None:
    """Answer every error in the form that the asker can read."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(HiddenError, _hidden)
    app.register_error_handler(Exception, _unexpected)


def problem(status: int, title: str, **more: Any) -> Response:
    """A problem+json answer."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def _http(error: HTTPException) -> Any:
    if not is_machine(request.path):
        return _with_what_was_said(make_response(error_page(error)), error)
    more: dict[str, Any] = {}
    data = getattr(error, "data", None) or {}
    if data.get("messages"):
        more["errors"] = flatten(data["messages"])
    answer = problem(
        error.code or 500, error.name, detail=data.get("message", error.description), **more
    )
    return _with_what_was_said(answer, error)


def _with_what_was_said(answer: Response, error: HTTPException) -> Response:
    """The headers without which the status would not be understood."""
    said = error.get_response().headers
    for name in ("Allow", "WWW-Authenticate", "Retry-After"):
        if name in said:
            answer.headers[name] = said[name]
    return answer


def _hidden(_error: HiddenError) -> Any:
    return _http(NotFound())


def _refused(error: RefusedError) -> Any:
    tell = say(language())
    errors = [
        {"field": t.field, "message": tell(t.message, **dict(t.values))} for t in error.troubles
    ]
    return problem(422, "Unprocessable Content", errors=errors)


def _unexpected(error: Exception) -> Any:
    # The kind and place of a fault, never its text: the text may quote what was typed.
    log.error("unexpected", kind=type(error).__name__, endpoint=request.endpoint, exc_info=False)
    if request.environ.get("rujukan.raise"):
        raise error
    return _http(InternalServerError())


def flatten(messages: Any, path: str = "") -> list[dict[str, str]]:
    """marshmallow's nested messages as a flat list of field and message."""
    if isinstance(messages, dict):
        steps = [
            flatten(inner, path if key in ("json", "query", "_schema") else _join(path, key))
            for key, inner in messages.items()
        ]
        return [found for step in steps for found in step]
    texts = messages if isinstance(messages, list) else [messages]
    return [{"field": path or "body", "message": str(text)} for text in texts]


def _join(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)
