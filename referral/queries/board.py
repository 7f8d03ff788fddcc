"""What waits for a clerk: the inbox by clock, who is expected, whose place is about to lapse."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from accounts.rules.rights import Right
from agencies.models import Pool
from agencies.queries.entries.beds import SaidPool, pools_of
from core.actors import Actor
from core.db import db
from referral.models import Arrival, Hold, Holding, Referral, ReferralMove
from referral.queries.listed import Listed, agencies_with, by_clock, listed, received_rows
from referral.rules.due import lapses_soon
from referral.rules.groups import Lane, end_of_night, lane_of
from referral.rules.moves import Name
from referral.rules.states import ARRIVED, PROMISED, UNANSWERED, State

MOST = 200  # rows that somebody can work through; the list has them all
MOST_HERE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A referral on the board, with what its lane needs to say."""

    row: Listed
    expected_at: datetime | None
    kept_until: datetime | None
    lapses: bool
    was_answered: bool  # the sender answered a question of ours, and nobody went on from there


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A place that was just taken by somebody at the door: it can be given back for a while."""

    hold_id: uuid.UUID
    pool: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of one moment."""

    lanes: dict[Lane, list[Waiting]]
    late: int
    lapsing: int
    unconfirmed: int
    here_total: int
    pools: list[SaidPool]


def board_of(actor: Actor, moment: datetime, zone: ZoneInfo) -> Board:
    """The board of the agencies for which the actor answers."""
    agencies = agencies_with(actor, Right.ANSWER)
    rows = _rows(agencies)
    ids = [row.id for row in rows]
    expected, kept, answered = _expected(ids), _kept(ids), _answered(ids)
    lanes: dict[Lane, list[Waiting]] = {lane: [] for lane in Lane}
    night_ends = end_of_night(moment, zone)
    for row in rows:
        until = kept.get(row.id)
        when = expected.get(row.id) or row.appointed_at
        lane = lane_of(row.state, when, night_ends)
        if lane is None:
            continue
        soon = row.state in PROMISED and lapses_soon(until, moment)
        answered_now = row.state is State.ACKNOWLEDGED and row.id in answered
        lanes[lane].append(Waiting(row, when, until, soon, answered_now))
    for lane, waiting in lanes.items():
        waiting.sort(key=_order(lane))
    return Board(
        lanes=lanes,
        late=sum(any(due.is_late(moment) for due in row.dues) for row in rows),
        lapsing=sum(one.lapses for waiting in lanes.values() for one in waiting),
        unconfirmed=sum(row.is_by_phone for row in rows),
        here_total=_here_total(agencies),
        pools=pools_of(agencies_with(actor, Right.SAY_BEDS)),
    )


def pools_taken_at_the_door(actor: Actor, since: datetime) -> list[WalkIn]:
    """Places that were taken at the door since then, the latest first."""
    rows = db.session.execute(
        select(Hold, Pool.label)
        .join(Pool, Pool.id == Hold.pool_id)
        .where(
            Hold.agency_id.in_(agencies_with(actor, Right.SAY_BEDS)),
            Hold.referral_id.is_(None),
            Hold.state == Holding.TAKEN,
            Hold.made_at >= since,
        )
        .order_by(Hold.made_at.desc(), Hold.id.desc())
    )
    return [WalkIn(hold.id, label, hold.made_at) for hold, label in rows]


def _order(lane: Lane) -> Callable[[Waiting], tuple[datetime, uuid.UUID]]:
    def by_clock(one: Waiting) -> tuple[datetime, uuid.UUID]:
        if lane in (Lane.TONIGHT, Lane.LATER):
            return one.expected_at or one.kept_until or one.row.moved_at, one.row.id
        if lane in (Lane.WAITING, Lane.HERE) or not one.row.dues:
            return one.row.asked_at or one.row.moved_at, one.row.id
        return one.row.dues[0].at, one.row.id

    return by_clock


def _rows(agencies: Sequence[uuid.UUID]) -> list[Listed]:
    mine = received_rows().where(Referral.receiver_agency_id.in_(agencies))
    waiting = UNANSWERED | PROMISED | {State.NO_SHOW}
    open_ones = mine.where(Referral.state.in_(waiting)).order_by(*by_clock()).limit(MOST)
    here = (
        mine.where(Referral.state.in_(ARRIVED))
        .order_by(Referral.moved_at.desc(), Referral.id)
        .limit(MOST_HERE)
    )
    return [*listed(open_ones), *listed(here)]


def _here_total(agencies: Sequence[uuid.UUID]) -> int:
    wanted = select(func.count()).select_from(Referral)
    of_ours = Referral.receiver_agency_id.in_(agencies)
    return db.session.scalar(wanted.where(of_ours, Referral.state.in_(ARRIVED))) or 0


def _expected(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    rows = db.session.execute(
        select(Arrival.referral_id, Arrival.expected_at).where(
            Arrival.referral_id.in_(ids), Arrival.expected_at.is_not(None)
        )
    )
    return {referral_id: at for referral_id, at in rows if at is not None}


def _kept(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    rows = db.session.execute(
        select(Hold.referral_id, func.min(Hold.until))
        .where(Hold.referral_id.in_(ids), Hold.state == Holding.HELD, Hold.until.is_not(None))
        .group_by(Hold.referral_id)
    )
    return {referral_id: until for referral_id, until in rows if referral_id and until}


def _answered(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those whose latest move answered a question."""
    rows = db.session.execute(
        select(ReferralMove.referral_id)
        .join(Referral, Referral.id == ReferralMove.referral_id)
        .where(
            ReferralMove.referral_id.in_(ids),
            ReferralMove.number == Referral.moves_made,
            ReferralMove.name == Name.GIVE_ANSWER,
        )
    )
    return set(rows.scalars())
