"""`flask referral`: the register of unmet needs."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from agencies.rules.needs import all_needs
from core.clock import now
from referral.queries.unmet import unmet_needs_since

FEW = 5  # counts of persons below this are not shown (domain.md §4.1)

referral = AppGroup("referral", help="The hand-off.")


@referral.command("unmet")
@click.option("--days", default=30, show_default=True, help="How many days back.")
def unmet(days: int) -> None:
    """Needs for which a search found nobody, by district; small counts are hidden."""
    language = current_app.config["RUJUKAN"].language
    for need, area, number in unmet_needs_since(now().date() - timedelta(days=days)):
        shown = str(number) if number >= FEW else f"<{FEW}"
        click.echo(f"{shown:>6}  {need:<4} {all_needs()[need].label(language)}  {area or '-'}")
