"""The limits of answering without an account, and of proving a channel."""

from __future__ import annotations

from datetime import timedelta

CODE_FOR = timedelta(minutes=10)
OPEN_FOR = timedelta(minutes=30)
MOST_TRIES = 5  # of one code
MOST_CODES = 5  # an hour, for one link
MOST_CODES_OF_AGENCY = 20  # an hour, over all its links: nobody floods its phone
MOST_CODES_FROM = 20  # an hour, asked for from one network address
MOST_PROVING = 5  # codes and tests an hour that an agency may send to its own channels


def masked(address: str) -> str:
    """Enough of an e-mail address or a number for its holder to know it, and no more."""
    name, at, host = address.partition("@")
    if at:
        start, dot, ending = host.rpartition(".")
        return f"{name[:1]}•••@{start[:1]}•••{dot}{ending}"
    return f"•••• {address[-3:]}"
