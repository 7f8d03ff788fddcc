"""How long a session lives."""

from __future__ import annotations

from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)  # a long shift, and not the next one
SEEN_EVERY = timedelta(minutes=1)  # how exactly idleness is known: a write for each page is dear


def is_over(began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether nobody was there for too long, or the session is too old."""
    return now - seen_at > IDLE or now - began_at > LONGEST
