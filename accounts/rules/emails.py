"""Addresses for mail."""

from __future__ import annotations

import re

LONGEST = 254  # letters (RFC 5321)
_ADDRESS = re.compile(r"[a-z0-9._%+'-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


def as_address(typed: str) -> str | None:
    """The address in lower case; None for what is none.

    Only plain letters and one address: what is typed here becomes the line of a mail.
    """
    address = typed.strip().lower()
    fits = len(address) <= LONGEST and _ADDRESS.fullmatch(address)
    return address if fits else None
