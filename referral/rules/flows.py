"""An observed way: what was published of the referrals from one agency to another."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """Referrals from one agency to another in a closed period, as far as they are published."""

    sender: uuid.UUID
    receiver: uuid.UUID
    need: str | None  # None: all needs together
    urgency: str | None  # None: all urgencies together
    sent: int | None  # None: hidden (there were some)
    accepted: float | None  # share of the answered, 0..1; None: not published
    minutes: float | None  # median minutes to a decision; None: not published
