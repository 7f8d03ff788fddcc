"""A published quarter for a world: ways to and from its secret places, counted as they are."""

from __future__ import annotations

import shutil
from datetime import timedelta

from sqlalchemy import select

from agencies.models import Agency
from core.clock import now
from core.db import db, writing
from referral.models import Publication
from referral.queries import published
from tests.support.publications import QUARTER, publish_quarter
from tests.support.worlds.making import World, copied, opened
from tests.support.worlds.stillness import stillness

AMONG = ("n0", "n1", "own", "wide")  # two of them are secret
SINCE = timedelta(days=20)  # so that coordinators see the scorecards


def publish_in(world: World) -> None:
    """Count in a copy: the world's own few referrals stay the only ones that are asked for."""
    copy = world.folder.with_name(f"{world.folder.name} with a log")
    with stillness(seed=3), copied(world, copy) as app:
        among = select(Agency.id).where(Agency.key.in_(AMONG)).order_by(Agency.key)
        publish_quarter(app, list(db.session.scalars(among)))
        row = db.session.scalars(select(Publication)).one()
        counted = {"period": row.period, "rules": row.rules, "body": row.body}
    shutil.rmtree(copy)
    with stillness(seed=4), opened(world), writing():
        db.session.add(Publication(made_at=now() - SINCE, **counted))
    forget_published()


def forget_published() -> None:
    """As in another process: what was published has the same id in both worlds."""
    published._kept.clear()


__all__ = ["QUARTER", "forget_published", "publish_in"]
