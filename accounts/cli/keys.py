"""`flask keys`: the keys that open sealed fields."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from accounts.commands.audit import record
from core.actors import OPERATOR
from core.backup.keys import back_up_keys, restore_keys
from core.crypto import new_key
from core.db import write
from core.errors import RefusedError
from core.events import publish
from core.i18n import Say, _, say
from core.keystore import KeyStore, keystore
from core.masters import NothingToRotateError, WrongMasterKeyError, spell_key
from core.settings import Settings

# Published when keys came back from a backup: who knows of erasures repeats them.
KEYS_RESTORED = "accounts.keys_restored"

KEYS, ERASED = _("keys"), _("erased")
BY_SETTING = _("The master key comes from RUJUKAN_MASTER_KEY")
BY_FILE = _(
    "The master key is a file beside the keys: this protects a copied database, not a copied disk"
)
LEFT = _("No longer needed, take it away: %(what)s")
WAITING = _("Waiting for `flask keys rotate`: %(what)s")
NEVER = _("never")
LAST_ROTATED = _("Last rotated: %(when)s")
LAST_BACKED_UP = _("Last backed up: %(when)s")
TOO_OPEN = _("Others may read %(file)s: make its mode %(mode)s")
ROTATED = _("%(count)s keys are wrapped by the new master key")
NAME_ANOTHER = _(
    "The master key comes from RUJUKAN_MASTER_KEY. Put a new one there (`flask keys new-master` "
    "makes one), the present one into RUJUKAN_MASTER_KEY_OLD, and rotate again."
)
NO_MASTER = _("No master key at hand opens the store of keys. Nothing was changed.")
NO_FOLDER = _("Name a folder, or set RUJUKAN_KEYS_BACKUP_DIR.")
WRITTEN = _("The keys were written to %(file)s")
RESTORED = _("%(restored)s keys restored; %(erased)s were erased since and stay so")

keys = AppGroup("keys", help="The keys that open sealed fields.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(keys)


def tell() -> Say:
    """Speaks the language of the settings."""
    return say(current_app.config["RUJUKAN"].language)


def fail(error: RefusedError) -> NoReturn:
    """Say what was refused, and end with status 1."""
    for trouble in error.troubles:
        click.echo(tell()(trouble.message, **dict(trouble.values)), err=True)
    sys.exit(1)


@keys.command("status")
def status() -> None:
    """How many keys there are, who may read them, and when they were rotated and backed up.

    Exits with 1 when something is wrong.
    """
    store = keystore()
    try:
        master, kept, _hints = store.rows()
    except WrongMasterKeyError:
        click.echo(tell()(NO_MASTER), err=True)
        sys.exit(1)
    alive = Counter(row.name.partition("/")[0] for row in kept if row.wrapped)
    erased = Counter(row.name.partition("/")[0] for row in kept if not row.wrapped)
    for kind in sorted(alive | erased):
        click.echo(f"{kind:<12} {alive[kind]:>8} {tell()(KEYS)} {erased[kind]:>8} {tell()(ERASED)}")
    click.echo(tell()(BY_SETTING if store.masters.from_setting else BY_FILE))
    facts = store.facts()
    click.echo(tell()(LAST_ROTATED, when=facts.get("rotated_at", tell()(NEVER))))
    click.echo(tell()(LAST_BACKED_UP, when=facts.get("backed_up_at", tell()(NEVER))))
    for name in store.masters.leftovers(master):
        click.echo(tell()(WAITING if name == "RUJUKAN_MASTER_KEY" else LEFT, what=name))
    wrong = _too_open(store)
    for line in wrong:
        click.echo(line, err=True)
    sys.exit(1 if wrong else 0)


def _too_open(store: KeyStore) -> list[str]:
    wanted = [(store.folder, 0o700), *((path, 0o600) for path in sorted(store.folder.iterdir()))]
    return [
        tell()(TOO_OPEN, file=str(path), mode=f"{mode:o}")
        for path, mode in wanted
        if path.stat().st_mode & 0o077
    ]


@keys.command("new-master")
def new_master() -> None:
    """Print a new master key for RUJUKAN_MASTER_KEY. It is kept nowhere."""
    click.echo(spell_key(new_key()))


_case_rotation: list[Callable[[str], None]] = []


def register_case_rotation(rotate_case: Callable[[str], None]) -> None:
    """Say what `flask keys rotate --case` does with a code: the room that has cases does."""
    _case_rotation[:] = [rotate_case]


@keys.command("rotate")
@click.option(
    "--case", "code", help="Only this case (RJK-7F3K2): a new key, its fields sealed anew."
)
def rotate(code: str | None) -> None:
    """Wrap every key by a new master key. Safe to interrupt and to run again."""
    if code is not None:
        _case_rotation[0](code)
        return
    try:
        count = keystore().rotate()
    except NothingToRotateError:
        click.echo(tell()(NAME_ANOTHER), err=True)
        sys.exit(1)
    except WrongMasterKeyError:
        click.echo(tell()(NO_MASTER), err=True)
        sys.exit(1)
    write(record, OPERATOR, "keys.rotated", count=count)
    click.echo(tell()(ROTATED, count=count))


@keys.command("backup")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path | None) -> None:
    """Write the keys into FOLDER (else RUJUKAN_KEYS_BACKUP_DIR); remove files older than 7 days."""
    settings: Settings = current_app.config["RUJUKAN"]
    if folder is None and not settings.keys_backup_dir:
        click.echo(tell()(NO_FOLDER), err=True)
        sys.exit(1)
    try:
        path = back_up_keys(keystore(), folder or Path(settings.keys_backup_dir))
    except RefusedError as error:
        fail(error)
    write(record, OPERATOR, "keys.backed_up")
    click.echo(tell()(WRITTEN, file=click.format_filename(path)))


@keys.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring keys back from FILE. What was erased stays erased."""
    try:
        merged = restore_keys(keystore(), file)
    except RefusedError as error:
        fail(error)
    write(_note_restored)
    click.echo(tell()(RESTORED, restored=merged.restored, erased=merged.stay_erased))


def _note_restored() -> None:
    publish(KEYS_RESTORED)
    record(OPERATOR, "keys.restored")
