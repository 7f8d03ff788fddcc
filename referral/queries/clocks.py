"""What the clocks of a referral are to be told of it, and which referrals are to be looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, Select, bindparam, func, or_, select

from core.asking import ask, spelt_once
from core.clock import now
from core.db import db
from referral.models import (
    Arrival,
    Asking,
    ClockMark,
    Hold,
    Holding,
    Referral,
    ReferralMove,
    ReturnReferral,
)
from referral.rules.duties import Facts, duties, look_at
from referral.rules.moves import Name
from referral.rules.states import PROMISED, State

# Each of these begins the clocks anew: what was done before does not count any more.
BEGINS_ROUND = (Name.SEND, Name.REOPEN, Name.LAPSE)
# In these states clocks hang on what is held for the person, and on when they are expected.
HAS_PLACE = PROMISED | {State.NO_SHOW}


@dataclass(frozen=True, slots=True)
class Clocks:
    """A referral as its clocks see it: how often they began, the facts, the marks of this round."""

    round: int
    facts: Facts
    done: frozenset[str]


def due_referrals(limit: int) -> Sequence[uuid.UUID]:
    """The referrals whose clocks are to be looked at now, the longest due first."""
    wanted = select(Referral.id).where(Referral.attend_at <= now())
    return list(db.session.scalars(wanted.order_by(Referral.attend_at).limit(limit)))


def try_to_lock(referral_id: uuid.UUID) -> Referral | None:
    """The referral, locked with its asking; None when it is gone or somebody has it just now.

    Nobody is waited for: so two workers, or a worker and a clerk, never hold each other up.
    """
    asking_id = db.session.scalar(select(Referral.asking_id).where(Referral.id == referral_id))
    if asking_id is not None:
        asking = select(Asking.id).where(Asking.id == asking_id)
        if db.session.scalar(asking.with_for_update(key_share=True, skip_locked=True)) is None:
            return None
    wanted = (
        select(Referral)
        .where(Referral.id == referral_id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def next_look(referral: Referral, moment: datetime) -> datetime | None:
    """When the clocks of a referral are to be looked at next; None once it has ended.

    Only that is asked of the database on which a clock hangs as the referral stands; and as long as
    every duty is still to come, none can be done already, so that no mark needs to be read.
    """
    if not referral.is_by_phone:
        with db.session.no_autoflush:  # what waits of the referral itself is not asked for
            facts = _facts_as_it_stands(referral)
        if all(duty.at > moment for duty in duties(facts)):
            return look_at(facts, (), moment)
    clocks = clocks_of(referral)
    return look_at(clocks.facts, clocks.done, moment)


def _facts_as_it_stands(referral: Referral) -> Facts:
    if referral.state in HAS_PLACE:
        kept, expected = ask(_kept(), asked=referral.id).one()
        return _facts(referral, kept=kept, expected=expected)
    if referral.state is State.COMPLETED:
        return _facts(referral, returned=ask(_returned(), asked=referral.id).scalar())
    return _facts(referral)


@lru_cache(maxsize=1)
def _kept() -> Select[*tuple[Any, ...]]:
    asked: BindParameter[uuid.UUID] = bindparam("asked")
    return spelt_once(select(_kept_until(asked), _expected_at(asked)))


@lru_cache(maxsize=1)
def _returned() -> Select[datetime]:
    return spelt_once(select(_returned_at(bindparam("asked"))))


def _kept_until(asked: BindParameter[uuid.UUID]) -> ScalarSelect[datetime | None]:
    held = select(func.min(Hold.until)).where(Hold.referral_id == asked)
    return held.where(Hold.state == Holding.HELD).scalar_subquery()


def _expected_at(asked: BindParameter[uuid.UUID]) -> ScalarSelect[datetime | None]:
    return select(Arrival.expected_at).where(Arrival.referral_id == asked).scalar_subquery()


def _returned_at(asked: BindParameter[uuid.UUID]) -> ScalarSelect[datetime]:
    unread = select(ReturnReferral.written_at).where(ReturnReferral.referral_id == asked)
    return unread.where(ReturnReferral.read_at.is_(None)).scalar_subquery()


def clocks_of(referral: Referral) -> Clocks:
    """What the clocks have to know of a referral."""
    kept, expected, phoned, returned, begun, marks = ask(_asked(), asked=referral.id).one()
    facts = _facts(referral, kept=kept, expected=expected, phoned=phoned, returned=returned)
    return Clocks(begun, facts, frozenset(marks.split(_BETWEEN) if marks else ()))


def _facts(
    referral: Referral,
    *,
    kept: datetime | None = None,
    expected: datetime | None = None,
    phoned: datetime | None = None,
    returned: datetime | None = None,
) -> Facts:
    return Facts(
        state=referral.state,
        urgency=referral.urgency,
        acknowledge_by=referral.acknowledge_by,
        decide_by=referral.decide_by,
        escalate_at=referral.escalate_at,
        start_by=referral.start_by,
        expires_at=referral.expires_at,
        kept_until=kept,
        expected_at=expected or referral.appointed_at,
        phone_at=phoned if referral.is_by_phone else None,
        returned_at=returned if referral.state is State.COMPLETED else None,
    )


_BETWEEN = "\n"  # in no mark


@lru_cache(maxsize=1)
def _asked() -> Select[*tuple[Any, ...]]:
    """Six small questions in one; every move asks them, so they are spelt once."""
    asked: BindParameter[uuid.UUID] = bindparam("asked")
    move = ReferralMove.referral_id == asked
    begun = (
        select(func.count())
        .select_from(ReferralMove)
        .where(move, or_(*(ReferralMove.name == name for name in BEGINS_ROUND)))
        .scalar_subquery()
    )
    wanted = select(
        _kept_until(asked),
        _expected_at(asked),
        select(func.max(ReferralMove.at))
        .where(
            move,
            ReferralMove.by_phone_from_sealed.is_not(None),
            ReferralMove.confirmed_at.is_(None),
        )
        .scalar_subquery(),
        _returned_at(asked),
        begun,
        select(func.aggregate_strings(ClockMark.what, _BETWEEN))
        .where(ClockMark.referral_id == asked, ClockMark.round == begun)
        .scalar_subquery(),
    )
    return spelt_once(wanted)
