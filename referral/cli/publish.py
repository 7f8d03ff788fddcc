"""`flask referral publish`: publish closed periods now."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import click
from flask import current_app

from core.actors import OPERATOR
from core.clock import now
from core.db import db, write
from core.settings import Settings
from referral.cli.unmet import referral
from referral.commands.publishing import keep_publication
from referral.queries.published import is_out
from referral.queries.publishing import due_periods, make_body, pack, quarters_out
from referral.rules.periods import Period, read_period


@referral.command("publish")
@click.option("--period", help="Only this one: 2026-Q3, or 2026 with its quarters.")
def publish(period: str | None) -> None:
    """Publish the counts of closed quarters and years, once and for ever."""
    settings: Settings = current_app.config["RUJUKAN"]
    zone, grace = ZoneInfo(settings.timezone), timedelta(days=settings.publish_after_days)
    due = due_periods(now(), zone=zone, grace=grace)
    for one in due if period is None else _wanted(period, due):
        db.session.rollback()
        body = make_body(one, zone=zone, grace=grace, quarters=quarters_out(one))
        if body is not None:
            write(keep_publication, OPERATOR, period=one, rules=body["rules"], packed=pack(body))
            click.echo(f"{one}: {'withheld' if body.get('withheld') else 'published'}")


def _wanted(text: str, due: tuple[Period, ...]) -> tuple[Period, ...]:
    try:
        period = read_period(text)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if is_out(str(period)):
        raise click.ClickException(f"{period} is published; it is never published anew.")
    if period not in due:
        raise click.ClickException(f"{period} is not closed yet, or nothing happened in it.")
    return tuple(one for one in due if one == period or one in period.quarters)
