"""The figures of pools: the few statements that change what is held and what is occupied.

Whoever changes pools locks them first (`lock_pools`), in the order of their ids; so two who each
want two pools never wait for each other. The database's own constraints hold besides:
free + held + occupied + closed = capacity (design.md §6).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import BindParameter, Integer, Select, Update, bindparam, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from agencies.commands.index import refresh_figures
from agencies.models import Pool
from core.asking import ask, change_rows, changed_rows, spelt_once
from core.db import db

FREE = Pool.capacity - Pool.occupied - Pool.held - Pool.closed


def lock_pools(pool_ids: Collection[uuid.UUID]) -> None:
    """Keep these pools as they are until the transaction ends."""
    if pool_ids and db.engine.dialect.name != "sqlite":  # there whoever writes is alone
        ask(_to_lock(), pools=list(pool_ids))


@lru_cache(maxsize=1)
def _to_lock() -> Select[uuid.UUID]:
    wanted = select(Pool.id).where(Pool.id.in_(bindparam("pools", expanding=True)))
    return spelt_once(wanted.order_by(Pool.id).with_for_update(key_share=True))


def claim(pool_id: uuid.UUID, places: int) -> bool:
    """Hold so many places if so many are free, in one statement; returns whether they were."""
    given = changed_rows(_claimed(), pool=pool_id, more=places).scalar()
    _forget(pool_id)
    return given is not None


@lru_cache(maxsize=1)
def _claimed() -> ReturningUpdate[uuid.UUID]:
    more: BindParameter[int] = bindparam("more", type_=Integer)
    wanted = update(Pool).where(Pool.id == bindparam("pool"), more <= FREE)
    wanted = wanted.values(held=Pool.held + more)
    return spelt_once(wanted.returning(Pool.id))


def change(pool_id: uuid.UUID, *, held: int = 0, occupied: int = 0) -> None:
    """Change the figures of a pool by so much. The database refuses what cannot be."""
    change_rows(_changed(), pool=pool_id, more_held=held, more_occupied=occupied)
    _forget(pool_id)


@lru_cache(maxsize=1)
def _changed() -> Update:
    wanted = update(Pool).where(Pool.id == bindparam("pool"))
    wanted = wanted.values(
        held=Pool.held + bindparam("more_held", type_=Integer),
        occupied=Pool.occupied + bindparam("more_occupied", type_=Integer),
    )
    return spelt_once(wanted)


def free_in(pool_id: uuid.UUID) -> int:
    """How many places are free."""
    return db.session.scalar(select(FREE).where(Pool.id == pool_id)) or 0


def figures_changed(pool_ids: Collection[uuid.UUID]) -> None:
    """Tell find that figures of these pools are new."""
    if not pool_ids:
        return
    with db.session.no_autoflush:  # nothing of an offer waits to be written
        offers = ask(_offers(), pools=list(pool_ids)).scalars()
        refresh_figures(sorted(set(offers)))


@lru_cache(maxsize=1)
def _offers() -> Select[uuid.UUID]:
    wanted = select(Pool.offer_id).where(Pool.id.in_(bindparam("pools", expanding=True)))
    return spelt_once(wanted)


def _forget(pool_id: uuid.UUID) -> None:
    """What the session remembers of a pool is old; looked up without a question."""
    known = db.session.identity_map.get(db.session.identity_key(Pool, pool_id))
    if known is not None:
        db.session.expire(known)
