"""What the pages of a referral need beside the moves: its story, its promise, the state one saw."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from accounts.walls import HANDING
from agencies.models import Offer, Pool, Service
from agencies.rules.beds import is_fresh, pools_for
from agencies.rules.candidate import PoolFigures
from agencies.rules.person import Person
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError
from core.keystore import ErasedKeyError
from core.walls import cross
from referral.commands.case.sealing import open_facts, open_words
from referral.commands.moves.step import AlreadyMovedError
from referral.commands.record.reading import Seen
from referral.models import Hold, Holding, Referral, ReferralMove, ReturnReferral
from referral.queries.referrals import any_referral_by_code, live_consent, locked_referral, may_see
from referral.queries.story import Logged, log_of
from referral.rules.facts import person_in
from referral.rules.moves import Party
from referral.rules.places import places_needed
from referral.rules.reasons import Outcome
from referral.rules.states import State
from referral.rules.story import may_read_words

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Told:
    """A move as one side reads it; None for words that it may not read, or that were erased."""

    logged: Logged
    by: str | None
    words: str | None
    by_phone_from: str | None

    @property
    def move(self) -> ReferralMove:
        """The row."""
        return self.logged.move


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised: who takes them in, under which conditions, which place until when."""

    person: str | None
    conditions: str | None
    at: datetime | None
    pool: str | None
    places: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Returned:
    """The return referral."""

    outcome: Outcome
    service_given: str
    recommendation: str
    next_date: date | None
    is_read: bool


@dataclass(frozen=True, slots=True)
class PoolChoice:
    """A pool of the receiver, as an acceptance offers it. `needed`: places for all who come."""

    id: uuid.UUID
    label: str
    service: str
    free: int
    needed: int
    fits: bool
    is_fresh: bool
    said_at: datetime

    @property
    def is_enough(self) -> bool:
        """Whether all who come find a place there."""
        return self.free >= self.needed


def at_seen_state(
    actor: Actor,
    *,
    code: str,
    state: State | None,
    step: Callable[..., Made],
    given: Mapping[str, Any],
    by_phone_from: str | None = None,
) -> Made:
    """Command: make a step only if the referral still stands where the actor saw it.

    `step` is a command of `commands/moves/`, `given` its arguments. `AlreadyMovedError` when
    somebody was first; `HiddenError` for what the actor may not see. `by_phone_from`: whoever of
    the receiver gave the answer that the sender writes down.
    """
    found = any_referral_by_code(code)
    if found is None or not may_see(actor, found):
        raise HiddenError
    referral = locked_referral(found.id)
    if state is not None and referral.state is not state:
        raise AlreadyMovedError(referral.state)
    if by_phone_from is None:
        return step(actor, code=code, **given)
    # The place that is kept belongs to the receiver.
    with cross(HANDING):
        return step(actor, code=code, by_phone_from=by_phone_from, **given)


def story_of(seen: Seen, actor: Actor, reader: Party) -> list[Told]:
    """The log as a side reads it. The caller has just read the referral, which is recorded."""
    has_basis = live_consent(seen.referral, now()) is not None
    return [_told(seen, one, actor, reader, has_basis) for one in log_of(seen.referral)]


def promise_of(seen: Seen) -> Promised | None:
    """What is promised now; None where nothing is."""
    referral = seen.referral
    if referral.person_named_sealed is None:
        return None
    row = db.session.execute(
        select(Hold, Pool.label)
        .join(Pool, Pool.id == Hold.pool_id)
        .where(Hold.referral_id == referral.id, Hold.state == Holding.HELD)
    ).first()
    hold, label = (row[0], row[1]) if row else (None, None)
    return Promised(
        person=_opened(referral, "person_named", referral.person_named_sealed),
        conditions=_opened(referral, "conditions", referral.conditions_sealed),
        at=referral.appointed_at,
        pool=label,
        places=hold.places if hold else None,
        until=hold.until if hold else None,
    )


def return_of(seen: Seen) -> Returned | None:
    """The return referral, if one was written."""
    referral = seen.referral
    row = db.session.get(ReturnReferral, referral.id)
    if row is None:
        return None
    try:
        said = open_facts(referral.case_id, f"referral/{referral.id}/return", row.words_sealed)
    except ErasedKeyError:
        said = {}
    return Returned(
        outcome=row.outcome,
        service_given=said.get("service_given", ""),
        recommendation=said.get("recommendation", ""),
        next_date=row.next_date,
        is_read=row.read_at is not None,
    )


def pools_for_party(
    referral: Referral, fresh_for: timedelta, *, only_asked: bool = False
) -> list[PoolChoice]:
    """The receiver's pools: first those of what is asked that take this person and have room.

    The same rule as find's (`agencies/rules/beds.py`); which others there are the clerk knows
    better. `only_asked`: for the sender, to whom the others are no business. Empty where the
    service has no places or the person was erased.
    """
    asked = referral.offer_id
    if asked is None or referral.receiver_agency_id is None:
        return []
    try:
        person = _person(referral)
    except ErasedKeyError:
        return []
    rows = db.session.execute(
        select(Pool, Service.name)
        .join(Offer, Offer.id == Pool.offer_id)
        .join(Service, Service.id == Offer.service_id)
        .where(Service.agency_id == referral.receiver_agency_id)
        .order_by(Pool.offer_id != asked, Pool.position, Pool.id)
    ).all()
    if not any(pool.offer_id == asked for pool, _name in rows):
        return []
    found = [
        (pool.offer_id != asked, _choice(pool, name, person, fresh_for))
        for pool, name in rows
        if pool.offer_id == asked or not only_asked
    ]
    found.sort(key=lambda one: (one[0], not one[1].fits, not one[1].is_enough))
    return [choice for _other, choice in found]


def _choice(pool: Pool, service: str, person: Person, fresh_for: timedelta) -> PoolChoice:
    figures = PoolFigures(
        sex=pool.sex.value,
        minimum_age=pool.minimum_age,
        maximum_age=pool.maximum_age,
        unit=pool.unit.value,
        capacity=pool.capacity,
        free=pool.free,
        said_at=pool.said_at,
    )
    return PoolChoice(
        id=pool.id,
        label=pool.label,
        service=service,
        free=pool.free,
        needed=places_needed(pool.unit.value, person.party),
        fits=bool(pools_for((figures,), person)),
        is_fresh=is_fresh(figures, now(), fresh_for),
        said_at=pool.said_at,
    )


def _person(referral: Referral) -> Person:
    where = f"referral/{referral.id}/facts"
    return person_in(open_facts(referral.case_id, where, referral.facts_sealed))


def _told(seen: Seen, logged: Logged, actor: Actor, reader: Party, has_basis: bool) -> Told:
    move = logged.move
    where = f"move/{move.number}"
    may = may_read_words(reader, seen.stage, move.party, move.name, move.from_state, has_basis)
    ours = move.agency_id in actor.agencies
    return Told(
        logged=logged,
        by=logged.by if ours else None,
        words=_opened(seen.referral, where, move.words_sealed) if may else None,
        by_phone_from=_opened(seen.referral, f"{where}/phone", move.by_phone_from_sealed),
    )


def _opened(referral: Referral, field: str, sealed: bytes | None) -> str | None:
    try:
        return open_words(referral.case_id, f"referral/{referral.id}/{field}", sealed)
    except ErasedKeyError:
        return None
