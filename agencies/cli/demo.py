"""The demo: fictional agencies at real districts, and the beds that they go on reporting."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from accounts.rules.samples import SAMPLE_PASSWORD
from agencies.cli.places import load as load_places
from agencies.commands.demo import (
    add_sample_accounts,
    appoint_sample_reporters,
    report_sample_beds,
)
from agencies.exchange.importing import Wishes, import_file
from agencies.exchange.saying import line
from agencies.queries.demo import SAMPLE, has_sample
from core.actors import OPERATOR
from core.db import write
from core.hashing import hash_password
from core.i18n import say

demo = AppGroup("demo", help="The sample data: fictional agencies at real districts.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(demo)


@demo.command("load")
@click.pass_context
def load(context: click.Context) -> None:
    """Load the sample data, once; later calls keep what is there and freshen the bed figures."""
    if not has_sample():
        context.invoke(load_places, files=(), small=True, level=None)
        report = import_file(OPERATOR, SAMPLE, Wishes(relative_times=True), lambda *_: None)
        for remark in report.refused:
            click.echo(line(remark, say("en")), err=True)
        if report.refused:
            sys.exit(1)
        write(appoint_sample_reporters, OPERATOR)
        click.echo(f"Sample data: {sum(report.outcomes.values())} services at places")
    write(report_sample_beds, OPERATOR)
    write(add_sample_accounts, OPERATOR, password_hash=hash_password(SAMPLE_PASSWORD))
