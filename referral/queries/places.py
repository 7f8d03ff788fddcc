"""Reads of places: pools as the rules see them, and whether figures and holds agree."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from agencies.models import Offer, Pool, Service
from core.asking import ask, spelt_once
from core.db import db
from referral.models import Hold, Holding
from referral.rules.places import Space


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """A pool whose figure of held places is not the sum of what is held."""

    pool_id: uuid.UUID
    service: str
    label: str
    figure: int
    holds: int


def spaces_of(pool_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Space]:
    """Pools by id, as they are now."""
    return {space.id: space for space in _spaces(_by_id(), asked=list(pool_ids))}


def spaces_of_offer(offer_id: uuid.UUID) -> list[Space]:
    """The pools of an offer, as they are now."""
    return _spaces(_by_offer(), asked=offer_id)


def owners_of(pool_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The agency of each pool that there is."""
    rows = ask(_owners(), pools=list(pool_ids))
    return {row.id: row.agency_id for row in rows}


@lru_cache(maxsize=1)
def _owners() -> Select[uuid.UUID, uuid.UUID]:
    wanted = select(Pool.id, Service.agency_id).join(Offer, Pool.offer_id == Offer.id)
    wanted = wanted.join(Service, Offer.service_id == Service.id)
    return spelt_once(wanted.where(Pool.id.in_(bindparam("pools", expanding=True))))


def oldest_boy_at(offer_id: uuid.UUID | None) -> int | None:
    """The age up to which the service of an offer takes boys along; None where it says nothing."""
    return ask(_oldest_boy(), offer=offer_id).scalar()


@lru_cache(maxsize=1)
def _oldest_boy() -> Select[int | None]:
    wanted = select(Service.oldest_boy).join(Offer, Offer.service_id == Service.id)
    return spelt_once(wanted.where(Offer.id == bindparam("offer")))


def pools_out_of_step() -> list[OutOfStep]:
    """Pools of which the figure says other than the holds: there should never be one."""
    held = (
        select(Hold.pool_id, func.sum(Hold.places).label("places"))
        .where(Hold.state == Holding.HELD)
        .group_by(Hold.pool_id)
        .subquery()
    )
    holds = func.coalesce(held.c.places, 0)
    rows = db.session.execute(
        select(Pool.id, Service.name, Pool.label, Pool.held, holds)
        .join(Offer, Pool.offer_id == Offer.id)
        .join(Service, Offer.service_id == Service.id)
        .outerjoin(held, held.c.pool_id == Pool.id)
        .where(Pool.held != holds)
        .order_by(Service.name, Pool.label)
    )
    return [OutOfStep(*row) for row in rows]


def _spaces(wanted: Select[*tuple[Any, ...]], **asked: object) -> list[Space]:
    return [
        Space(pool_id, sex.value, low, high, unit.value, open_, position)
        for pool_id, sex, low, high, unit, open_, position in ask(wanted, **asked)
    ]


@lru_cache(maxsize=1)
def _by_id() -> Select[*tuple[Any, ...]]:
    return _as_spaces(Pool.id.in_(bindparam("asked", expanding=True)))


@lru_cache(maxsize=1)
def _by_offer() -> Select[*tuple[Any, ...]]:
    return _as_spaces(Pool.offer_id == bindparam("asked"))


def _as_spaces(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    free = Pool.capacity - Pool.occupied - Pool.held - Pool.closed
    wanted = select(
        Pool.id, Pool.sex, Pool.minimum_age, Pool.maximum_age, Pool.unit, free, Pool.position
    )
    return spelt_once(wanted.where(condition).order_by(Pool.position, Pool.id))
