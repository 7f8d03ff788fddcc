"""Who else could take this person: what find says for the same question, past those asked already.

Where they are looked for is around the place that was asked first (of a secret one its published
cell): the place where the person is stays behind when a referral is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agencies.models import Offer
from agencies.queries.find import Entry, ask
from agencies.queries.find.load import candidate_of
from agencies.queries.find.one import offer_seen_by
from agencies.rules.needs import Urgency
from agencies.rules.person import Person, with_what_the_need_says
from agencies.rules.question import Question
from core.actors import Actor
from core.clock import now
from core.db import db

MOST = 5
LOOKED_AT = 25  # results of find, of which some are asked already or excluded


@dataclass(frozen=True, slots=True)
class Proposed:
    """A service that could be asked next. `free` None where it has no places or none are known."""

    offer_id: uuid.UUID
    agency_id: uuid.UUID
    agency: str
    service: str
    km: float | None
    free: int | None
    ask_first: bool


def alternatives_to(
    actor: Actor,
    *,
    needs: Sequence[str],
    person: Person,
    urgency: Urgency,
    first_offer_id: uuid.UUID | None,
    but_for: Collection[uuid.UUID],
    beds_fresh_for: timedelta,
) -> list[Proposed]:
    """The next results of find, in its order, one service of each agency.

    `but_for`: agencies that are asked already, are excluded for the case, or are one's own.
    """
    if not needs:
        return []
    moment = now()
    question = Question(
        needs=tuple(needs),
        person=with_what_the_need_says(person, tuple(needs)),
        at=moment,
        now=moment,
        urgency=urgency,
        beds_fresh_for=beds_fresh_for,
    )
    first = offer_seen_by(actor, first_offer_id) if first_offer_id else None
    origin = candidate_of(first).position if first is not None else None
    found: dict[uuid.UUID, Proposed] = {}
    for entry in ask(actor, question, origin, limit=LOOKED_AT, wider=False).results:
        offer = db.session.get(Offer, uuid.UUID(entry.candidate.offer_id))
        if offer is None or offer.service.agency_id in but_for:
            continue
        found.setdefault(offer.service.agency_id, _proposed(entry, offer))
        if len(found) == MOST:
            break
    return list(found.values())


def _proposed(entry: Entry, offer: Offer) -> Proposed:
    pools = entry.candidate.pools
    return Proposed(
        offer_id=offer.id,
        agency_id=offer.service.agency_id,
        agency=offer.service.agency.name,
        service=offer.service.name,
        km=entry.distance_km,
        free=sum(pool.free for pool in pools) if pools else None,
        ask_first=entry.ask_first,
    )
