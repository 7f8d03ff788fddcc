"""`flask accounts`: the operator lets the first people in, and helps who is locked out."""

from __future__ import annotations

import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from accounts.commands.own_account import LINK_LASTS, invite_administrator, reset_account
from core.actors import OPERATOR
from core.db import write
from core.errors import RefusedError
from core.settings import Settings

accounts = AppGroup("accounts", help="Accounts: the first administrator, a reset.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(accounts)


@accounts.command("add-administrator")
@click.argument("email")
def add_administrator(email: str) -> None:
    """Print a link, good once, by which EMAIL becomes an administrator."""
    try:
        _print_link(write(invite_administrator, OPERATOR, email=email))
    except RefusedError as refusal:
        _stop(str(refusal))


@accounts.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """End EMAIL's sessions, take password and second factors away, print a link to begin anew."""
    try:
        _print_link(write(reset_account, OPERATOR, email=email))
    except LookupError:
        _stop("no open account has this address")


def _print_link(token: str) -> None:
    settings: Settings = current_app.config["RUJUKAN"]
    click.echo(f"{settings.site_url}/welcome/{token}")
    click.echo(f"Good once, for {LINK_LASTS.days} days. Whoever holds it gets in.", err=True)
    if not settings.site_url:
        click.echo("Set RUJUKAN_SITE_URL to have whole addresses printed.", err=True)


def _stop(reason: str) -> None:
    click.echo(f"Nothing was done: {reason}", err=True)
    sys.exit(1)
