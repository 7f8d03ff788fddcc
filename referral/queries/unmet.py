"""Reads of the register of unmet needs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from core.db import db
from referral.models import UnmetNeed


def unmet_needs_since(day: date) -> list[tuple[str, str | None, int]]:
    """Need, district code and number of searches without result, most first."""
    count = func.count()
    rows = db.session.execute(
        select(UnmetNeed.need, UnmetNeed.area_code, count)
        .where(UnmetNeed.day >= day)
        .group_by(UnmetNeed.need, UnmetNeed.area_code)
        .order_by(count.desc(), UnmetNeed.need, UnmetNeed.area_code)
    )
    return [(need, area, number) for need, area, number in rows]
