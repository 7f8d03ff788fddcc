"""How long somebody must wait after wrong attempts.

An account's wait grows with its wrong attempts, an address's later, because an office shares one.
A browser that has signed in to the account before is counted by itself, so that nobody can lock
somebody out by failing in their name (OWASP, "Device cookies").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_AT = timedelta(hours=1)  # older attempts are forgiven
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Patience:
    """So many wrong attempts are free; then each doubles the wait, which begins at `first`."""

    free: int
    first: timedelta


FOR_ACCOUNT = Patience(5, timedelta(seconds=30))
FOR_ADDRESS = Patience(30, timedelta(seconds=10))


def free_again(wrong: Sequence[datetime], patience: Patience, now: datetime) -> datetime | None:
    """When the next attempt is free, by the moments of wrong ones; None when it is free now.

    `wrong` are those since the last right one; those before `LOOKED_AT` do not count.
    """
    counted = [moment for moment in wrong if now - moment < LOOKED_AT]
    over = len(counted) - patience.free
    if over < 0:
        return None
    wait = min(patience.first * 2 ** min(over, 16), LONGEST_WAIT)
    until = max(counted) + wait
    return until if until > now else None
