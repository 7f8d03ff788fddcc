"""What a coordinator watches: by code, agency and clock; nothing of a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from accounts.queries.names import people
from accounts.queries.registry import agency_known
from accounts.rules.rights import RIGHTS, Right, Role
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.db import db
from referral.models import ClockMark, DutyShift, Hold, Holding, Referral
from referral.queries.duty import Roster, coordinators_on_duty, on_duty
from referral.queries.shifts import agencies_in
from referral.queries.story import agency_names
from referral.rules.states import PROMISED, UNANSWERED, State

MOST = 200
EXPIRED_FOR = timedelta(days=7)  # [P]: how long silence is shown


class Why(StrEnum):
    """Why a referral is on the list, the worst first."""

    UNREAD = "unread"  # an emergency that nobody acknowledged in time
    DEAD_HOLD = "dead_hold"  # a place that is kept for nobody any more
    START = "start"  # nobody is there although it should have begun
    UNDECIDED = "undecided"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done about it: the word of the mark, when, and by which coordinator."""

    word: str
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A referral on the list; `since`: when it should have happened."""

    code: str
    why: Why
    since: datetime
    state: State
    urgency: Urgency
    sender: str
    receiver: str
    on_duty: tuple[DutyShift, ...]
    done: tuple[Done, ...]
    asked_next: bool


def watched_areas(actor: Actor) -> list[str | None]:
    """The areas that the actor watches; [None] for the whole network."""
    watching = [g.area for g in actor.grants if g.agency_id is None and _watches(g.role)]
    return [None] if None in watching else [*sorted({area for area in watching if area})]


def watched(actor: Actor, moment: datetime) -> list[Watched]:
    """The list of one moment, the worst and the latest first."""
    areas = watched_areas(actor)
    if not areas:
        return []
    dead = _dead_holds(moment)
    wanted = (
        select(Referral)
        .where(_within(areas), or_(_is_late(moment), Referral.id.in_(dead)))
        .order_by(Referral.decide_by)
        .limit(MOST)
    )
    rows = list(db.session.scalars(wanted))
    held = set(db.session.scalars(dead.where(Hold.referral_id.in_([row.id for row in rows]))))
    names = agency_names({i for row in rows for i in (row.sender_agency_id, _receiver(row))})
    done = _done([row.id for row in rows])
    calls = {_receiver(row): _whom_to_call(_receiver(row), moment) for row in rows}
    found = [
        _watched(row, moment, row.id in held, names, done.get(row.id, ()), calls[_receiver(row)])
        for row in rows
    ]
    order = list(Why)
    return sorted(found, key=lambda one: (order.index(one.why), one.since))


def may_watch(actor: Actor, referral: Referral) -> bool:
    """Whether a referral is on the list of the actor's areas, late or not."""
    areas = watched_areas(actor)
    if not areas:
        return False
    mine = select(exists().where(Referral.id == referral.id, _within(areas)))
    return bool(db.session.scalar(mine))


def _watches(role: str) -> bool:
    return role in set(Role) and Right.WATCH in RIGHTS[Role(role)]


def _within(areas: list[str | None]) -> ColumnElement[bool]:
    sent = Referral.state != State.DRAFT
    if None in areas:
        return sent
    near = [
        column.in_(agencies_in(area))
        for area in areas
        if area
        for column in (Referral.receiver_agency_id, Referral.sender_agency_id)
    ]
    return and_(sent, or_(*near))


def _is_late(moment: datetime) -> ColumnElement[bool]:
    undecided = UNANSWERED - {State.WAITLISTED}
    awaited = PROMISED | {State.WAITLISTED, State.NO_SHOW}
    emergency = Referral.urgency == Urgency.EMERGENCY
    return or_(
        and_(Referral.state == State.SENT, emergency, Referral.acknowledge_by < moment),
        and_(Referral.state.in_(undecided), Referral.decide_by < moment),
        and_(Referral.state.in_(awaited), Referral.start_by < moment),
        and_(Referral.state == State.EXPIRED, Referral.moved_at > moment - EXPIRED_FOR),
    )


def _dead_holds(moment: datetime) -> Select[uuid.UUID | None]:
    return select(Hold.referral_id).where(
        Hold.state == Holding.HELD, Hold.until < moment, Hold.referral_id.is_not(None)
    )


def _receiver(row: Referral) -> uuid.UUID:
    assert row.receiver_agency_id is not None  # of every referral that was sent
    return row.receiver_agency_id


def _watched(
    row: Referral,
    moment: datetime,
    is_dead: bool,
    names: dict[uuid.UUID, str],
    done: tuple[Done, ...],
    call: tuple[DutyShift, ...],
) -> Watched:
    why, since = _why(row, moment, is_dead)
    return Watched(
        code=row.code,
        why=why,
        since=since or row.moved_at,
        state=row.state,
        urgency=row.urgency,
        sender=names.get(row.sender_agency_id, ""),
        receiver=names.get(_receiver(row), ""),
        on_duty=call,
        done=done,
        asked_next=any(one.word == "ask_next" for one in done),
    )


def _why(row: Referral, moment: datetime, is_dead: bool) -> tuple[Why, datetime | None]:
    if row.state is State.EXPIRED:
        return Why.EXPIRED, row.moved_at
    if row.state is State.SENT and row.urgency is Urgency.EMERGENCY:
        return Why.UNREAD, row.acknowledge_by
    if row.state in UNANSWERED - {State.WAITLISTED}:
        return Why.UNDECIDED, row.decide_by
    is_late = row.start_by is not None and row.start_by < moment
    return (Why.START, row.start_by) if is_late or not is_dead else (Why.DEAD_HOLD, row.moved_at)


def _done(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[Done, ...]]:
    wanted = select(ClockMark).where(ClockMark.referral_id.in_(ids)).order_by(ClockMark.at)
    marks = db.session.scalars(wanted).all()
    names = people(mark.by for mark in marks)
    found: dict[uuid.UUID, tuple[Done, ...]] = {}
    for mark in marks:
        by = names.get(mark.by) if mark.by else None
        one = Done(mark.what.partition("@")[0].partition("/")[0], mark.at, by)
        found[mark.referral_id] = (*found.get(mark.referral_id, ()), one)
    return found


def _whom_to_call(agency_id: uuid.UUID, moment: datetime) -> tuple[DutyShift, ...]:
    """Whoever is on duty at the agency; where nobody is, the coordinators on duty."""
    found = on_duty(Roster(agency_id), moment)
    if found:
        return tuple(found)
    known = agency_known(agency_id)
    return coordinators_on_duty(known.areas if known else (), moment).shifts
