"""`flask referral routes`: the declared routes, listed, loaded and written."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app

from core.actors import OPERATOR
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.i18n import say
from referral.cli.unmet import referral
from referral.commands.routes.pathway import load_routes
from referral.exchange.routes import routes_as_csv, routes_of_csv
from referral.queries.routes import declared, live_routes, route_of
from referral.rules.routes import declared_routes, spell_basis, spell_limit


@referral.group("routes")
def routes() -> None:
    """Known ways between agencies."""


@routes.command("list")
def listed() -> None:
    """Every way that holds now: from, to, need, basis, what it needs first, within what time."""
    for route in live_routes(now()):
        sides = [route.from_agency or route.from_type, route.to_agency or route.to_type]
        first = " ".join(one.value for one in route.prerequisites) or "-"
        limit = spell_limit(route.limit) or "-"
        basis = spell_basis(route.basis)
        click.echo(f"{sides[0]} > {sides[1]}  {route.need or '*':<4} {basis:<4} {first}  {limit}")


@routes.command("load")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def load(file: Path | None) -> None:
    """Bring the declared routes to the project's list, or to a CSV file like what `export` writes.

    The same twice is the same as once; what a coordinator changed stays.
    """
    try:
        wanted = declared_routes() if file is None else routes_of_csv(_text(file))
        done = write(load_routes, OPERATOR, routes=wanted)
    except RefusedError as refusal:
        tell = say(current_app.config["RUJUKAN"].language)
        for trouble in refusal.troubles:
            click.echo(tell(trouble.message, **dict(trouble.values)), err=True)
        sys.exit(1)
    click.echo(f"{done.new} new, {done.renewed} brought up to date, {done.kept} kept as changed")


@routes.command("export")
@click.option("--format", "kind", type=click.Choice(["csv"]), default="csv", show_default=True)
def export(kind: str) -> None:
    """Write the declared routes that are switched on."""
    del kind  # there is one so far
    click.echo(routes_as_csv(route_of(row) for row in declared() if not row.is_off), nl=False)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig", errors="replace")
