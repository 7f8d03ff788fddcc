"""Commands of the house itself."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from core import settings, worker

SETTINGS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def init_cli(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(run_worker)
    app.cli.add_command(show_settings)


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
