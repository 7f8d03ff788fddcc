"""`/healthz`: whether the database answers and when a worker was last alive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import text

from core import worker
from core.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> dict[str, Any]:
    """200 with the worker's last heartbeat (ISO 8601, UTC) or null."""
    db.session.execute(text("select 1"))
    beat = worker.last_heartbeat()
    return {
        "status": "ok",
        "worker": "alive" if worker.is_alive() else "missing",
        "heartbeat": beat.isoformat(timespec="seconds") if beat else None,
    }
