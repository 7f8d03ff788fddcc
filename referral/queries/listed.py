"""Lists of referrals: by code, urgency and clocks alone. Nothing of a person stands in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import selectinload

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Offer, Service
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.db import db
from referral.models import Referral
from referral.rules.due import Clock, Due, running, states_with
from referral.rules.groups import STATES_OF, Group
from referral.rules.moves import Party
from referral.rules.referral_codes import read_referral_code
from referral.rules.states import State

PAGE = 25


@dataclass(frozen=True, slots=True)
class Listed:
    """A referral as a list shows it. `other` is the agency on the other side."""

    code: str
    state: State
    urgency: Urgency
    needs: tuple[str, ...]
    other: str
    service: str | None
    dues: tuple[Due, ...]
    asked_at: datetime | None
    moved_at: datetime
    appointed_at: datetime | None
    is_by_phone: bool
    id: uuid.UUID
    sender_id: uuid.UUID
    receiver_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list, and how many rows there are in each group."""

    rows: list[Listed]
    total: int
    number: int
    counts: dict[Group, int]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def agencies_with(actor: Actor, right: Right) -> list[uuid.UUID]:
    """The agencies in which the actor holds a right, in one order."""
    return sorted(a for a in actor.agencies if holds_for(actor.grants, right, agency_id=a))


def referrals_of(
    actor: Actor,
    side: Party,
    *,
    group: Group,
    code: str = "",
    number: int = 1,
    moment: datetime,
) -> ListPage:
    """What the actor's agencies sent (or got), drafts apart; `code` finds one whatever its group.

    Late and open ones come with the most urgent clock first and those that wait for nothing last,
    ended ones with the latest first.
    """
    mine = _mine(actor, side)
    chosen = and_(mine, _in_group(group, moment))
    if code.strip():
        chosen = and_(mine, Referral.code == (read_referral_code(code) or ""))
    total = db.session.scalar(select(func.count()).select_from(Referral).where(chosen)) or 0
    order = (Referral.moved_at.desc(),) if group in (Group.ENDED, Group.TO_READ) else by_clock()
    wanted = _rows(side).where(chosen).order_by(*order).offset((number - 1) * PAGE).limit(PAGE)
    return ListPage(listed(wanted), total, number, _counts(mine, moment))


@dataclass(frozen=True, slots=True)
class WantedList:
    """What a program asks for: `states` None for all, drafts too where it is their writer's."""

    side: Party
    states: frozenset[State] | None = None
    only_late: bool = False
    number: int = 1
    size: int = PAGE


def referrals_listed(
    actor: Actor, wanted: WantedList, *, moment: datetime
) -> tuple[list[Listed], int]:
    """A page of what the actor's agencies sent or got, the latest made first; and how many in all.

    The order does not change while somebody turns the pages: only new ones come in front.
    """
    chosen = _mine(actor, wanted.side, with_drafts=True)
    if wanted.states is not None:
        chosen = and_(chosen, Referral.state.in_(wanted.states))
    if wanted.only_late:
        chosen = and_(chosen, _is_late(moment))
    total = db.session.scalar(select(func.count()).select_from(Referral).where(chosen)) or 0
    page = _rows(wanted.side).where(chosen).order_by(Referral.id.desc())
    rows = listed(page.offset((wanted.number - 1) * wanted.size).limit(wanted.size))
    return rows, total


def received_rows() -> Select[Referral, str, str]:
    """What `listed` reads, of whoever receives: referral, the sender's name, the service's."""
    return _rows(Party.RECEIVER)


def listed(wanted: Select[Referral, str, str]) -> list[Listed]:
    """The rows of a list."""
    return [
        Listed(
            code=row.code,
            state=row.state,
            urgency=row.urgency,
            needs=tuple(need.need for need in row.needs),
            other=other or "",
            service=service,
            dues=dues_of(row),
            asked_at=row.asked_at,
            moved_at=row.moved_at,
            appointed_at=row.appointed_at,
            is_by_phone=row.is_by_phone,
            id=row.id,
            sender_id=row.sender_agency_id,
            receiver_id=row.receiver_agency_id,
        )
        for row, other, service in db.session.execute(wanted)
    ]


def dues_of(referral: Referral) -> tuple[Due, ...]:
    """The clocks of a referral that run."""
    return running(
        referral.state,
        {
            Clock.ACKNOWLEDGE: referral.acknowledge_by,
            Clock.DECIDE: referral.decide_by,
            Clock.START: referral.start_by,
        },
    )


def _rows(side: Party) -> Select[Referral, str, str]:
    other = Referral.receiver_agency_id if side is Party.SENDER else Referral.sender_agency_id
    return (
        select(Referral, Agency.name, Service.name)
        .outerjoin(Agency, Agency.id == other)  # a draft may ask nobody yet
        .outerjoin(Offer, Offer.id == Referral.offer_id)
        .outerjoin(Service, Service.id == Offer.service_id)
        .options(selectinload(Referral.needs))
    )


def _mine(actor: Actor, side: Party, *, with_drafts: bool = False) -> ColumnElement[bool]:
    agencies: Sequence[uuid.UUID] = agencies_with(actor, Right.SEE_REFERRALS)
    sends = side is Party.SENDER
    column = Referral.sender_agency_id if sends else Referral.receiver_agency_id
    if with_drafts and sends:
        return column.in_(agencies)
    return and_(column.in_(agencies), Referral.state != State.DRAFT)


def _in_group(group: Group, moment: datetime) -> ColumnElement[bool]:
    within = Referral.state.in_(STATES_OF[group])
    return and_(within, _is_late(moment)) if group is Group.LATE else within


def _is_late(moment: datetime) -> ColumnElement[bool]:
    return first_due() < moment


def by_clock() -> tuple[ColumnElement[Any], ...]:
    """An order: whose clock ends first comes first, and where none runs comes after all others.

    A clock that has done its work says nothing: an answer that was due an hour ago and was given is
    not before one that is due in eight minutes.
    """
    due = first_due()
    return (due.is_(None), due, Referral.moved_at.expression, Referral.id.expression)


def first_due() -> ColumnElement[datetime | None]:
    """When the first of its clocks ends, as `rules.due.running` says of a row; NULL without one."""
    unread = func.coalesce(Referral.acknowledge_by, Referral.decide_by)  # never after the other
    ends = {
        Clock.ACKNOWLEDGE: unread,
        Clock.DECIDE: Referral.decide_by,
        Clock.START: Referral.start_by,
    }
    return case(*((Referral.state.in_(states_with(clock)), at) for clock, at in ends.items()))


def _counts(mine: ColumnElement[bool], moment: datetime) -> dict[Group, int]:
    rows = db.session.execute(
        select(Referral.state, func.count()).where(mine).group_by(Referral.state)
    )
    by_state = {row[0]: row[1] for row in rows}
    found = {
        group: sum(by_state.get(state, 0) for state in states)
        for group, states in STATES_OF.items()
    }
    late = select(func.count()).select_from(Referral).where(mine, _in_group(Group.LATE, moment))
    return {**found, Group.LATE: db.session.scalar(late) or 0}
