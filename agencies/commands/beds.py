"""Beds: the clerk says how many are taken or free; the system keeps what is held."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import RIGHTS, Right, Role
from agencies.commands.entries.keep import Replaced, keep_change
from agencies.commands.index import refresh_figures
from agencies.models import Cause, Offer, Pool, Service
from agencies.models.records import PoolRecord
from agencies.queries.entries.own import may
from agencies.rules.beds import least_capacity
from agencies.rules.entries import Kind
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import _

NO_POOL = _("There is no such pool of places")
NOT_NEGATIVE = _("The figure cannot be below 0")
OVERFULL = _("%(taken)d places are taken or closed and %(held)d held, but there are %(capacity)d")
STILL_USED = _(
    "%(label)s cannot be taken away: %(occupied)d places are occupied and %(held)d held. Say at"
    " Beds first that they are free."
)
TOO_SMALL = _("%(label)s must have at least %(least)d places: so many are taken, held or closed.")
TOO_MANY_FREE = _(
    "Of %(capacity)d places %(held)d are held for people who are expected and %(closed)d closed,"
    " so at most %(most)d can be free."
)


def say_beds(
    actor: Actor,
    pool_id: uuid.UUID,
    *,
    occupied: int | None = None,
    closed: int | None = None,
    said_by: str | None = None,
) -> Pool:
    """Command: the figures of a pool as they are now; None leaves a figure as it was.

    Saying them again makes them young again. `RefusedError` for an unknown pool or one of an
    agency for which the actor may not say beds, a negative figure, or more places taken, closed
    and held than there are: nothing is changed then.
    """
    pool, agency_id, name = _pool_of(actor, pool_id)
    figures = {
        "occupied": pool.occupied if occupied is None else occupied,
        "closed": pool.closed if closed is None else closed,
    }
    for field, figure in figures.items():
        if figure < 0:
            raise refused(field, NOT_NEGATIVE)
    refuse_overfull(pool, figures["occupied"], figures["closed"])
    return _say(
        actor,
        pool,
        agency_id,
        name,
        occupied=figures["occupied"],
        closed=figures["closed"],
        said_by=said_by,
    )


def say_free(actor: Actor, *, pool_id: uuid.UUID, free: int) -> Pool:
    """Command: so many places of a pool are free; what is not free, held or closed is occupied.

    Held places stay held. The same figure again makes it young again. `RefusedError` for an
    unknown pool or one of an agency for which the actor may not say beds, a negative figure, or
    one that the held places make impossible: nothing is changed then.
    """
    pool, agency_id, name = _pool_of(actor, pool_id)
    if free < 0:
        raise refused("free", NOT_NEGATIVE)
    most = pool.capacity - pool.held - pool.closed
    if free > most:
        raise refused(
            "free",
            TOO_MANY_FREE,
            capacity=pool.capacity,
            held=pool.held,
            closed=pool.closed,
            most=most,
        )
    role = _role(actor, agency_id)
    return _say(
        actor, pool, agency_id, name, occupied=most - free, closed=pool.closed, said_by=role
    )


def locked_pool(pool_id: uuid.UUID) -> Pool | None:
    """A pool, locked so that no place is held between a check and the commit."""
    wanted = select(Pool).where(Pool.id == pool_id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def lock_pools(offer_id: uuid.UUID) -> None:
    """Keep the pools of an offer as they are: no place is held or said before the commit."""
    wanted = select(Pool.id).where(Pool.offer_id == offer_id).order_by(Pool.id)
    db.session.execute(wanted.with_for_update())


def refuse_places_taken_away(known: Sequence[PoolRecord], wanted: Sequence[PoolRecord]) -> None:
    """`RefusedError` when a pool would go, or shrink below who is in it and who is expected."""
    kept = {pool.id for pool in wanted}
    for before in known:
        if before.id not in kept and before.occupied + before.held:
            raise refused(
                "pools", STILL_USED, label=before.label, occupied=before.occupied, held=before.held
            )
    for pool in wanted:
        if pool.is_overfull:
            least = least_capacity(pool.occupied, pool.held, pool.closed)
            raise refused("pools", TOO_SMALL, label=pool.label, least=least)


def refuse_overfull(pool: Pool, occupied: int, closed: int, field: str = "occupied") -> None:
    """`RefusedError` when more places would be taken, closed and held than there are."""
    taken = occupied + closed
    if taken + pool.held > pool.capacity:
        raise refused(field, OVERFULL, taken=taken, held=pool.held, capacity=pool.capacity)


def bed_figures(pool: Pool) -> dict[str, Any]:
    """What a clerk's word changes in a pool, as plain values."""
    return {
        "occupied": pool.occupied,
        "closed": pool.closed,
        "said_at": pool.said_at.isoformat(),
        "said_by": pool.said_by,
    }


def _pool_of(actor: Actor, pool_id: uuid.UUID) -> tuple[Pool, uuid.UUID, str]:
    """The pool, its agency, and what history calls it."""
    pool = locked_pool(pool_id)
    if pool is None:
        raise refused("pool", NO_POOL)
    row = db.session.execute(
        select(Service.agency_id, Service.name)
        .join(Offer, Offer.service_id == Service.id)
        .where(Offer.id == pool.offer_id)
    ).one()
    if not may(actor, Right.SAY_BEDS, row[0]):
        raise refused("pool", NO_POOL)
    return pool, row[0], f"{row[1]}: {pool.label}"


def _say(
    actor: Actor,
    pool: Pool,
    agency_id: uuid.UUID,
    name: str,
    *,
    occupied: int,
    closed: int,
    said_by: str | None,
) -> Pool:
    before, was = bed_figures(pool), pool.free
    same = (pool.occupied, pool.closed) == (occupied, closed)
    pool.occupied, pool.closed = occupied, closed
    pool.said_at, pool.said_by = now(), said_by
    db.session.flush()
    if not same:
        # The same word again is no change: it makes the figure young and stands in the audit.
        after = {**bed_figures(pool), FREE: pool.free}
        replaced = Replaced(agency_id, Kind.POOL, pool.id, name, {**before, FREE: was}, after)
        keep_change(actor, replaced, Cause.BEDS)
    record(
        actor,
        "beds.said",
        agency_id=agency_id,
        subject=("pool", pool.id),
        free=pool.free,
        closed=pool.closed,
        capacity=pool.capacity,
    )
    refresh_figures([pool.offer_id])
    return pool


FREE = "free"  # how many were free: for people to read, it also depends on what is held


def _role(actor: Actor, agency_id: uuid.UUID) -> str | None:
    """The role in which somebody says beds there."""
    held = (
        grant.role
        for grant in actor.grants
        if grant.agency_id == agency_id and Right.SAY_BEDS in RIGHTS[Role(grant.role)]
    )
    return next(held, None)
