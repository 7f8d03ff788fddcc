"""One chosen offer, judged by the same rules as those that are found."""

from __future__ import annotations

import uuid

from agencies.models import Location, Offer
from agencies.queries.find.answer import Entry
from agencies.queries.find.areas import area_of
from agencies.queries.find.load import candidate_of
from agencies.queries.hours import is_open, openness
from agencies.rules.eligibility import Asking, judges_for
from agencies.rules.judging import judge
from agencies.rules.needs import matching_codes
from agencies.rules.question import Question
from core.actors import Actor
from core.db import db


def offer_seen_by(actor: Actor, offer_id: uuid.UUID) -> Offer | None:
    """The offer, if it exists and the actor's tier sees it. The two ways of None are one."""
    found = db.session.get(Offer, offer_id)
    return found if found is not None and _sees(actor, found.location) else None


def _sees(actor: Actor, location: Location) -> bool:
    return location.tier <= actor.sees.value


def judged(offer: Offer, question: Question) -> Entry:
    """What every rule says of an offer that somebody chose, whatever it says."""
    candidate = candidate_of(offer)
    asking = Asking(question, lambda one: is_open(one, question.at), area_of(question, None))
    return Entry(
        candidate=candidate,
        judgement=judge(candidate, judges_for(asking)),
        openness=openness(candidate, question.at),
        distance_km=None,
        needs_met=tuple(n for n in question.needs if matching_codes(n) & candidate.needs),
    )
