"""Who would take somebody in this night, and what was kept of earlier nights."""

from __future__ import annotations

import uuid
from collections.abc import Container
from datetime import date
from typing import Any

from sqlalchemy import select

from agencies.models import NightsFree, NightsLooked
from agencies.queries.find.everybody import offers_for
from agencies.queries.find.understand import Asked, understand
from agencies.queries.hours import open_at
from agencies.rules.eligibility import Asking, judges_for
from agencies.rules.judging import screen
from agencies.rules.needs import ROOF, Urgency
from agencies.rules.nights import LOOKED_FOR, bit_of, month_of
from core.actors import SYSTEM
from core.db import db
from core.types import as_id, as_stored

Months = dict[date, int]
PORTION = 100


def is_looked_at(night: date) -> bool:
    """Whether a night was looked at already."""
    nights = db.session.scalar(
        select(NightsLooked.nights).where(NightsLooked.month == month_of(night))
    )
    return bool((nights or 0) & bit_of(night))


def free_now(*, beds_fresh_hours: int) -> dict[str, list[uuid.UUID]]:
    """For each need the offers that would take somebody at this moment, as find says it.

    No rule fails and nothing must be asked first: open or with an intake at night, and a place
    that was said to be free not longer ago than `beds_fresh_hours`.
    """
    offers = [row[0] for row in offers_for(SYSTEM, sorted(ROOF))]
    found = {}
    for need in LOOKED_FOR:
        asked = Asked(needs=(need,), urgency=Urgency.EMERGENCY)
        question = understand(asked, beds_fresh_hours=beds_fresh_hours).question
        judges = judges_for(Asking(question, open_at(question.at), lambda: None))
        found[need] = [as_id(one.offer_id) for one in offers if screen(one, judges) == (0, False)]
    return found


def nights_looked() -> Months:
    """The nights that were looked at, by their months."""
    return {row.month: row.nights for row in db.session.scalars(select(NightsLooked))}


def nights_free(month: date, need: str, among: Container[Any], wanted: int) -> int:
    """On which of some nights of a month any of these offers (as the database has them) was free.

    Most nights somebody was: no more is read than it takes to find one for each.
    """
    rows = select(as_stored(NightsFree.offer_id), NightsFree.nights)
    rows = rows.where(NightsFree.month == month, NightsFree.need == need)
    found = 0
    if not wanted:
        return found
    with db.session.execute(rows.execution_options(yield_per=PORTION)) as told:
        for offer, nights in told:
            if offer in among:
                found |= nights
                if found & wanted == wanted:
                    break
    return found & wanted
