"""The database, the worker, and the clock that both write down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from core import worker
from core.clock import aware, now
from core.db import db
from core.doctor import Finding
from core.outbox import OutboxRow
from core.settings import ROOT, Settings
from core.worker import Duty

MOST_SKEW = timedelta(seconds=5)


def reachable_and_migrated(_settings: Settings) -> Iterator[Finding]:
    """Whether it answers and has every migration."""
    try:
        db.session.execute(text("select 1"))
    except DBAPIError:
        yield Finding(
            "the database does not answer",
            "See that it runs and that DATABASE_URL is right (host, name, user, password).",
        )
        return
    wanted = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    found = _versions()
    if found == wanted:
        yield Finding(f"answers and is migrated ({', '.join(sorted(found))})")
        return
    yield Finding(
        f"is at migration {', '.join(sorted(found)) or 'none'}, not {', '.join(sorted(wanted))}",
        "Run `flask --app wsgi db upgrade` as the owner of the database.",
    )


def is_migrated() -> bool:
    """Whether the database answers and has every migration."""
    wanted = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    return _versions() == wanted


def _versions() -> set[str]:
    try:
        return set(db.session.scalars(text("select version_num from alembic_version")))
    except DBAPIError:
        db.session.rollback()
        return set()


def role(_settings: Settings) -> Iterator[Finding]:
    """On PostgreSQL: whether row-level security holds this role, and it cannot drop triggers."""
    if db.engine.dialect.name == "sqlite":
        yield Finding("SQLite has no roles; who may read the file is what counts")
        return
    is_super, bypasses = db.session.execute(
        text("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
    ).one()
    owned = db.session.scalar(
        text("select count(*) from pg_tables where tableowner = current_user")
    )
    if is_super or bypasses or owned:
        why = (
            "a superuser" if is_super else "not held by row-level security" if bypasses else "owner"
        )
        yield Finding(
            f"this role is {why}: the second wall does not hold it, and it can unlock the audit",
            "Give DATABASE_URL a role of its own that owns nothing; docs/operate.md says how.",
        )
        return
    yield Finding("this role owns nothing and is held by row-level security")


def worker_alive(_settings: Settings) -> Iterator[Finding]:
    """Whether a worker showed itself lately."""
    beat = worker.last_heartbeat()
    if worker.is_alive():
        yield Finding("is alive")
        return
    since = f"since {beat:%Y-%m-%d %H:%M} UTC" if beat else "yet"
    yield Finding(
        f"no worker was seen {since}: nothing is sent, no clock runs, no witness is told",
        "Start it: `systemctl start rujukan-worker`; then read `journalctl -u rujukan-worker`.",
    )


def nothing_given_up(_settings: Settings) -> Iterator[Finding]:
    """Whether something could not be sent or done, after all tries."""
    counts = db.session.execute(
        select(OutboxRow.kind, func.count())
        .where(OutboxRow.given_up_at.is_not(None), OutboxRow.done_at.is_(None))
        .group_by(OutboxRow.kind)
    ).all()
    for kind, count in counts:
        yield Finding(
            f"{count} of kind {kind} were given up",
            "See why in `outbox.last_error`, mend it, and set `given_up_at` to null, `tries` to 0.",
        )
    if not counts:
        yield Finding("nothing was given up")


def clock(_settings: Settings) -> Iterator[Finding]:
    """Whether the clock agrees with the database's, and is not behind what was written before."""
    remedy = "Set the clock by NTP: `timedatectl set-ntp true`, then `timedatectl` must say yes."
    moment, theirs = now(), _database_time()
    if theirs is not None and abs(moment - theirs) > MOST_SKEW:
        seconds = (moment - theirs).total_seconds()
        yield Finding(f"is {seconds:+.0f} s off the database server's", remedy)
        return
    newest = db.session.scalar(select(Duty.done_at).order_by(Duty.done_at.desc()).limit(1))
    if newest is not None and newest - moment > MOST_SKEW:
        yield Finding(f"is behind: the worker wrote {newest:%Y-%m-%d %H:%M:%S} UTC already", remedy)
        return
    yield Finding(f"is sane ({moment:%Y-%m-%d %H:%M:%S} UTC)")


def _database_time() -> datetime | None:
    if db.engine.dialect.name == "sqlite":
        return None  # the same machine's
    found: datetime = db.session.execute(text("select clock_timestamp()")).scalar_one()
    return aware(found)
