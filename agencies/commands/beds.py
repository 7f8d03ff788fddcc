"""Beds: the clerk says how many are taken; the system keeps what is held."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from agencies.commands.index import refresh_offers
from agencies.models import Pool
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import _

NO_POOL = _("There is no such pool of places")
NOT_NEGATIVE = _("The figure cannot be below 0")
OVERFULL = _("%(taken)d places are taken or closed and %(held)d held, but there are %(capacity)d")


def say_beds(
    actor: Actor,
    pool_id: uuid.UUID,
    *,
    occupied: int | None = None,
    closed: int | None = None,
    said_by: str | None = None,
) -> Pool:
    """Command: the figures of a pool as they are now; None leaves a figure as it was.

    Saying them again makes them young again. `RefusedError` for an unknown pool, a negative
    figure, or more places taken, closed and held than there are: nothing is changed then.
    """
    # Locked, so that no place is held between the check and the commit.
    wanted = select(Pool).where(Pool.id == pool_id).with_for_update()
    pool = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if pool is None:
        raise refused("pool", NO_POOL)
    figures = {
        "occupied": pool.occupied if occupied is None else occupied,
        "closed": pool.closed if closed is None else closed,
    }
    for name, figure in figures.items():
        if figure < 0:
            raise refused(name, NOT_NEGATIVE)
    taken = sum(figures.values())
    if taken + pool.held > pool.capacity:
        raise refused("occupied", OVERFULL, taken=taken, held=pool.held, capacity=pool.capacity)
    pool.occupied, pool.closed = figures["occupied"], figures["closed"]
    pool.said_at, pool.said_by = now(), said_by
    refresh_offers([pool.offer_id])
    return pool
