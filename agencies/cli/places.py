"""`flask places`: the operator loads the gazetteer and outlines, and tries a name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask
from flask.cli import AppGroup

from agencies.commands.places import Loaded, NewOutline, NewPlace, load_outlines, load_places
from agencies.exchange.place_files import UnreadableFileError, WrongRow, is_outlines
from agencies.exchange.place_outlines import read_outlines
from agencies.exchange.place_rows import read_places
from agencies.queries.places import resolve
from agencies.rules.place_codes import LEVELS
from core.actors import OPERATOR
from core.db import write

SMALL = Path(__file__).resolve().parent.parent / "data" / "gazetteer.csv"
T = TypeVar("T")
places = AppGroup("places", help="The gazetteer: load it, try a name.")
MOST_NAMED = 20  # wrong rows of a file; more scroll away unread


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(places)


@places.command("load")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--small", is_flag=True, help="Load the gazetteer that comes with Rujukan.")
@click.option("--level", type=click.Choice(LEVELS), help="Level of the outlines in the files.")
def load(files: tuple[Path, ...], small: bool, level: str | None) -> None:
    """Load gazetteers (CSV, .csv.gz: code, level, name, lat, lon) and outlines (GeoJSON).

    Loading the same file again changes nothing. Wrong rows are named and left out; the exit
    status is then 1.
    """
    wanted = (*((SMALL,) if small else ()), *files)
    if not wanted:
        raise click.UsageError("Name a file, or say --small.")
    went_well = [_load_one(path, level) for path in wanted]
    if not all(went_well):
        sys.exit(1)


def _load_one(path: Path, level: str | None) -> bool:
    try:
        if is_outlines(path):
            outlines, wrong = read_outlines(path, level)
            loaded = _with_bar(path, outlines, _write_outlines)
        else:
            found, wrong = read_places(path)
            loaded = _with_bar(path, found, _write_places)
    except UnreadableFileError as error:
        click.echo(str(error), err=True)
        return False
    click.echo(
        f"{path.name}: {loaded.added} added, {loaded.changed} changed,"
        f" {loaded.unchanged} unchanged."
    )
    _name_wrong(path, wrong)
    return not wrong


def _write_places(found: Sequence[NewPlace], progress: Callable[[int], object]) -> Loaded:
    return write(load_places, OPERATOR, places=found, progress=progress)


def _write_outlines(found: Sequence[NewOutline], progress: Callable[[int], object]) -> Loaded:
    return write(load_outlines, OPERATOR, outlines=found, progress=progress)


def _with_bar(
    path: Path, rows: Sequence[T], command: Callable[[Sequence[T], Callable[[int], object]], Loaded]
) -> Loaded:
    # To standard error: a bar is not an answer. Into a file it would only be noise.
    watched = sys.stderr.isatty()
    with click.progressbar(
        length=len(rows), label=path.name, file=sys.stderr, hidden=not watched
    ) as bar:
        return command(rows, bar.update)


def _name_wrong(path: Path, wrong: list[WrongRow]) -> None:
    for row in wrong[:MOST_NAMED]:
        click.echo(f"{path.name}, {row}", err=True)
    if len(wrong) > MOST_NAMED:
        click.echo(f"{path.name}: {len(wrong) - MOST_NAMED} more wrong rows.", err=True)
    if wrong:
        word = "row was" if len(wrong) == 1 else "rows were"
        click.echo(f"{path.name}: {len(wrong)} wrong {word} left out.", err=True)


@places.command("find")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
def find(text: str, limit: int) -> None:
    """Which places does a typed name mean?"""
    found = resolve(text, limit)
    for choice in found:
        where = f"{choice.latitude:.5f}, {choice.longitude:.5f}"
        click.echo(f"{choice.code or '-':<13}  {choice.kind:<13}  {choice.full_name}  ({where})")
    if not found:
        click.echo("No place of that name.")
        sys.exit(1)
    if not found.certain:
        click.echo(f"{found.total} choices, by {found.how}.")
