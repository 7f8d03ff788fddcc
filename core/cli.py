"""Commands of the house itself."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask, current_app

from core import settings, worker
from core.doctor import examine

SETTINGS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def init_cli(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(run_worker)
    app.cli.add_command(show_settings)
    app.cli.add_command(doctor)


@click.command("worker")
def run_worker() -> None:
    """Do what is due: messages, recurring duties. Runs until stopped."""
    worker.run_forever()


@click.command("settings")
@click.option("--write", is_flag=True, help="Write docs/settings.md instead of printing it.")
def show_settings(write: bool) -> None:
    """Describe every setting."""
    page = settings.document()
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
