"""Several agencies that are asked for one person."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.models import Offer, Pool
from core.actors import Actor
from core.db import db, write
from referral.commands.asking.asking_others import Choice, ask_others
from referral.commands.consent.consents import Given
from referral.commands.moves.answering import Promise
from referral.models import Hold, Holding, How, Referral
from referral.queries.referrals import any_referral_by_code
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.handing import Two, make_sent
from tests.support.people import make_account


@dataclass(slots=True)
class Asked:
    """An agency that may be asked: what it offers, who answers, and its referral's code."""

    offer_id: uuid.UUID
    agency_id: uuid.UUID
    pool_id: uuid.UUID
    clerk: Actor
    code: str = ""

    def promise(self, **more: Any) -> Promise:
        """Ibu Rini takes them in, and a place is held."""
        return Promise(**{"person": "Ibu Rini", "pool_id": self.pool_id, **more})


def make_asked(count: int, *, beds: tuple[int, int] = (30, 0)) -> list[Asked]:
    """So many agencies with places and a clerk."""
    found = []
    for _number in range(count):
        offer: Offer = make_offer(beds=beds, **WELCOMES_ALL)
        agency_id, pool_id = offer.service.agency_id, offer.pools[0].id
        clerk = actor_of(make_account(Role.INTAKE, agency_id=agency_id), strong=True)
        found.append(Asked(offer.id, agency_id, pool_id, clerk))
    return found


def first_of(two: Two) -> Asked:
    """The one that is asked first."""
    return Asked(two.offer.id, two.receiver_id, two.pool_id, two.answering)


def ask_all(two: Two, others: Sequence[Asked], **said: Any) -> str:
    """The receiver is asked and the others stand behind it; returns the first code.

    Each of `others` gets the code of its referral.
    """
    sent = {name: said.pop(name) for name in ("urgency", "requested_by") if name in said}
    first = make_sent(two, **sent)
    choices = [
        Choice(one.offer_id, Given(receiver_agency_id=one.agency_id, fields=("name",)))
        for one in others
    ]
    asking_id = write(ask_others, two.sending, code=first, choices=choices, **said)
    db.session.rollback()
    rows = db.session.execute(
        select(Referral.offer_id, Referral.code).where(Referral.asking_id == asking_id)
    )
    codes = {row.offer_id: row.code for row in rows}
    for one in others:
        one.code = codes[one.offer_id]
    return first


def states_of(codes: Sequence[str]) -> list[str]:
    """Where referrals stand now."""
    db.session.rollback()
    return [_row(code).state.value for code in codes]


def _row(code: str) -> Referral:
    found = any_referral_by_code(code)
    assert found is not None
    return found


def held_now() -> int:
    """How many places are held, by the pools; the holds say the same."""
    db.session.rollback()
    by_pools = db.session.scalar(select(func.sum(Pool.held))) or 0
    held = select(func.sum(Hold.places)).where(Hold.state == Holding.HELD)
    assert by_pools == (db.session.scalar(held) or 0)
    return int(by_pools)


AT_ONCE = {"how": How.AT_ONCE}
