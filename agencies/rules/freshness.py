"""How long a fact may be believed (domain.md §3: beds 24 h, the rest 90 days)."""

from __future__ import annotations

from datetime import date, timedelta

VERIFICATION_LASTS = timedelta(days=90)


def is_verification_old(verified_at: date | None, today: date) -> bool:
    """Whether an entry should be verified again; one that never was is old."""
    return verified_at is None or today - verified_at > VERIFICATION_LASTS
