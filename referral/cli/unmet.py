"""`flask referral unmet`: needs for which a search found nobody, as published."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from agencies.rules.needs import all_needs
from referral.queries.published import Published, publication, published_periods

HIDDEN = "*"

referral = AppGroup("referral", help="The hand-off.")


@referral.command("unmet")
@click.option("--period", help="Such as 2026-Q3 or 2026; the newest published one if not given.")
def unmet(period: str | None) -> None:
    """Needs for which a search found nobody, by district, as published of a closed period."""
    periods = published_periods()
    if period is None and not periods:
        click.echo("Nothing is published yet.")
        return
    wanted = period or periods[0]
    found = publication(wanted)
    if found is None:
        raise click.ClickException(f"{wanted} is not published.")
    if found.is_withheld:
        raise click.ClickException(f"{wanted} is withheld: nothing of it could be shown safely.")
    click.echo(
        f"{wanted}; {HIDDEN}: not shown, some there were; what is not listed: nobody, or not told"
    )
    language = current_app.config["RUJUKAN"].language
    for number, need, area in _rows(found):
        shown = HIDDEN if number is None else str(number)
        click.echo(f"{shown:>6}  {need:<4} {all_needs()[need].label(language)}  {area or '-'}")


def _rows(found: Published) -> list[tuple[int | None, str, str]]:
    """Number, need and district, most first; what is hidden stands last."""
    table = found.counts("need_area", of="searches")
    need, area = table.columns.index("need"), table.columns.index("area")
    rows = [(count, key[need], key[area]) for key, count in table.cells.items()]
    return sorted(rows, key=lambda one: (one[0] is None, -(one[0] or 0), one[1], one[2]))
