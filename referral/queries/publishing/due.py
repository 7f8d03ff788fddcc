"""Which periods are closed and wait to be published."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select

from core.db import db
from referral.models import Publication, ReferralMove, UnmetNeed
from referral.queries.publishing.body import Body, packed_body
from referral.rules.moves import Name
from referral.rules.periods import Period, closed_periods


def due_periods(moment: datetime, *, zone: ZoneInfo, grace: timedelta) -> tuple[Period, ...]:
    """Closed periods in which something happened and that nobody published, quarters first.

    A quarter whose year is out already is never published: it was not thought of in that year.
    """
    first = _first(zone)
    if first is None:
        return ()
    out = set(db.session.scalars(select(Publication.period)))
    return tuple(
        period
        for period in closed_periods(first, moment, zone=zone, grace=grace)
        if str(period) not in out and str(period.year) not in out and _is_lively(period, zone)
    )


def quarters_out(period: Period) -> dict[int, Body]:
    """The bodies of a year's quarters (0 to 3) that are out; of a quarter, none."""
    if period.quarter:
        return {}
    names = {str(one): one.quarter - 1 for one in period.quarters}
    rows = db.session.execute(
        select(Publication.period, Publication.body).where(Publication.period.in_(names))
    )
    return {names[name]: packed_body(body) for name, body in rows}


def _first(zone: ZoneInfo) -> datetime | None:
    sent = db.session.scalar(
        select(func.min(ReferralMove.at)).where(ReferralMove.name == Name.SEND)
    )
    day = db.session.scalar(select(func.min(UnmetNeed.day)))
    searched = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) if day else None
    return min((one for one in (sent, searched) if one), default=None)


def _is_lively(period: Period, zone: ZoneInfo) -> bool:
    begins, ends = period.begins(zone), period.ends(zone)
    sent = exists().where(
        ReferralMove.name == Name.SEND, ReferralMove.at >= begins, ReferralMove.at < ends
    )
    searched = exists().where(
        UnmetNeed.day >= begins.astimezone(zone).date(),
        UnmetNeed.day < ends.astimezone(zone).date(),
    )
    return bool(db.session.scalar(select(sent | searched)))
