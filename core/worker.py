"""The worker process: the outbox, and duties that come round.

Clocks are questions to the tables (what is due and not yet done), not timers, so the worker may
be killed and started again at any point. Its heartbeat is a row that `/healthz` shows.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, db, write
from core.outbox import do_due_rows
from core.types import Instant

log = structlog.get_logger()

PAUSE_SECONDS = 2.0
HEARTBEAT = "heartbeat"
MISSED_AFTER = timedelta(seconds=30)
AT_ONCE = 20  # things of one kind that are done before the outbox has its turn again
RESTS = timedelta(minutes=1)
HELD = (
    "The worker did not start: row-level security hides rows from its role of the database. Give it"
    " the worker's DATABASE_URL, and see `flask walls grant`."
)


class Duty(Base):
    """When a recurring duty was last done; the heartbeat is one of them."""

    __tablename__ = "duty"

    name: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Instant)


_duties: dict[str, tuple[timedelta, Callable[[], object]]] = {}


def register_duty(name: str, every: timedelta, command: Callable[[], object]) -> None:
    """Have a command run in a write transaction of its own, at least `every` so often."""
    _duties[name] = (every, command)


@dataclass(slots=True)
class _Work:
    find: Callable[[int], Sequence[Any]]
    do: Callable[[Any], object]
    resting: dict[Any, datetime] = field(default_factory=dict)


_works: dict[str, _Work] = {}


def register_work(
    name: str, find: Callable[[int], Sequence[Any]], do: Callable[[Any], object]
) -> None:
    """Have things that fall due one by one done, each in a write transaction of its own.

    `find(limit)` reads what is due, the longest due first; `do(item)` is a command that asks again
    whether it is due (another worker may have been there) and returns whether it did anything.
    A few are done in each round, so that a backlog keeps nobody else waiting; an item that fails
    rests for a while and holds up no other.
    """
    _works[name] = _Work(find, do)


def last_heartbeat() -> datetime | None:
    """When a worker was last alive."""
    duty = db.session.get(Duty, HEARTBEAT)
    return duty.done_at if duty else None


def is_alive() -> bool:
    """Whether a worker showed itself lately."""
    beat = last_heartbeat()
    return beat is not None and now() - beat < MISSED_AFTER


def one_round() -> int:
    """Everything that is due now; returns how much was done."""
    write(_mark, HEARTBEAT)
    done = sum(_do_if_due(name) for name in _duties)
    done += sum(_do_some(name, work) for name, work in _works.items())
    return done + do_due_rows()


def _do_some(name: str, work: _Work) -> int:
    moment = now()
    work.resting = {item: until for item, until in work.resting.items() if until > moment}
    found = list(work.find(AT_ONCE + len(work.resting)))
    db.session.rollback()  # the next transactions see the latest
    ready = [item for item in found if item not in work.resting]
    return sum(_do_one(name, work, item) for item in ready[:AT_ONCE])


def _do_one(name: str, work: _Work, item: Any) -> bool:
    try:
        return bool(write(work.do, item))
    except Exception as error:  # one broken thing may not stop all others
        log.error("work failed", work=name, kind=type(error).__name__)
        work.resting[item] = now() + RESTS
        return False


def _do_if_due(name: str) -> bool:
    every, command = _duties[name]

    def do_it() -> bool:
        # Asked inside the write transaction: two workers may not both find it due.
        duty = db.session.get(Duty, name, with_for_update=True)
        if duty is not None and now() - duty.done_at < every:
            return False
        command()
        _mark(name)
        return True

    duty = db.session.get(Duty, name)
    if duty is not None and now() - duty.done_at < every:
        return False
    return write(do_it)


def _mark(name: str) -> None:
    db.session.merge(Duty(name=name, done_at=now()))


def run_forever() -> None:
    """Work until SIGTERM or SIGINT; a failing round is logged and the next one tried.

    Ends at once (`SystemExit`) where PostgreSQL's walls would hide from it what is to be done: it
    would seem alive, and nothing would ever be sent.
    """
    if _is_held_by_walls():
        raise SystemExit(HELD)
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    log.info("worker started")
    while not stop.is_set():
        done = _careful_round()
        if not done:
            stop.wait(PAUSE_SECONDS)
    log.info("worker stopped")


def _is_held_by_walls() -> bool:
    try:
        if db.engine.dialect.name != "postgresql":
            return False
        if not db.session.scalar(text("select to_regproc('wall_is_open') is not null")):
            return False  # not migrated yet
        return not db.session.scalar(text("select wall_is_open()"))
    except DBAPIError:  # away for a while: the rounds say so
        return False
    finally:
        db.session.remove()


def _careful_round() -> int:
    try:
        return one_round()
    except Exception as error:  # the database may be away for a while
        log.error("round failed", kind=type(error).__name__)
        return 0
    finally:
        db.session.remove()
