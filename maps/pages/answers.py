"""How layers are answered: as GeoJSON or JSON, compressed, and never kept by browsers' caches."""

from __future__ import annotations

import gzip
import json
from typing import Any

from flask import Response, request

GEOJSON = "application/geo+json"
JSON = "application/json"
WORTH_PACKING = 1_000  # bytes


def answer(body: str, kind: str = GEOJSON, file_name: str = "") -> Response:
    """A body of a kind; with a file name browsers save it."""
    response = Response(content_type=kind)
    response.vary.add("Accept-Encoding")
    if file_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    raw = body.encode()
    if len(raw) > WORTH_PACKING and request.accept_encodings.quality("gzip"):
        response.headers["Content-Encoding"] = "gzip"
        raw = gzip.compress(raw, compresslevel=6, mtime=0)
    response.set_data(raw)
    return response


def as_json(value: Any) -> Response:
    """A value as compact JSON."""
    return answer(json.dumps(value, ensure_ascii=False, separators=(",", ":")), JSON)


def saved(body: bytes, kind: str, file_name: str) -> Response:
    """A file to keep."""
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
