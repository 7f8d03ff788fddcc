"""`flask places`: the operator loads the gazetteer and outlines, and tries a name."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from agencies.commands.places import load_outlines, load_places, load_population
from agencies.exchange.place_files import WrongRow, is_outlines
from agencies.exchange.place_outlines import read_outlines
from agencies.exchange.place_rows import read_places
from agencies.exchange.population import read_population
from agencies.queries.places import resolve
from agencies.queries.places.population import known_codes
from agencies.rules.place_codes import LEVELS
from agencies.wording.places import place_label
from core.actors import OPERATOR
from core.db import write
from core.errors import RefusedError
from core.i18n import Say, _, language, say

SMALL = Path(__file__).resolve().parent.parent / "data" / "gazetteer.csv"
places = AppGroup("places", help="The gazetteer: load it, try a name.")
MOST_NAMED = 20  # wrong rows of a file; more scroll away unread


LOADED = _("%(file)s: %(added)s added, %(changed)s changed, %(unchanged)s unchanged.")
MORE = _("%(file)s: %(count)s more wrong rows.")
LEFT_OUT = _("%(file)s: wrong rows left out: %(count)s.")
NAME_A_FILE = _("Name a file, or say --small.")
NO_PLACE = _("No place of that name.")
CHOICES = _("%(count)s choices: none of them is taken without asking.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(places)


def _tell() -> Say:
    return say(language())


@places.command("load")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--small", is_flag=True, help="Load the gazetteer that comes with Rujukan.")
@click.option("--level", type=click.Choice(LEVELS), help="Level of the outlines in the files.")
def load(files: tuple[Path, ...], small: bool, level: str | None) -> None:
    """Load gazetteers (CSV, .csv.gz: code, level, name, lat, lon) and outlines (GeoJSON).

    Loading the same file again changes nothing, and --small changes no place that is known.
    Wrong rows are named and left out; the exit status is then 1.
    """
    wanted = (*((SMALL,) if small else ()), *files)
    if not wanted:
        raise click.UsageError(_tell()(NAME_A_FILE))
    went_well = [_load_one(path, level, _tell()) for path in wanted]
    if not all(went_well):
        sys.exit(1)


def _load_one(path: Path, level: str | None, tell: Say) -> bool:
    try:
        if is_outlines(path):
            outlines, wrong = read_outlines(path, level)
            with _bar(path, len(outlines)) as bar:
                loaded = write(load_outlines, OPERATOR, outlines=outlines, progress=bar.update)
        else:
            found, wrong = read_places(path)
            with _bar(path, len(found)) as bar:
                # Ours is coarse: it must not overwrite what the operator loaded.
                loaded = write(
                    load_places,
                    OPERATOR,
                    places=found,
                    progress=bar.update,
                    only_add=path == SMALL,
                )
    except RefusedError as error:
        for trouble in error.troubles:
            click.echo(tell(trouble.message, **dict(trouble.values)), err=True)
        return False
    click.echo(tell(LOADED, file=path.name, **asdict(loaded)))
    _name_wrong(path, wrong, tell)
    return not wrong


def _bar(path: Path, length: int) -> AbstractContextManager[Any]:
    # To standard error: a bar is not an answer. Into a file it would only be noise.
    watched = sys.stderr.isatty()
    return click.progressbar(length=length, label=path.name, file=sys.stderr, hidden=not watched)


def _name_wrong(path: Path, wrong: list[WrongRow], tell: Say) -> None:
    for row in wrong[:MOST_NAMED]:
        click.echo(f"{path.name}, {row.spoken(tell)}", err=True)
    if len(wrong) > MOST_NAMED:
        click.echo(tell(MORE, file=path.name, count=len(wrong) - MOST_NAMED), err=True)
    if wrong:
        click.echo(tell(LEFT_OUT, file=path.name, count=len(wrong)), err=True)


@places.command("population")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="Whose figures they are, as maps will say it.")
def population(file: Path, source: str | None) -> None:
    """Load how many people live where (CSV, .csv.gz: code, population, perhaps year).

    The codes are those of the gazetteer. Loading the same file again changes nothing; wrong rows
    are named and left out, and the exit status is then 1.
    """
    tell = _tell()
    try:
        found, wrong = read_population(file, known_codes())
        loaded = write(load_population, OPERATOR, figures=found, source=source)
    except RefusedError as error:
        for trouble in error.troubles:
            click.echo(tell(trouble.message, **dict(trouble.values)), err=True)
        sys.exit(1)
    click.echo(tell(LOADED, file=file.name, **asdict(loaded)))
    _name_wrong(file, wrong, tell)
    if wrong:
        sys.exit(1)


@places.command("find")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
def find(text: str, limit: int) -> None:
    """Which places does a typed name mean?"""
    found, tell = resolve(text, limit), _tell()
    for choice in found:
        where = f"{choice.latitude:.5f}, {choice.longitude:.5f}"
        click.echo(f"{choice.code:<13}  {place_label(choice, language())}  ({where})")
    if not found:
        click.echo(tell(NO_PLACE))
        sys.exit(1)
    if not found.certain:
        click.echo(tell(CHOICES, count=found.total))
