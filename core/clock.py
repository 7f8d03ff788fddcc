"""The one place that says what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def aware(moment: datetime) -> datetime:
    """The same instant in UTC. Raises `ValueError` for a naive datetime: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone names no instant")
    return moment.astimezone(UTC)
