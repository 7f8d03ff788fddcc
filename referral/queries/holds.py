"""What is, or was, kept for a referral."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from agencies.models import Pool
from core.db import db
from referral.models import Hold


def holds_listed(referral_id: uuid.UUID) -> list[tuple[Hold, str]]:
    """Every hold of a referral with the label of its pool, in the order of their making."""
    rows = db.session.execute(
        select(Hold, Pool.label)
        .join(Pool, Pool.id == Hold.pool_id)
        .where(Hold.referral_id == referral_id)
        .order_by(Hold.made_at, Hold.id)
    )
    return [(row[0], row[1]) for row in rows]
