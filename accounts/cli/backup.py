"""`flask backup` and `flask restore`: the whole database, encrypted."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app

from accounts.cli.keys import fail, tell
from accounts.commands.audit import record
from core.actors import OPERATOR
from core.backup.database import back_up, target_url
from core.backup.database import restore as restore_database
from core.checks.disk import BACKUP_MARK
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.i18n import _
from core.settings import Settings

WRITTEN = _("The database was written to %(file)s")
REPLACE = _("This replaces everything in %(database)s. Go on?")
RESTORED = _("Restored: the state of %(when)s. Everybody has to sign in again.")
START_AGAIN = _(
    "Start the server and the worker again, and run `flask db upgrade` if the version is newer."
)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the database, encrypted, into the new FILE. Everybody can go on working meanwhile."""
    try:
        back_up(file)
    except RefusedError as error:
        fail(error)
    _mark()
    write(record, OPERATOR, "backup.written")
    click.echo(tell()(WRITTEN, file=click.format_filename(file)))


def _mark() -> None:
    """Note when, for `flask doctor`."""
    settings: Settings = current_app.config["RUJUKAN"]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / BACKUP_MARK).write_text(now().isoformat(), encoding="utf-8")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--into", default="", help="Another database: an SQLite file, or an address.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, into: str, yes: bool) -> None:
    """Replace the database by the backup in FILE: all of it, or nothing if the file is not whole.

    What was erased since stays erased.
    """
    named = target_url(into).render_as_string(hide_password=True)
    if not yes and not click.confirm(tell()(REPLACE, database=named)):
        raise click.Abort
    try:
        note = restore_database(file, into)
    except RefusedError as error:
        fail(error)
    if target_url(into) == target_url(""):
        write(record, OPERATOR, "backup.restored", made_at=note["made_at"])
    click.echo(tell()(RESTORED, when=note["made_at"]))
    click.echo(tell()(START_AGAIN))
