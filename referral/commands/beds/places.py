"""Places for people on the way: held, kept longer, released, lapsed.

A place is given by one conditional UPDATE, so it is never given twice, on either database. What one
side's move does to the other's places crosses the walls by the name of HANDING. Who arrives takes
what was held: `commands/beds/arriving.py`. The rules of who fits where: `rules/places.py`.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from accounts.commands.audit import record
from accounts.walls import HANDING
from agencies.models import Pool
from core.actors import Actor
from core.db import db
from core.errors import refused
from core.i18n import _
from core.rows import add_row
from core.walls import cross
from referral.commands.beds.pools import change, claim, figures_changed, lock_pools
from referral.commands.case.sealing import open_facts
from referral.models import Hold, Holding, Referral
from referral.queries.holds import holds_of
from referral.queries.places import oldest_boy_at, owners_of, spaces_of, spaces_of_offer
from referral.rules.facts import person_in
from referral.rules.places import (
    AFTER_ARRIVAL,
    ASK,
    HELD_FOR,
    NO,
    Group,
    Part,
    Plan,
    fit_of,
    group_of,
    places_needed,
    plan_places,
)

NO_POOL = _("There is no such pool of places")
NONE_FREE = _("Not enough places are free there any more")
NOT_A_NUMBER = _("At least one place")
NOT_FOR_THEM = _("By its sex and ages this pool does not take everybody in the party")


@dataclass(frozen=True, slots=True)
class Proposed:
    """Places that together take everybody; `must_ask`: only if what is not known allows it."""

    plan: Plan
    must_ask: bool


def needs_place(referral: Referral) -> bool:
    """Whether the asked service has places, so that a promise must hold one."""
    if referral.offer_id is None:
        return False
    return bool(db.session.scalar(select(exists().where(Pool.offer_id == referral.offer_id))))


def propose_places(referral: Referral) -> Proposed | None:
    """The places of the asked service to hold for everybody in the party; None when too few are
    free. It says nothing of the person but what the pools ask."""
    if referral.offer_id is None:
        return None
    group, spaces = group_in(referral), spaces_of_offer(referral.offer_id)
    sure = plan_places(group, spaces)
    if sure is not None:
        return Proposed(sure, must_ask=False)
    unsure = plan_places(group, spaces, least=ASK)
    return Proposed(unsure, must_ask=True) if unsure is not None else None


def hold_for(
    actor: Actor,
    referral: Referral,
    *,
    pool_id: uuid.UUID,
    places: int | None,
    until: datetime | None,
    moment: datetime,
) -> Hold:
    """Hold places of one pool of the receiver for a referral; what it held before is released.

    `places` None: as many as the person and those along need there. `until` None: the usual time
    for its urgency. `RefusedError` for a pool of somebody else, one that by sex and age cannot
    take so many of the party, or when not enough are free.
    """
    space = spaces_of([pool_id]).get(pool_id)
    if space is None:
        raise refused("pool", NO_POOL)
    group = group_in(referral)
    wanted = places if places is not None else places_needed(space.unit, group.size)
    if wanted < 1:
        raise refused("places", NOT_A_NUMBER)
    if fit_of(space, group, wanted) is NO:
        raise refused("pool", NOT_FOR_THEM)
    plan = (Part(pool_id, wanted),)
    return hold_plan(actor, referral, plan=plan, until=until, moment=moment)[0]


def hold_plan(
    actor: Actor,
    referral: Referral,
    *,
    plan: Sequence[Part],
    until: datetime | None,
    moment: datetime,
) -> list[Hold]:
    """Hold all parts of a plan or none; what the referral held before is released.

    `RefusedError` for a pool that is not the receiver's, a part of no place, or when not enough
    are free in one of them: then the transaction is to be given up, and nothing is held.
    """
    wanted: Counter[uuid.UUID] = Counter()
    for part in plan:
        if part.places < 1:
            raise refused("places", NOT_A_NUMBER)
        wanted[part.pool_id] += part.places
    if not wanted or _not_all_of(referral, wanted):
        raise refused("pool", NO_POOL)
    last = until or moment + HELD_FOR[referral.urgency]
    with cross(HANDING):
        before = holds_of(referral.id)
        changed = {*wanted, *(hold.pool_id for hold in before)}
        lock_pools(changed)
        for hold in before:
            end_hold(actor, hold, Holding.RELEASED, moment)
        made = [
            hold_places(actor, referral, pool_id, wanted[pool_id], until=last, moment=moment)
            for pool_id in sorted(wanted)
        ]
        figures_changed(changed)
    return made


def release_places(actor: Actor, referral: Referral, *, moment: datetime) -> None:
    """Give back what is held for a referral."""
    _end_all(actor, referral, Holding.RELEASED, moment)


def lapse_places(actor: Actor, referral: Referral, *, moment: datetime) -> None:
    """The same, because the time ran out."""
    _end_all(actor, referral, Holding.LAPSED, moment)


def extend_holds(actor: Actor, referral: Referral, *, until: datetime) -> None:
    """Keep what is held for a referral until then; never shorter than it was said before.

    For a word that they are on the way, or that the flight is late. Who was warned that it is
    about to lapse will be warned again.
    """
    with cross(HANDING):
        for hold in holds_of(referral.id):
            if hold.until is not None and hold.until < until:
                hold.until, hold.warned_at = until, None
                note(actor, "places.kept_longer", hold)
        db.session.flush()


def keep_until_arrival(actor: Actor, referral: Referral, *, expected_at: datetime) -> None:
    """`extend_holds` for people who are expected then, with the way from there to the door."""
    extend_holds(actor, referral, until=expected_at + AFTER_ARRIVAL)


def group_in(referral: Referral) -> Group:
    """The party of a referral by sex and age, and what the asked service says of boys."""
    where = f"referral/{referral.id}/facts"
    facts = open_facts(referral.case_id, where, referral.facts_sealed)
    return group_of(person_in(facts), oldest_boy_at(referral.offer_id))


def hold_places(
    actor: Actor,
    referral: Referral,
    pool_id: uuid.UUID,
    places: int,
    *,
    until: datetime,
    moment: datetime,
) -> Hold:
    """Hold places of one pool; within a crossing, after `lock_pools`. `RefusedError` if too few
    are free."""
    if not claim(pool_id, places):
        raise refused("pool", NONE_FREE)
    hold = add_row(
        Hold,
        referral_id=referral.id,
        agency_id=referral.receiver_agency_id,
        pool_id=pool_id,
        places=places,
        made_at=moment,
        made_by=actor.account_id,
        until=until,
    )
    referral.attend_at = moment  # another end of a hold: the worker looks at once
    note(actor, "places.held", hold)
    return hold


def end_hold(actor: Actor, hold: Hold, how: Holding, moment: datetime) -> None:
    """End one hold; within a crossing, after `lock_pools`."""
    taken = hold.places if how is Holding.TAKEN else 0
    change(hold.pool_id, held=-hold.places, occupied=taken)
    hold.state, hold.ended_at = how, moment
    db.session.flush()
    note(actor, f"places.{how.value}", hold)


def note(actor: Actor, action: str, hold: Hold) -> None:
    """Write what became of held places into the audit of whose places they are."""
    record(
        actor,
        action,
        agency_id=hold.agency_id,
        subject=("pool", hold.pool_id),
        places=hold.places,
    )


def _end_all(actor: Actor, referral: Referral, how: Holding, moment: datetime) -> None:
    with cross(HANDING):
        holds = holds_of(referral.id)
        pools = {hold.pool_id for hold in holds}
        lock_pools(pools)
        for hold in holds:
            end_hold(actor, hold, how, moment)
        figures_changed(pools)


def _not_all_of(referral: Referral, pool_ids: Collection[uuid.UUID]) -> bool:
    """Whether one of the pools is not the receiver's, or is not at all."""
    owners = owners_of(pool_ids)
    return any(owners.get(pool_id) != referral.receiver_agency_id for pool_id in pool_ids)
