"""`flask referral export`: an agency's own referrals as CSV, without any person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import click

from core.actors import OPERATOR
from core.db import write
from referral.cli.unmet import referral
from referral.commands.record.exporting import export_referrals
from referral.exchange.referral_list import csv_text
from referral.queries.exported import ExportWanted
from referral.rules.moves import Party

SIDES = {"sent": Party.SENDER, "received": Party.RECEIVER}


@referral.command("export")
@click.argument("agency", type=click.UUID)
@click.option("--side", type=click.Choice(list(SIDES)), default="sent", show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Asked on that day or later, UTC.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Asked on that day or before.")
def export(agency: UUID, side: str, since: datetime | None, until: datetime | None) -> None:
    """Write what an agency (by its id) sent, or got, as CSV; that it went out is recorded."""
    wanted = ExportWanted(
        agency_id=agency,
        side=SIDES[side],
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    click.echo(csv_text(write(export_referrals, OPERATOR, wanted=wanted)), nl=False)
