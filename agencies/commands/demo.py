"""The sample's beds: those whose figures were fresh at first stay fresh, the others grow old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from agencies.commands.index import refresh_offers
from agencies.models import Agency, Offer, Pool, Service
from core.actors import Actor
from core.clock import now
from core.db import db

REPORTER = "data contoh"  # who says the figures of a sample pool that is kept fresh
FRESH_AT_FIRST = timedelta(hours=24)
REPORTED_EVERY = timedelta(hours=4)


def appoint_sample_reporters(actor: Actor) -> None:
    """Command: from now on the young figures of sample agencies are said again and again."""
    for pool in _sample_pools():
        if now() - pool.said_at <= FRESH_AT_FIRST:
            pool.said_by = REPORTER


def report_sample_beds(actor: Actor) -> None:
    """Command: say the figures of appointed sample pools anew, some minutes to hours ago."""
    due = [
        pool
        for pool in _sample_pools()
        if pool.said_by == REPORTER and now() - pool.said_at > REPORTED_EVERY
    ]
    for number, pool in enumerate(due):
        pool.said_at = now() - timedelta(minutes=10 + (37 * number) % 160)
    if due:
        refresh_offers({pool.offer_id for pool in due})


def _sample_pools() -> Iterable[Pool]:
    return db.session.scalars(
        select(Pool)
        .join(Offer, Offer.id == Pool.offer_id)
        .join(Service, Service.id == Offer.service_id)
        .join(Agency, Agency.id == Service.agency_id)
        .where(Agency.is_sample)
        .order_by(Pool.id)
    )
