"""What cases add to `flask keys`: `erase` and `repeat-erasures`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app

from accounts.cli.keys import keys, register_case_rotation, tell
from core.actors import OPERATOR
from core.backup.keys import back_up_keys
from core.db import write
from core.errors import RefusedError
from core.i18n import _
from core.keystore import ErasedKeyError, keystore
from referral.commands.case.cases import NoSuchCaseError
from referral.commands.case.erasing import erase_person, repeat_erasures
from referral.commands.case.rekeying import rekey_case
from referral.rules.codes import read_code

SURE = _(
    "This erases the person of %(code)s for ever, in the backups too. Nobody can undo it. Go on?"
)
NO_CASE = _("There is no case with this code.")
REKEYED = _("%(code)s has a new key; the former one is erased.")
GONE = _("The person of this case was erased: there is no key to change.")
ERASED = _("The person of %(code)s is erased.")
OLD_COPIES = _(
    "Copies of the store of keys that you keep elsewhere still hold the key: destroy them."
)
STILL_IN = _(
    "The older backups of the keys in %(folder)s could not be replaced and still hold the key: "
    "destroy them."
)
REPEATED = _("%(count)s erasures repeated")


@keys.command("erase")
@click.argument("case")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(case: str, yes: bool) -> None:
    """Erase the person of CASE (a code such as RJK-7F3K2): their key, and with it all backups."""
    code = read_code(case) or ""
    if not yes and not click.confirm(tell()(SURE, code=code or case)):
        raise click.Abort
    try:
        write(erase_person, OPERATOR, code=code)
    except NoSuchCaseError:
        click.echo(tell()(NO_CASE), err=True)
        sys.exit(1)
    click.echo(tell()(ERASED, code=code))
    _replace_backups()
    click.echo(tell()(OLD_COPIES))


def rotate_case(code: str) -> None:
    """Give a case a new key, and replace the backups that hold the former one."""
    spelt = read_code(code) or ""
    try:
        write(rekey_case, OPERATOR, code=spelt)
    except (NoSuchCaseError, ErasedKeyError) as wrong:
        click.echo(tell()(NO_CASE if isinstance(wrong, NoSuchCaseError) else GONE), err=True)
        sys.exit(1)
    click.echo(tell()(REKEYED, code=spelt))
    _replace_backups()
    click.echo(tell()(OLD_COPIES))


register_case_rotation(rotate_case)


def _replace_backups() -> None:
    folder = current_app.config["RUJUKAN"].keys_backup_dir
    if not folder:
        return
    try:
        back_up_keys(keystore(), Path(folder), only_this=True)
    except (OSError, RefusedError):
        click.echo(tell()(STILL_IN, folder=folder), err=True)
        sys.exit(1)


@keys.command("repeat-erasures")
def repeat() -> None:
    """Bring rows and keys into agreement; the worker does it every hour, a restore at once."""
    click.echo(tell()(REPEATED, count=write(repeat_erasures, OPERATOR)))
