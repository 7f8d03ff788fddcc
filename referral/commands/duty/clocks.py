"""The clocks of one referral: whatever is due for it is done, in one transaction.

The worker asks which referrals are to be looked at (`attend_at`) and attends to one after the
other. Each thing done leaves a mark in the same transaction, so that a worker which is killed
anywhere misses nothing and does nothing twice. `attend_at` is a hint: too early does no harm, and
every open referral is looked at once a day whatever the hint was.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event, update
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import get_history

from accounts.commands.audit import record
from core.actors import SYSTEM, Actor
from core.clock import now
from core.db import Base, db
from core.events import publish, subscribe
from referral.commands.beds.places import lapse_places
from referral.commands.duty.escalating import ESCALATIONS
from referral.commands.moves.clock import expire, lapse
from referral.commands.moves.step import MOVED
from referral.models import Arrival, ClockMark, Hold, Referral, ReferralMove
from referral.queries.clocks import clocks_of, next_look, try_to_lock
from referral.rules.duties import LATE, Act, Duty, first_due, look_at


def listen() -> None:
    """Keep `attend_at` from now on: after every move, and when a place or a person is put off."""
    subscribe(MOVED, _look_at_again)
    for table in (Hold, Arrival):
        for happened in ("after_insert", "after_update"):
            if not event.contains(table, happened, _put_off):
                event.listen(table, happened, _put_off)


def attend(referral_id: uuid.UUID) -> int:
    """Command of the worker: do what is due for one referral; returns how much was done.

    Whatever is due at one instant is done in the order of `rules/duties.py`, each after what the
    one before it changed. 0 where nothing is due (any more), or somebody else has the referral.
    """
    referral = try_to_lock(referral_id)
    if referral is None:
        return 0
    moment, done = now(), 0
    clocks = clocks_of(referral)
    while (duty := first_due(clocks.facts, clocks.done, moment)) is not None:
        _mark(referral, clocks.round, duty.mark, moment)
        _do(referral, clocks.round, duty, moment)
        db.session.flush()
        clocks, done = clocks_of(referral), done + 1
    referral.attend_at = look_at(clocks.facts, clocks.done, moment)
    return done


def look_again(referral_ids: Collection[uuid.UUID]) -> None:
    """Part of commands that put something off in the database itself: look at these again soon."""
    db.session.execute(
        update(Referral)
        .where(Referral.id.in_(referral_ids))
        .values(attend_at=now())
        .execution_options(synchronize_session=False)
    )


def _do(referral: Referral, clock_round: int, duty: Duty, moment: datetime) -> None:
    if duty.act is Act.EXPIRE:
        expire(code=referral.code)
    elif duty.act is Act.LAPSE:
        lapse(code=referral.code)
    elif duty.act is Act.FREE:
        lapse_places(SYSTEM, referral, moment=moment)
    ESCALATIONS[duty.act](referral, f"{duty.mark}/{clock_round}/{referral.id}", moment)
    if duty.act is Act.LATE:
        publish(LATE, referral=referral)
    record(
        SYSTEM,
        f"clock.{duty.act.value}",
        agency_id=referral.receiver_agency_id,
        subject=("referral", referral.id),
        due=duty.at.isoformat(),
    )


def _mark(referral: Referral, clock_round: int, mark: str, moment: datetime) -> None:
    db.session.add(
        ClockMark(referral_id=referral.id, round=clock_round, what=mark, at=moment, by=None)
    )
    db.session.flush()


def _look_at_again(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    referral.attend_at = next_look(referral, move.at)


def _put_off(_mapper: Mapper[Any], connection: Connection, row: Hold | Arrival) -> None:
    """Another end of a hold or another time of arrival: the worker looks at once."""
    changed = get_history(row, "until" if isinstance(row, Hold) else "expected_at")
    if row.referral_id is not None and changed.has_changes():
        table = Base.metadata.tables["referral"]
        again = update(table).where(table.c.id == row.referral_id)
        connection.execute(again.values(attend_at=now()))
