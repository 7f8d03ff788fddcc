"""The one place that says what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

from flask import has_request_context

FIRST_YEAR = 2000

_told: ContextVar[datetime | None] = ContextVar("rujukan_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    told = _told.get()
    return datetime.now(UTC) if told is None else told


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is that instant of the past: for the simulator and nothing else.

    `ValueError` for a naive instant and for one to come; `RuntimeError` in a request: no door may
    say when something happened.
    """
    if has_request_context():
        raise RuntimeError("no door says what time it is")
    wanted = aware(moment)
    if wanted > datetime.now(UTC):
        raise ValueError("nothing has happened yet at an instant to come")
    before = _told.set(wanted)
    try:
        yield
    finally:
        _told.reset(before)


def aware(moment: datetime) -> datetime:
    """The same instant in UTC. Raises `ValueError` for a naive datetime: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone names no instant")
    return moment.astimezone(UTC)


def is_of_our_time(moment: datetime) -> bool:
    """Whether somebody can have meant a moment: a year of this century, not one half typed.

    What lies at the ends of the calendar could not even be kept in UTC.
    """
    return FIRST_YEAR <= moment.year < FIRST_YEAR + 100


def read_moment(text: str, zone: tzinfo) -> datetime:
    """A typed date and time, in a zone where it names none.

    `ValueError` for what is none, and for another century.
    """
    typed = datetime.fromisoformat(text)
    if not is_of_our_time(typed):
        raise ValueError("no moment of our time")
    return typed if typed.tzinfo else typed.replace(tzinfo=zone)
