"""The figures of pools: the few statements that change what is held and what is occupied.

Whoever changes pools locks them first (`lock_pools`), in the order of their ids; so two who each
want two pools never wait for each other. The database's own constraints hold besides:
free + held + occupied + closed = capacity (design.md §6).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select, update

from agencies.commands.index import refresh_figures
from agencies.models import Pool
from core.db import db

FREE = Pool.capacity - Pool.occupied - Pool.held - Pool.closed


def lock_pools(pool_ids: Collection[uuid.UUID]) -> None:
    """Keep these pools as they are until the transaction ends."""
    if pool_ids:
        wanted = select(Pool.id).where(Pool.id.in_(pool_ids)).order_by(Pool.id)
        db.session.execute(wanted.with_for_update(key_share=True))


def claim(pool_id: uuid.UUID, places: int) -> bool:
    """Hold so many places if so many are free, in one statement; returns whether they were."""
    given = db.session.scalar(
        update(Pool)
        .where(Pool.id == pool_id, places <= FREE)
        .values(held=Pool.held + places)
        .returning(Pool.id)
        .execution_options(synchronize_session=False)
    )
    _forget(pool_id)
    return given is not None


def change(pool_id: uuid.UUID, *, held: int = 0, occupied: int = 0) -> None:
    """Change the figures of a pool by so much. The database refuses what cannot be."""
    db.session.execute(
        update(Pool)
        .where(Pool.id == pool_id)
        .values(held=Pool.held + held, occupied=Pool.occupied + occupied)
        .execution_options(synchronize_session=False)
    )
    _forget(pool_id)


def free_in(pool_id: uuid.UUID) -> int:
    """How many places are free."""
    return db.session.scalar(select(FREE).where(Pool.id == pool_id)) or 0


def figures_changed(pool_ids: Collection[uuid.UUID]) -> None:
    """Tell find that figures of these pools are new."""
    if pool_ids:
        wanted = select(Pool.offer_id).where(Pool.id.in_(pool_ids)).distinct()
        refresh_figures(sorted(db.session.scalars(wanted)))


def _forget(pool_id: uuid.UUID) -> None:
    """What the session remembers of a pool is old; looked up without a question."""
    known = db.session.identity_map.get(db.session.identity_key(Pool, pool_id))
    if known is not None:
        db.session.expire(known)
