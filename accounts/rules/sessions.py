"""How long a session lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)  # a long shift, and not the next one
SEEN_EVERY = timedelta(minutes=1)  # how exactly idleness is known: a write for each page is dear


def is_over(began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether nobody was there for too long, or the session is too old."""
    return now - seen_at > IDLE or now - began_at > LONGEST


class Wait(StrEnum):
    """What a session still waits for before it may do anything."""

    FACTOR = "second factor"  # to be shown
    ENROLMENT = "enrolment"  # of a first second factor


def waits_for(*, strong: bool, must_be_strong: bool, has_factor: bool) -> Wait | None:
    """Who has a second factor shows it; who must have one and has none enrols it first."""
    if strong:
        return None
    if has_factor:
        return Wait.FACTOR
    return Wait.ENROLMENT if must_be_strong else None
