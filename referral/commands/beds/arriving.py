"""Who arrives takes what was held for them, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.walls import HANDING
from agencies.models import Pool, PoolUnit
from core.actors import Actor
from core.db import db
from core.errors import refused
from core.i18n import _
from core.walls import cross
from referral.commands.beds.places import end_hold, hold_places, needs_place
from referral.commands.beds.pools import change, claim, figures_changed, free_in, lock_pools
from referral.models import Hold, Holding, Referral
from referral.queries.holds import holds_of

NOBODY = _("At least one person")


def take_places(
    actor: Actor, referral: Referral, *, moment: datetime, came: int | None = None
) -> None:
    """They came: what was held is occupied.

    `came`: how many people, None for as many as expected. The rest is freed when fewer came; when
    more came, or the hold had lapsed, further places are taken where they are free. Somebody who
    stands at the door is never refused for want of a figure: what is missing then stands in the
    audit, and the clerk says the beds as they are. `RefusedError` for nobody at all.
    """
    if came is not None and came < 1:
        raise refused("came", NOBODY)
    with cross(HANDING):
        holds = holds_of(referral.id)
        is_late = not holds and needs_place(referral)
        if is_late:
            holds = _hold_again(actor, referral, moment)
        pools = {hold.pool_id for hold in holds}
        lock_pools(pools)
        missing = _settle(actor, holds, came, moment)
        for hold in holds:
            if hold.state is Holding.HELD:
                end_hold(actor, hold, Holding.TAKEN, moment)
        figures_changed(pools)
    if missing or (is_late and not holds):
        record(
            actor,
            "places.missing",
            agency_id=referral.receiver_agency_id,
            subject=("referral", referral.id),
            places=missing or (came or 1),
        )


def _hold_again(actor: Actor, referral: Referral, moment: datetime) -> list[Hold]:
    """What was kept until it lapsed, where it is still free: for those who came late after all."""
    wanted = (
        select(Hold)
        .where(Hold.referral_id == referral.id, Hold.state == Holding.LAPSED)
        .order_by(Hold.ended_at.desc(), Hold.pool_id)
    )
    lapsed = list(db.session.scalars(wanted))
    last = [hold for hold in lapsed if hold.ended_at == lapsed[0].ended_at]
    lock_pools({hold.pool_id for hold in last})
    for hold in last:
        if free_in(hold.pool_id) >= hold.places:
            hold_places(actor, referral, hold.pool_id, hold.places, until=moment, moment=moment)
    return holds_of(referral.id)


def _settle(actor: Actor, holds: Sequence[Hold], came: int | None, moment: datetime) -> int:
    """Change what is held to what so many people need; returns how many found no place.

    A room or a family's place stays one, however many came.
    """
    if came is None or not holds or _has_whole_place(holds):
        return 0
    left = came
    for hold in holds:
        is_last = hold is holds[-1]
        _resize(actor, hold, left if is_last else min(left, hold.places), moment)
        left -= hold.places if hold.state is Holding.HELD else 0
    return left


def _resize(actor: Actor, hold: Hold, wanted: int, moment: datetime) -> None:
    """Hold so many places instead, or as many more as are free; none: it is released."""
    if wanted < 1:
        end_hold(actor, hold, Holding.RELEASED, moment)
        return
    more = min(wanted - hold.places, free_in(hold.pool_id))
    if more > 0 and claim(hold.pool_id, more):
        hold.places += more
    elif more < 0:
        change(hold.pool_id, held=more)
        hold.places += more
    db.session.flush()


def _has_whole_place(holds: Sequence[Hold]) -> bool:
    ids = [hold.pool_id for hold in holds]
    units = db.session.scalars(select(Pool.unit).where(Pool.id.in_(ids)))
    return any(unit is not PoolUnit.PERSON for unit in units)
