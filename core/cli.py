"""Commands of the house itself."""

from __future__ import annotations

import sys
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from core import settings_page, worker
from core.checks.database import is_migrated
from core.db import db
from core.doctor import examine
from core.i18n import _, say

SETTINGS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def init_cli(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(run_worker)
    app.cli.add_command(show_settings)
    app.cli.add_command(doctor)


NOT_MIGRATED = _("The database is not up to date. Run first: flask --app wsgi db upgrade")


def explain_missing_tables(app: Flask) -> None:
    """Have every command of ours say in one sentence that the database is not migrated.

    To be called when all commands are there. Flask-Migrate's own are left alone.
    """
    for name, command in app.cli.commands.items():
        if name != "db":
            _explain(command)


def _explain(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _explain(inner)
    run = command.callback
    if run is None or hasattr(run, "explains"):
        return

    @wraps(run)
    def explaining(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except Exception as wrong:
            if not _is_of_database(wrong):
                raise
            db.session.rollback()
            if is_migrated():
                raise
            click.echo(say(current_app.config["RUJUKAN"].language)(NOT_MIGRATED), err=True)
            sys.exit(1)

    explaining.explains = True  # type: ignore[attr-defined]
    command.callback = explaining


def _is_of_database(error: Exception) -> bool:
    # What goes past the ORM raises the driver's own errors.
    return isinstance(error, (DBAPIError, db.engine.dialect.loaded_dbapi.Error))


@click.command("worker")
def run_worker() -> None:
    """Do what is due: messages, recurring duties. Runs until stopped."""
    worker.run_forever()


@click.command("settings")
@click.option("--write", is_flag=True, help="Write docs/settings.md instead of printing it.")
def show_settings(write: bool) -> None:
    """Describe every setting."""
    page = settings_page.document()
    if write:
        SETTINGS_PAGE.write_text(page, encoding="utf-8")
    else:
        click.echo(page, nl=False)


@click.command("doctor")
def doctor() -> None:
    """Look whether everything is in order, and say what to do; exit status 1 when it is not."""
    wrong = 0
    for name, finding in examine(current_app.config["RUJUKAN"]):
        click.echo(f"{'WRONG' if finding.is_wrong else 'ok':<6} {name}: {finding.says}")
        if finding.is_wrong:
            click.echo(f"       -> {finding.remedy}")
            wrong += 1
    if wrong:
        click.echo(f"{wrong} things are wrong.", err=True)
        sys.exit(1)
    click.echo("Everything is in order.")
