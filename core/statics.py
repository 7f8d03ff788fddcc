"""Styles, scripts and pictures: kept by the browser for as long as they are what they are.

Their address carries a mark of what is in them. So a phone on a slow line asks for each of them
once, and after an update for those alone that changed.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

from core import hooks

ENDPOINT = "static"
MARK = "v"
A_YEAR = 365 * 86_400  # seconds


def init_statics(app: Flask) -> None:
    """Mark the addresses of static files, and let what is asked for by its mark be kept."""
    app.url_defaults(_mark)
    hooks.after(app, _let_it_be_kept, pages_only=True)


def _mark(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == ENDPOINT and "filename" in values:
        values.setdefault(MARK, mark_of(values["filename"]))


def _let_it_be_kept(response: Response) -> Response:
    if request.endpoint != ENDPOINT or response.status_code not in (200, 206, 304):
        return response
    asked, arguments = request.args.get(MARK), request.view_args or {}
    if asked and asked == mark_of(arguments.get("filename", "")):
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def mark_of(filename: str) -> str | None:
    """The mark of a static file's content; None where there is no such file."""
    path = Path(current_app.static_folder or "") / filename
    try:
        changed = path.stat().st_mtime_ns
    except (OSError, ValueError):  # a name with a null byte is no file either
        return None
    return _mark_of_content(path, changed)


@lru_cache(maxsize=1_000)
def _mark_of_content(path: Path, _changed: int) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
