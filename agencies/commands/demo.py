"""The sample's people, and its beds: figures that were fresh stay fresh, the others grow old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from accounts.commands.samples import Sample, add_samples
from accounts.rules.rights import Role
from agencies.commands.index import refresh_offers
from agencies.models import Agency, Offer, Pool, Service
from core.actors import Actor
from core.clock import now
from core.db import db

REPORTER = "data contoh"  # who says the figures of a sample pool that is kept fresh
OFFICE, SHELTER = "uptd-ppa-timur", "ra-kenanga"  # where sample accounts work
DISTRICT = "31.75"  # Jakarta Timur: what the sample coordinator coordinates
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


def add_sample_accounts(actor: Actor, *, password_hash: str) -> int:
    """Command: an account for each role, in agencies of the sample; returns how many are new."""
    ids = {
        agency.key: agency.id
        for agency in db.session.scalars(
            select(Agency).where(Agency.is_sample, Agency.key.in_([OFFICE, SHELTER]))
        )
    }
    samples = [
        Sample("peksos", "Dewi Contoh", (Role.WORKER,), ids.get(OFFICE)),
        Sample("piket", "Sari Contoh", (Role.INTAKE,), ids.get(SHELTER)),
        Sample("pengelola", "Rina Contoh", (Role.MANAGER, Role.INTAKE), ids.get(SHELTER)),
        Sample("koordinator", "Agus Contoh", (Role.COORDINATOR,), area=DISTRICT),
        Sample("admin", "Budi Contoh", (Role.ADMINISTRATOR,)),
    ]
    known = [sample for sample in samples if sample.agency_id or not sample.in_agency]
    return add_samples(actor, samples=known, password_hash=password_hash)


def _sample_pools() -> Iterable[Pool]:
    return db.session.scalars(
        select(Pool)
        .join(Offer, Offer.id == Pool.offer_id)
        .join(Service, Service.id == Offer.service_id)
        .join(Agency, Agency.id == Service.agency_id)
        .where(Agency.is_sample)
        .order_by(Pool.id)
    )
