"""Reads of channels and notices: how an agency is reached, and what waits for somebody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select

from accounts.queries.registry import agency_known
from accounts.rules.rights import Right, holds_for
from accounts.walls import HANDING
from agencies.models import Agency, Phone
from core.actors import Actor
from core.asking import ask, spelt_once
from core.db import db
from core.walls import cross
from referral.models import Channel, Notice, Referral
from referral.models.telling import ChannelKind
from referral.rules.states import State

MOST_SHOWN = 100


LiveChannel = Row[*tuple[Any, ...]]  # with the columns of `_live`


def live_channels(agency_id: uuid.UUID) -> list[LiveChannel]:
    """The proved channels of an agency, in the order in which they were added."""
    return ask(_live(), agency=agency_id).all()


@lru_cache(maxsize=1)
def _live() -> Select[*tuple[Any, ...]]:
    hours = (Channel.quiet_from, Channel.quiet_to, Channel.is_digest, Channel.digest_at)
    wanted = select(
        Channel.id, Channel.kind, Channel.failing_since, *hours, Channel.timezone
    ).where(
        Channel.agency_id == bindparam("agency"),
        Channel.ended_at.is_(None),
        Channel.proved_at.is_not(None),
    )
    return spelt_once(wanted.order_by(Channel.made_at, Channel.id))


def channels_of(agency_id: uuid.UUID) -> list[Channel]:
    """The channels of an agency that have not ended, proved or not."""
    wanted = select(Channel).where(Channel.agency_id == agency_id, Channel.ended_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Channel.made_at, Channel.id)))


@dataclass(frozen=True, slots=True)
class Reach:
    """How an agency learns that something waits: kinds of sound channels; else call its phone."""

    kinds: tuple[ChannelKind, ...]
    phones: tuple[str, ...]

    @property
    def must_be_called(self) -> bool:
        """Whether no message reaches it."""
        return not self.kinds


def reach_of(agency_id: uuid.UUID) -> Reach:
    """For the sender of a referral: whether a message reaches the agency, or whom to call.

    Never an address of a channel. Phones are those of the registry.
    """
    with cross(HANDING):
        kinds = dict.fromkeys(
            one.kind for one in live_channels(agency_id) if one.failing_since is None
        )
    phones = select(Phone.number).where(Phone.agency_id == agency_id).order_by(Phone.position)
    return Reach(tuple(kinds), tuple(db.session.scalars(phones)))


@dataclass(frozen=True, slots=True)
class Dead:
    """A hole: a channel that fails, or (`kind` None) an agency that no message reaches."""

    agency: str
    kind: ChannelKind | None
    since: datetime | None


def dead_channels(actor: Actor) -> list[Dead]:
    """Channels that fail, and agencies with referrals and no proved channel.

    Of the agencies that the actor watches; never an address.
    """
    failing = db.session.execute(
        select(Channel.agency_id, Agency.name, Channel.kind, Channel.failing_since)
        .join(Agency, Agency.id == Channel.agency_id)
        .where(Channel.ended_at.is_(None), Channel.failing_since.is_not(None))
        .order_by(Channel.failing_since, Channel.id)
    )
    found = [(row[0], Dead(row[1], row[2], row[3])) for row in failing]
    found += [(own_id, Dead(name, None, None)) for own_id, name in _without_channel()]
    return [dead for agency_id, dead in found if _watches(actor, agency_id)]


def _without_channel() -> list[tuple[uuid.UUID, str]]:
    reached = select(Channel.agency_id).where(
        Channel.ended_at.is_(None), Channel.proved_at.is_not(None)
    )
    asked = select(Referral.receiver_agency_id).where(Referral.state != State.DRAFT)
    rows = db.session.execute(
        select(Agency.id, Agency.name)
        .where(Agency.id.in_(asked), Agency.id.not_in(reached))
        .order_by(Agency.name, Agency.id)
    )
    return [(row[0], row[1]) for row in rows]


def _watches(actor: Actor, agency_id: uuid.UUID) -> bool:
    known = agency_known(agency_id)
    areas = known.areas if known else ()
    return holds_for(actor.grants, Right.WATCH, agency_id=agency_id, areas=areas)


def counts_of_holes() -> tuple[int, int]:
    """How many channels fail, and how many agencies with referrals no message reaches."""
    failing = select(func.count()).where(
        Channel.ended_at.is_(None), Channel.failing_since.is_not(None)
    )
    return db.session.scalar(failing) or 0, len(_without_channel())


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits; `code` of its referral where the reader is of its agencies."""

    notice: Notice
    referral: Referral | None


def notices_for(actor: Actor) -> list[Waiting]:
    """What was told to the actor and their agencies, the youngest first."""
    rows = db.session.execute(
        select(Notice, Referral)
        .outerjoin(Referral, Referral.id == Notice.referral_id)
        .where(_told_to())
        .order_by(Notice.due_at.desc(), Notice.id.desc())
        .limit(MOST_SHOWN),
        _whose(actor),
    )
    return [Waiting(notice, referral) for notice, referral in rows]


def unseen_by(actor: Actor) -> int:
    """How many of them nobody has seen yet."""
    if actor.id is None:
        return 0
    found: int | None = ask(_unseen(), **_whose(actor)).scalar()
    return found or 0


@lru_cache(maxsize=1)
def _unseen() -> Select[int]:
    wanted = select(func.count()).select_from(Notice)
    return spelt_once(wanted.where(_told_to(), Notice.seen_at.is_(None)))


def _told_to() -> ColumnElement[bool]:
    """With the names that `_whose` fills."""
    of_agencies = Notice.agency_id.in_(bindparam("agencies", expanding=True))
    mine = Notice.account_id == bindparam("account", type_=Notice.account_id.type)
    return Notice.channel_id.is_(None) & (of_agencies & Notice.account_id.is_(None) | mine)


def _whose(actor: Actor) -> dict[str, object]:
    mine = [
        one for one in actor.agencies if holds_for(actor.grants, Right.SEE_REFERRALS, agency_id=one)
    ]
    return {"agencies": mine, "account": actor.id}
