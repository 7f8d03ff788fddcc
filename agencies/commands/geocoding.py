"""Keep what the geocoder answered, for as long as the operator said."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, delete

from agencies.models.geocoding import GeocodedAddress
from agencies.queries.geocoding import ANSWERED
from core.actors import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.events import subscribe
from core.worker import register_duty

EVERY = timedelta(hours=1)


def register_duties() -> None:
    """Keep answers as they come, and have the worker remove those that expired."""
    subscribe(ANSWERED, keep_answer)
    register_duty("forget_geocoded", EVERY, partial(forget_expired, SYSTEM))


def keep_answer(*, asked: str, answer: list[dict[str, Any]], expires_at: datetime) -> None:
    """Command: keep an answer (points in degrees) under the keyed hash of what was asked."""
    db.session.merge(GeocodedAddress(asked=asked, answer=answer, expires_at=expires_at))


def forget_expired(actor: Actor) -> int:
    """Command: remove answers that expired; returns how many."""
    gone = delete(GeocodedAddress).where(GeocodedAddress.expires_at <= now())
    result = db.session.execute(gone)
    return result.rowcount if isinstance(result, CursorResult) else 0
