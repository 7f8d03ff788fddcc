"""An agency applies to join: the states of that, and what may not stand in it."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

MOST_FROM_ONE_ADDRESS = 5
WITHIN = timedelta(hours=1)

# Agencies join into these; the secret tier is set place by place, by whoever keeps the entry.
TIERS = ("public", "network")


class ApplicationState(StrEnum):
    """Waiting for a coordinator, or decided."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


_ADDRESS = re.compile(
    r"\b(?:jl|jln|gg)\.|\bjln?\s+[A-Z]|\bRT\s*\.?/?\s*(?:RW\b|\d)|\bRW\s*\.?\s*\d"
    r"|\b(?:no|nomor)\.?\s*\d+|\bkode\s+pos\b",
    re.IGNORECASE,
)


def holds_an_address(text: str) -> bool:
    """Whether a text seems to say where a house stands (`Jl. …`, `RT 01/RW 02`, `No. 12`).

    What is typed here is read by several; a shelter's address belongs to its sealed field.
    """
    return bool(_ADDRESS.search(text))
