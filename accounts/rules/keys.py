"""Keys of programs: what they look like, and how long they live."""

from __future__ import annotations

from datetime import datetime, timedelta

PREFIX = "rjk_"  # so that a key that lies about is known for what it is
SHOWN = 10  # of its first letters are kept, so that people can tell keys apart
LONGEST_LIFE = timedelta(days=365)
USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known: a write each time is dear


def is_live(*, expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a key still opens anything."""
    return ended_at is None and now < expires_at


def is_to_be_noted(used_at: datetime | None, now: datetime) -> bool:
    """Whether it is time to note that a key was used."""
    return used_at is None or now - used_at > USED_EVERY
