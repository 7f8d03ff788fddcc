"""`flask staff invite`: how the first administrator of a new Rujukan comes in."""

from __future__ import annotations

import click
from flask import Flask

from accounts.commands.invitations import invite
from accounts.rules.rights import Role
from core.actors import OPERATOR
from core.db import write
from core.errors import HiddenError, RefusedError
from core.ids import parse_id
from core.mail import link_to


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(staff)


@click.group("staff")
def staff() -> None:
    """People who work here."""


@staff.command("invite")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
)
@click.option("--agency", help="Id of the agency, for worker, intake and manager.")
@click.option("--area", help="Code of the area that a coordinator is for; else the whole network.")
def send(email: str, roles: tuple[str, ...], agency: str | None, area: str | None) -> None:
    """Invite somebody. The link works once, within 7 days; without a mail server it is printed."""
    wanted = [Role(role) for role in roles]
    agency_id = parse_id(agency) if agency else None
    in_agency = {role in (Role.WORKER, Role.INTAKE, Role.MANAGER) for role in wanted}
    if in_agency != {agency is not None} or (agency and agency_id is None):
        raise click.UsageError("worker, intake and manager need --agency; the others have none")
    try:
        made = write(
            invite, OPERATOR, email=email, roles=wanted, agency_id=agency_id, area=area or None
        )
    except RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except HiddenError as hidden:
        raise click.ClickException("There is no such agency") from hidden
    click.echo("A mail is on its way." if made.mailed else link_to(made.path))
