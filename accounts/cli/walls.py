"""`flask walls`: PostgreSQL's row-level security, and the roles of the web and the worker."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import Connection

from accounts.policies import grant_to, raise_walls, without_wall
from core.db import WRITES, db

walls = AppGroup("walls", help="Row-level security on PostgreSQL.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(walls)


@walls.command("apply")
def apply() -> None:
    """Raise every wall as accounts/walls.py says; may be done as often as one likes."""
    with _owner() as connection, connection.begin():
        raised = raise_walls(connection)
    click.echo(f"{len(raised)} tables: {', '.join(raised)}")


@walls.command("grant")
@click.option("--web", required=True, help="The role that the web processes connect as.")
@click.option("--worker", required=True, help="The role that `flask worker` connects as.")
def grant(web: str, worker: str) -> None:
    """Give two roles, which exist and own nothing, what they need and no more."""
    if web == worker:
        raise click.UsageError("The web and the worker need a role each.")
    with _owner() as connection, connection.begin():
        grant_to(connection, web, may_cross=False)
        grant_to(connection, worker, may_cross=True)
    click.echo(f"{web} sees what its people may see; {worker} sees everything.")


@walls.command("check")
def check() -> None:
    """Name every table that should have a wall and has none; exit status 1 then."""
    with _owner() as connection, connection.begin():
        missing = without_wall(connection)
    if missing:
        raise click.ClickException(f"No forced policy on: {', '.join(missing)}")
    click.echo("Every wall stands.")


def _owner() -> Connection:
    if db.engine.dialect.name != "postgresql":
        raise click.UsageError("SQLite has no row-level security; DATABASE_URL is not PostgreSQL.")
    return db.engine.connect().execution_options(**{WRITES: True})
