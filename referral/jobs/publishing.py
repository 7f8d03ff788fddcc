"""The worker publishes what is closed, beside its rounds: clocks never wait for a count."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock, Thread
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, current_app

from core.actors import SYSTEM
from core.clock import now
from core.db import db, write
from core.settings import Settings
from core.worker import register_duty
from referral.commands.publishing import AlreadyOutError, keep_publication
from referral.queries.publishing import due_periods, make_body, pack, quarters_out
from referral.rules.periods import Period

log = structlog.get_logger()

LOOKED = timedelta(hours=1)
_busy = Lock()


def register() -> None:
    """Have the worker look for closed periods."""
    register_duty("publishing", LOOKED, publish_beside)


def publish_beside() -> Thread | None:
    """Publish what is due in a thread of its own; None where nothing is, or one is at work."""
    settings: Settings = current_app.config["RUJUKAN"]
    zone, grace = ZoneInfo(settings.timezone), timedelta(days=settings.publish_after_days)
    due = due_periods(now(), zone=zone, grace=grace)
    if not due or not _busy.acquire(blocking=False):
        return None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = Thread(target=_publish, args=(app, due, zone, grace), name="publishing", daemon=True)
    thread.start()
    return thread


def _publish(app: Flask, due: tuple[Period, ...], zone: ZoneInfo, grace: timedelta) -> None:
    try:
        with app.app_context():
            for period in due:
                _publish_one(period, zone, grace)
    except Exception as error:  # the next look tries again
        log.error("publishing failed", kind=type(error).__name__)
    finally:
        _busy.release()


def _publish_one(period: Period, zone: ZoneInfo, grace: timedelta) -> None:
    db.session.rollback()  # from here on it sees one state of the data
    body = make_body(period, zone=zone, grace=grace, quarters=quarters_out(period))
    if body is None:
        return
    try:
        write(keep_publication, SYSTEM, period=period, rules=body["rules"], packed=pack(body))
    except AlreadyOutError:
        return  # another worker was quicker
    log.info("published", period=str(period))
