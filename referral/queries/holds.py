"""What is, or was, kept for a referral."""

from __future__ import annotations

import uuid
from functools import lru_cache

from sqlalchemy import Select, bindparam, select

from accounts.walls import HANDING
from agencies.models import Pool
from core.asking import spelt_once
from core.db import db
from core.rows import find_objects
from core.walls import cross
from referral.models import Hold, Holding


def holds_listed(referral_id: uuid.UUID) -> list[tuple[Hold, str]]:
    """Every hold of a referral with the label of its pool, in the order of their making."""
    rows = db.session.execute(
        select(Hold, Pool.label)
        .join(Pool, Pool.id == Hold.pool_id)
        .where(Hold.referral_id == referral_id)
        .order_by(Hold.made_at, Hold.id)
    )
    return [(row[0], row[1]) for row in rows]


def holds_of(referral_id: uuid.UUID) -> list[Hold]:
    """What is held for a referral now, locked; whoever's the places are."""
    # Whatever changes a hold writes it at once.
    with cross(HANDING), db.session.no_autoflush:
        return find_objects(Hold, _held(), referral=referral_id)


@lru_cache(maxsize=1)
def _held() -> Select[Hold]:
    wanted = select(Hold).where(Hold.referral_id == bindparam("referral"))
    wanted = wanted.where(Hold.state == Holding.HELD)
    return spelt_once(wanted.order_by(Hold.pool_id).with_for_update())
