"""Keep what was free in a night, and forget it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, insert, select, update

from agencies.models import NightsFree, NightsLooked
from agencies.queries.export import chunks
from agencies.rules.nights import bit_of, month_of, months_between
from core.actors import Actor
from core.db import db

AT_ONCE = 500


def keep_night(actor: Actor, *, night: date, free: Mapping[str, Sequence[uuid.UUID]]) -> bool:
    """Command: this night was looked at, and these offers were free for these needs.

    False, and nothing kept, where somebody kept it before.
    """
    month, bit = month_of(night), bit_of(night)
    # Locked before it is asked: of two workers that looked, one keeps what it saw.
    looked = db.session.get(NightsLooked, month, with_for_update=True)
    if looked is not None and looked.nights & bit:
        return False
    if looked is None:
        db.session.add(NightsLooked(month=month, nights=bit))
    else:
        looked.nights |= bit
    for need, offers in free.items():
        for some in chunks(sorted(offers), AT_ONCE):
            _keep(month, bit, need, some)
    db.session.flush()
    return True


def forget_nights(actor: Actor, first: date, end: date) -> None:
    """Command: nobody looked at the nights from `first` until before `end`."""
    for month, bits in months_between(first, end):
        for model in (NightsFree, NightsLooked):
            left = model.nights.bitwise_and(~bits)
            db.session.execute(update(model).where(model.month == month).values(nights=left))
            db.session.execute(delete(model).where(model.month == month, model.nights == 0))


def _keep(month: date, bit: int, need: str, offers: Sequence[uuid.UUID]) -> None:
    these = (NightsFree.month == month, NightsFree.need == need, NightsFree.offer_id.in_(offers))
    known = set(db.session.scalars(select(NightsFree.offer_id).where(*these)))
    db.session.execute(update(NightsFree).where(*these).values(nights=NightsFree.nights + bit))
    rows = [
        {"month": month, "need": need, "offer_id": one, "nights": bit}
        for one in offers
        if one not in known
    ]
    if rows:
        db.session.execute(insert(NightsFree), rows)
