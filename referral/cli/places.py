"""`flask referral places check`: do the figures of the pools and what is held agree?"""

from __future__ import annotations

import click
from flask.cli import AppGroup

from referral.cli.unmet import referral
from referral.queries.places import pools_out_of_step

places = AppGroup("places", help="Places that are held for people on the way.")
referral.add_command(places)


@places.command("check")
def check() -> None:
    """Compare what every pool says is held with the sum of what is held; 1 if they differ."""
    found = pools_out_of_step()
    for one in found:
        click.echo(
            f"{one.pool_id}  {one.service}: {one.label}"
            f"  the pool says {one.figure} held, the holds are {one.holds}"
        )
    if found:
        raise SystemExit(1)
    click.echo("All pools agree with what is held.")
