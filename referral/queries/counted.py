"""Counts straight from referrals: those that wait, for whoever watches them; an agency's own.

Everything else that counts persons is read from what was published (docs/published.md).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from core.db import db
from referral.models import Referral, ReferralMove, ReferralNeed
from referral.rules.periods import Period
from referral.rules.states import UNANSWERED, State

_SAYS: dict[State, str] = {
    State.ACCEPTED: "accepted",
    State.CONDITIONAL: "accepted",
    State.DECLINED: "declined",
    State.REDIRECTED: "redirected",
    State.EXPIRED: "expired",
}


def waiting(
    moment: datetime, *, agency_id: uuid.UUID | None = None, need: str | None = None
) -> list[tuple[uuid.UUID, bool]]:
    """Of each referral that waits for an answer who was asked, and whether a clock has ended.

    Read by whoever may watch (the wall of the table); coordinators work on these one by one.
    """
    wanted = select(Referral.receiver_agency_id, _is_late(moment)).where(
        Referral.state.in_(UNANSWERED)
    )
    if agency_id is not None:
        wanted = wanted.where(Referral.receiver_agency_id == agency_id)
    if need is not None:
        of_need = select(ReferralNeed.referral_id).where(ReferralNeed.need == need)
        wanted = wanted.where(Referral.id.in_(of_need))
    rows = db.session.execute(wanted)
    return [(asked, bool(is_late)) for asked, is_late in rows if asked is not None]


def own_decisions(agency_id: uuid.UUID, period: Period, zone: ZoneInfo) -> Mapping[str, int]:
    """What became of the referrals that an agency was asked for in a period, by the last word:
    `accepted`, `declined`, `redirected`, `expired`, `open`. Read by that agency itself.
    """
    rows = db.session.execute(
        select(Referral.id, ReferralMove.to_state)
        .join(ReferralMove, ReferralMove.referral_id == Referral.id)
        .where(
            Referral.receiver_agency_id == agency_id,
            Referral.state != State.IN_ERROR,
            Referral.asked_at >= period.begins(zone),
            Referral.asked_at < period.ends(zone),
        )
        .order_by(Referral.id, ReferralMove.number)
    )
    last: dict[uuid.UUID, str] = {}
    for referral_id, state in rows:
        last[referral_id] = _SAYS.get(state, last.get(referral_id, "open"))
    return Counter(last.values())


def _is_late(moment: datetime) -> ColumnElement[bool]:
    unread = and_(Referral.state == State.SENT, Referral.acknowledge_by < moment)
    return or_(unread, Referral.decide_by < moment)
