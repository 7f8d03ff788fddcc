"""How far it is from every cell to who takes a kind of person for a need: kept while it is true.

True until the registry changes (the generation of find's table), the places change, or figures of
beds have aged by ten minutes (for the list of the worst, which is long, by an hour).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from sqlalchemy import select

from agencies.models.generation import FindGeneration
from agencies.queries.find.everybody import offers_for
from agencies.rules.needs import matching_codes
from core.actors import Actor
from core.clock import now
from core.db import db
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.nearest import Reach, reach_over
from maps.queries.gaps.takers import Offers, takers_for
from maps.queries.kept import latest
from maps.rules.kinds import KINDS

BEDS_AGE_SECONDS = 600
BY_THE_HOUR = 3_600


def answers_version(seconds: int = BEDS_AGE_SECONDS) -> Hashable:
    """Grows with everything that find would answer otherwise; and by itself after so many seconds,
    as figures of beds age.
    """
    row: Any = db.session.execute(select(FindGeneration.era, FindGeneration.number)).first()
    known = (str(row[0]), row[1]) if row else None
    return known, seconds, int(now().timestamp() // seconds)


def reach_of(actor: Actor, ground: Ground, need: str, kind: str) -> Reach:
    """The nearest for every cell. `KeyError` for a need or kind that is none."""
    version = answers_version()
    return latest(
        ("reach", ground.key, actor.sees.value, need, kind),
        version,
        lambda: reach_now(actor, ground, need, kind, version),
    )


def reach_now(actor: Actor, ground: Ground, need: str, kind: str, version: Hashable) -> Reach:
    """The same, not kept."""
    return reach_over(ground, takers_for(need, KINDS[kind], offers(actor, need, version)))


def offers(actor: Actor, need: str, version: Hashable) -> Offers:
    """The offers for a need, read once for all kinds of person."""
    codes = tuple(sorted(matching_codes(need)))
    return latest(
        ("offers", actor.sees.value, codes), version, lambda: Offers(offers_for(actor, codes))
    )
