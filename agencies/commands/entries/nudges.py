"""Tell those above, at most weekly for each agency, that facts of its entry are old."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from agencies.models import EntryNudge
from agencies.queries.entries.overview import agencies_to_nudge, kept_facts, own_entries
from agencies.queries.export import chunks
from agencies.rules.freshness import Fact
from core.actors import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.events import publish
from core.worker import register_duty

FACTS_ARE_OLD = "agencies.facts_are_old"
EVERY = timedelta(days=1)
AT_ONCE = 50  # agencies whose entries are in memory together


def register_duties() -> None:
    """Have the worker look once a day."""
    register_duty("facts_are_old", EVERY, partial(tell_of_old_facts, SYSTEM))


def tell_of_old_facts(actor: Actor) -> int:
    """Command: publish `agencies.facts_are_old` (agency_id, facts: how many) for each agency
    that somebody keeps and of which a fact is old; returns how many agencies that were.

    Beds are no matter of weeks: they are said every day, and find shows how old they are.
    """
    moment, told = now(), 0
    for batch in chunks(agencies_to_nudge(moment), AT_ONCE):
        for agency in own_entries(batch):
            facts = [f for f in kept_facts(agency, moment) if f.is_old and f.fact is not Fact.BEDS]
            if facts:
                db.session.merge(EntryNudge(agency_id=agency.id, told_at=moment))
                publish(FACTS_ARE_OLD, agency_id=agency.id, facts=len(facts))
                told += 1
    return told
