"""Somebody stands at the door: a place is taken in one tap, and given back for a few minutes."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select, update

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from agencies.commands.index import refresh_offers
from agencies.models import Offer, Pool, Service
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from referral.models import Hold, Holding

UNDO_FOR = timedelta(minutes=10)  # [P]: a slip of the thumb is noticed by then

NONE_FREE = _("No place is free there any more")
TOO_LATE = _("This cannot be undone any more. Say how many places are free instead.")


def take_at_the_door(actor: Actor, *, pool_id: uuid.UUID) -> Hold:
    """Command: somebody without a referral takes one place of a pool, at once.

    One conditional UPDATE, as for held places: never the same place twice. `HiddenError` for a
    pool that is not there or not the actor's to speak for; `RefusedError` when none is free.
    """
    offer_id, agency_id = _owner(actor, pool_id)
    free = Pool.capacity - Pool.occupied - Pool.held - Pool.closed
    given = db.session.scalar(
        update(Pool)
        .where(Pool.id == pool_id, free >= 1)
        .values(occupied=Pool.occupied + 1)
        .returning(Pool.id)
        .execution_options(synchronize_session=False)
    )
    if given is None:
        raise refused("pool", NONE_FREE)
    moment = now()
    hold = Hold(
        agency_id=agency_id,
        pool_id=pool_id,
        places=1,
        state=Holding.TAKEN,
        made_at=moment,
        made_by=actor.account_id,
        ended_at=moment,
    )
    db.session.add(hold)
    db.session.flush()
    _note(actor, "places.taken_at_the_door", hold)
    _refresh(pool_id, offer_id)
    return hold


def undo_at_the_door(actor: Actor, *, hold_id: uuid.UUID) -> Hold:
    """Command: nobody was at the door after all. Twice is the same as once.

    `HiddenError` as above; `RefusedError` after `UNDO_FOR`, and when somebody has said since how
    many places are free: their word counts this person already.
    """
    hold = db.session.scalars(
        select(Hold).where(Hold.id == hold_id, Hold.referral_id.is_(None)).with_for_update()
    ).one_or_none()
    if hold is None:
        raise HiddenError
    offer_id, _agency = _owner(actor, hold.pool_id)
    if hold.state is not Holding.TAKEN:
        return hold
    moment = now()
    given_back = None
    if moment - hold.made_at <= UNDO_FOR:
        given_back = db.session.scalar(
            update(Pool)
            .where(Pool.id == hold.pool_id, Pool.occupied >= hold.places)
            .where(Pool.said_at < hold.made_at)
            .values(occupied=Pool.occupied - hold.places)
            .returning(Pool.id)
            .execution_options(synchronize_session=False)
        )
    if given_back is None:
        raise refused("hold", TOO_LATE)
    hold.state, hold.ended_at = Holding.RELEASED, moment
    db.session.flush()
    _note(actor, "places.given_back_at_the_door", hold)
    _refresh(hold.pool_id, offer_id)
    return hold


def _owner(actor: Actor, pool_id: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """The offer and the agency of a pool that the actor may speak for."""
    row = db.session.execute(
        select(Pool.offer_id, Service.agency_id)
        .join(Offer, Offer.id == Pool.offer_id)
        .join(Service, Service.id == Offer.service_id)
        .where(Pool.id == pool_id)
    ).one_or_none()
    if row is None or not holds_for(actor.grants, Right.SAY_BEDS, agency_id=row[1]):
        raise HiddenError
    return row[0], row[1]


def _refresh(pool_id: uuid.UUID, offer_id: uuid.UUID) -> None:
    pool = db.session.get(Pool, pool_id)
    if pool is not None:
        db.session.expire(pool)
    refresh_offers([offer_id])


def _note(actor: Actor, action: str, hold: Hold) -> None:
    record(
        actor, action, agency_id=hold.agency_id, subject=("pool", hold.pool_id), places=hold.places
    )
