"""Say that what find reads has changed: so every process knows what it may still believe."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, event, inspect, text, update
from sqlalchemy.orm import Session

from agencies.models import FindChange, FindGeneration
from agencies.models.generation import THE_ONE
from core.db import db
from core.prepared import prepared

CHANGED = "rujukan_found_otherwise"
SAID = "rujukan_said_otherwise"

# The same on both databases. Its row stays locked until the commit, so that generations are
# committed in the order in which they count: nobody who has seen a number misses a smaller one.
_NEXT = text(
    "insert into find_generation (id, era, number) values (:id, :era, 1)"
    " on conflict (id) do update set number = find_generation.number + 1"
)
_NOTE = text(
    "insert into find_change (offer_id, number)"
    " select :offer, number from find_generation where id = :id"
    " on conflict (offer_id) do update set number = excluded.number"
).bindparams(bindparam("offer", type_=FindChange.__table__.c.offer_id.type))


def note_changed(offer_ids: Iterable[uuid.UUID]) -> None:
    """Command: these offers are found otherwise from this transaction's end on, or no more."""
    changed: set[uuid.UUID] = db.session.info.setdefault(CHANGED, set())
    changed.update(offer_ids)


def note_said_otherwise() -> None:
    """Command: no offer changed, but what upper rooms say of their agencies (`queries.hops`)."""
    db.session.info[SAID] = True


def begin_era(connection: Connection) -> None:
    """After a restore: nothing that any process keeps of find's table is true any more."""
    if inspect(connection).has_table(FindGeneration.__tablename__):
        connection.execute(update(FindGeneration).values(era=uuid.uuid4()))


def init_generations() -> None:
    """Write down what changed at the end of every transaction."""
    if not event.contains(Session, "before_commit", _settle):
        event.listen(Session, "before_commit", _settle)


def _settle(session: Session) -> None:
    # Last of all, so that this lock, which all share, is held shortly and never waits for another.
    changed: set[uuid.UUID] = session.info.pop(CHANGED, set())
    if not session.info.pop(SAID, False) and not changed:
        return
    session.flush()
    connection = session.connection()
    count, note = (prepared(one, connection.dialect) for one in (_NEXT, _NOTE))
    count.send(connection, {"id": THE_ONE, "era": uuid.uuid4().hex})
    for offer_id in sorted(changed):
        note.send(connection, {"id": THE_ONE, "offer": offer_id})
