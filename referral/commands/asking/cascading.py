"""What an answer does to the rest of its asking: the next is asked, or the others are told.

All of it happens in the transaction of the answer, under the lock of the asking (which whoever
moves a referral takes first), and crosses the walls by HANDING: whoever answers sees none of the
others. The moves are the clock's, since neither side made them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from accounts.walls import HANDING
from core.actors import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.events import subscribe
from core.i18n import _
from core.walls import cross
from referral.commands.beds.pools import lock_pools
from referral.commands.moves.step import MOVED, begin_on, finish
from referral.commands.moves.winding import wind_clocks
from referral.models import Asking, How, Referral, ReferralMove
from referral.queries.askings import alternatives_among, rows_of
from referral.queries.exclusions import is_agency_excluded
from referral.queries.holds import holds_of
from referral.queries.referrals import has_firm_consent, lock_asking
from referral.rules.askings import ASKS_NEXT, FALLS_THROUGH, RIVALS, best_promise, to_ask
from referral.rules.duties import LATE
from referral.rules.moves import Name, Party
from referral.rules.reasons import Cancel
from referral.rules.states import ARRIVED, PROMISED, State

FILLED = _("Another agency has accepted already. Nobody is asked twice for one place.")
# A person who arrived has chosen, however the answers stood.
FILLS = PROMISED | {State.HANDED_OVER}
# The person has, or had, a place there.
HAS_PLACE = PROMISED | ARRIVED | {State.COMPLETED, State.CLOSED}


def listen() -> None:
    """Follow every move of an alternative, and every silence."""
    subscribe(MOVED, _moved)
    subscribe(LATE, _late)


def _moved(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    if referral.asking_id is None:
        return
    with cross(HANDING):
        asking = lock_asking(referral.asking_id)
        if asking is None:
            return
        if move.name is Name.REOPEN and move.party is Party.SENDER and asking.filled_at:
            raise refused("state", FILLED)
        if move.to_state in FILLS and move.from_state not in PROMISED:
            _promised(asking, referral, move)
        elif move.to_state is State.HANDED_OVER:
            _fill(asking, referral, move.at)
        elif move.from_state in PROMISED and move.name in FALLS_THROUGH:
            _fell_through(asking)
        if move.name in ASKS_NEXT:
            ask_on(asking)


def _late(*, referral: Referral) -> None:
    """Nobody decided in time. Who is late may still answer, and the next is asked beside them."""
    asking = lock_asking(referral.asking_id) if referral.asking_id is not None else None
    if asking is not None:
        with cross(HANDING):
            ask_on(asking)


def _promised(asking: Asking, referral: Referral, move: ReferralMove) -> None:
    if asking.how is not How.CHOOSE or move.to_state not in PROMISED:
        _fill(asking, referral, move.at)
    elif asking.choose_until is None and asking.filled_at is None:
        asking.choose_until = move.at + timedelta(minutes=asking.choose_minutes or 1)
        db.session.flush()


def _fill(asking: Asking, winner: Referral, moment: datetime) -> None:
    """This one has it: the others are told, and what they held is free."""
    if asking.filled_at is not None:
        return
    asking.filled_at, asking.choose_until = moment, None
    for rival in rows_of(asking.id, lock=True):
        if rival.id != winner.id and rival.state in RIVALS:
            finish(begin_on(SYSTEM, rival, Name.CANCEL), reason=Cancel.FILLED.value)
    db.session.flush()


def _fell_through(asking: Asking) -> None:
    """A promise is over. Whoever declines it asks the next by that (`ASKS_NEXT`)."""
    states = {row.state for row in rows_of(asking.id)}
    if not states & HAS_PLACE:
        asking.filled_at = None
    if not states & PROMISED:
        asking.choose_until = None  # the next acceptance begins the time to choose anew
    db.session.flush()


def ask_on(asking: Asking) -> int:
    """Part of commands, within a crossing: ask the next, or all where several are asked at once.

    Returns how many were asked: none when it is filled or stopped, or nobody is left.
    """
    if asking.filled_at is not None or asking.stopped_at is not None:
        return 0
    return ask_some(asking, everybody=asking.how is not How.ONE_BY_ONE)


def ask_some(asking: Asking, *, everybody: bool = False) -> int:
    """The same whatever was said before. Who is excluded meanwhile, or has no live basis of their
    own, is left out."""
    rows = {row.id: row for row in rows_of(asking.id, lock=True)}
    asked = 0
    for one in to_ask(alternatives_among(list(rows.values()))):
        asked += _ask(rows[one.id])
        if asked and not everybody:
            break
    return asked


def _ask(referral: Referral) -> bool:
    moment = now()
    receiver_id = referral.receiver_agency_id
    if receiver_id is None or is_agency_excluded(referral.case_id, receiver_id):
        return False
    if not has_firm_consent(referral, moment):
        return False
    if referral.requested_by is not None and referral.requested_by <= moment:
        referral.requested_by = None  # that time was the first one's; now any answer is of use
    is_first = referral.state is State.DRAFT
    step = begin_on(SYSTEM, referral, Name.SEND if is_first else Name.REOPEN)
    wind_clocks(step)
    referral.typed_sealed = None
    finish(step)
    return True


def choose_one(asking: Asking, winner: Referral, moment: datetime) -> None:
    """Part of commands: this acceptance has it. All pools are locked first, in their order."""
    with cross(HANDING):
        lock_places_of(asking.id)
        _fill(asking, winner, moment)


def lock_places_of(asking_id: uuid.UUID | None) -> None:
    """Lock whatever is held for anybody of an asking, so that two who free several pools at once
    never wait for each other in a circle."""
    if asking_id is None:
        return
    with cross(HANDING):
        lock_pools(_pools_held(rows_of(asking_id)))


def _pools_held(rows: Collection[Referral]) -> set[uuid.UUID]:
    return {hold.pool_id for row in rows if row.state in PROMISED for hold in holds_of(row.id)}


def close_choice(asking_id: uuid.UUID) -> bool:
    """Command of the worker: the time to choose is over; the best by the sender's order has it.

    Returns whether it did anything: somebody may have chosen meanwhile.
    """
    asking = lock_asking(asking_id, wait=False)
    moment = now()
    if asking is None or asking.filled_at is not None or asking.choose_until is None:
        return False
    if asking.choose_until > moment:
        return False
    rows = {row.id: row for row in rows_of(asking.id, lock=True)}
    best = best_promise(alternatives_among(list(rows.values())))
    if best is None:
        asking.choose_until = None
        return True
    choose_one(asking, rows[best.id], moment)
    return True
