"""The outbox: everything to be sent or done later is a row first, in the same transaction.

One worker process (on PostgreSQL any number) leases rows, does them, marks them, and tries again
with growing pauses. A row that is done twice because a worker died in between carries an id to
deduplicate by: messages go at least once, state changes once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, db, write
from core.ids import new_id
from core.types import Instant

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
MOST_TRIES = 12


class OutboxRow(Base):
    """One thing to do outside the transaction that wanted it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "done_at", "due_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime] = mapped_column(Instant, default=now)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    given_up_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


Job = Callable[..., None]
_jobs: dict[str, Job] = {}
_held_back: ContextVar[bool] = ContextVar("rujukan_outbox_held_back", default=False)


def register_job(kind: str, job: Job) -> None:
    """Say which function does rows of a kind; it is called with the row's facts."""
    _jobs[kind] = job


def put(kind: str, due_at: datetime | None = None, **facts: Any) -> OutboxRow:
    """Add a row in the open transaction. Raises `KeyError` for a kind that nobody does.

    Within `holding_back` the row is made and not added: nobody will ever do it.
    """
    _jobs[kind]  # a typing mistake must fail here, not at night in the worker
    row = OutboxRow(kind=kind, facts=facts, due_at=due_at or now())
    if not is_held_back():
        db.session.add(row)
    return row


@contextmanager
def holding_back() -> Iterator[None]:
    """What is put within the block is never sent: a simulated past tells nobody anything today."""
    before = _held_back.set(True)
    try:
        yield
    finally:
        _held_back.reset(before)


def is_held_back() -> bool:
    """Whether nothing leaves the house now."""
    return _held_back.get()


def lease(limit: int = 20) -> list[OutboxRow]:
    """Command: take due rows that nobody holds, so that no other worker does them too."""
    moment = now()
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.given_up_at.is_(None),
            OutboxRow.due_at <= moment,
            (OutboxRow.leased_until.is_(None)) | (OutboxRow.leased_until < moment),
        )
        .order_by(OutboxRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(db.session.scalars(due))
    for row in rows:
        row.leased_until = moment + LEASE
        row.tries += 1
    return rows


def finish(row_id: uuid.UUID) -> None:
    """Command: mark a row as done."""
    db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id)
        .values(done_at=now(), leased_until=None, last_error=None)
    )


def postpone(row_id: uuid.UUID, error: str) -> None:
    """Command: a row failed; try again after a pause that doubles, give up after MOST_TRIES."""
    row = db.session.get_one(OutboxRow, row_id)
    row.leased_until = None
    row.last_error = error
    if row.tries >= MOST_TRIES:
        row.given_up_at = now()
    row.due_at = now() + min(FIRST_PAUSE * 2 ** (row.tries - 1), LONGEST_PAUSE)


def do_due_rows(limit: int = 20) -> int:
    """Lease, do and mark what is due; returns how many rows were touched."""
    with db.session.no_autoflush:
        leased = [(row.id, row.kind, row.facts) for row in write(lease, limit)]
    for row_id, kind, facts in leased:
        _do(row_id, kind, facts)
    return len(leased)


def _do(row_id: uuid.UUID, kind: str, facts: dict[str, Any]) -> None:
    try:
        _jobs[kind](**facts)
    except Exception as error:  # whatever a job raises, the worker lives on
        write(postpone, row_id, type(error).__name__)
    else:
        write(finish, row_id)
