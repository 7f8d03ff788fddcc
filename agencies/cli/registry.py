"""`flask agencies`: import and export the registry."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress, TaskID

from agencies.exchange import document
from agencies.exchange.files import Format
from agencies.exchange.importing import Progress as Tick
from agencies.exchange.importing import Wishes, import_file
from agencies.exchange.mapping import read_mapping
from agencies.exchange.messages import quoted
from agencies.exchange.report import Remark, Report
from agencies.exchange.saying import HEADER, line, refused_csv, sentence
from agencies.exchange.writers import csv_text, geojson_text
from agencies.models.records import Entry
from agencies.queries.export import entries_up_to
from agencies.queries.known import Outcome
from core.actors import OPERATOR, Tier
from core.errors import RefusedError
from core.i18n import Say, _, say
from core.settings import Settings

MOST_LINES = 20  # remarks that are printed; all refusals are in the file beside
REFUSED_ENDING = ".refused.csv"

ADDED, CHANGED, UNCHANGED = _("added"), _("changed"), _("unchanged")
WARNINGS, REFUSED = _("warnings"), _("refused")
DRY_RUN = _("Nothing was written: this was a dry run")
NOTHING_KEPT = _("Nothing was kept, because records were refused")
SEE_FILE = _("Why, record by record: %(file)s")
CANNOT_WRITE = _("%(file)s cannot be written: %(reason)s")
MORE = _("and %(count)d more")
EXPORTED = _("%(count)d offers written to %(file)s")

WRITERS: dict[str, Callable[[Iterable[Entry]], str]] = {"csv": csv_text, "geojson": geojson_text}

FORMATS = [kind.value for kind in Format]
agencies = AppGroup("agencies", help="The registry: import it, export it.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(agencies)


def _settings() -> Settings:
    found: Settings = current_app.config["RUJUKAN"]
    return found


def _tell() -> Say:
    return say(_settings().language)


@agencies.command("import")
@click.argument("file", type=_FILE)
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Else by the ending.")
@click.option("--map", "mapping", type=_FILE, help="A mapping (TOML) for other people's files.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--all-or-nothing", is_flag=True, help="One refusal, and nothing is kept.")
@click.option("-v", "--verbose", is_flag=True, help="Print every warning and refusal.")
def import_(
    file: Path,
    kind: str | None,
    mapping: Path | None,
    dry_run: bool,
    all_or_nothing: bool,
    verbose: bool,
) -> None:
    """Import agencies, services and places from FILE (CSV, XLSX, HSDS JSON).

    Good records are kept; refused ones go to FILE.refused.csv, and the exit status is 1. The same
    file again changes nothing.
    """
    tell = _tell()
    try:
        wishes = Wishes(
            format=Format(kind) if kind else None,
            mapping=read_mapping(mapping) if mapping else None,
            dry_run=dry_run,
            all_or_nothing=all_or_nothing,
            timezone=_settings().timezone,
        )
        with _bar() as tick:
            report = import_file(OPERATOR, file, wishes, tick)
    except RefusedError as error:
        for trouble in error.troubles:
            click.echo(f"{_name(file)}: {sentence(trouble, tell)}", err=True)
        sys.exit(1)
    _print(report, tell, verbose)
    if not dry_run:
        _write_refused(file, report, tell)
    _conclude(report, tell, dry_run, all_or_nothing)


@contextmanager
def _bar() -> Iterator[Tick]:
    """A progress bar, on a terminal only."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tick(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield tick


def _name(path: Path) -> str:
    """A file's name, whatever somebody called it, on one harmless line."""
    return quoted(click.format_filename(path, shorten=True))


def _print(report: Report, tell: Say, verbose: bool) -> None:
    _print_remarks(report.warnings, WARNINGS, tell, verbose)
    _print_remarks(report.refused, REFUSED, tell, verbose)
    rows = (
        (report.outcomes[Outcome.ADDED], ADDED),
        (report.outcomes[Outcome.CHANGED], CHANGED),
        (report.outcomes[Outcome.UNCHANGED], UNCHANGED),
        (len(report.warnings), WARNINGS),
        (report.refused_records, REFUSED),
    )
    for count, word in rows:
        click.echo(f"{count:>8} {tell(word)}")


def _print_remarks(remarks: Sequence[Remark], title: str, tell: Say, verbose: bool) -> None:
    if not remarks:
        return
    click.echo(f"{tell(title).capitalize()}:")
    shown = remarks if verbose else remarks[:MOST_LINES]
    for remark in shown:
        click.echo(f"  {line(remark, tell)}")
    if len(shown) < len(remarks):
        click.echo(f"  {tell(MORE, count=len(remarks) - len(shown))}")


def _write_refused(file: Path, report: Report, tell: Say) -> None:
    path = file.with_name(file.name + REFUSED_ENDING)
    try:
        if report.refused:
            path.write_text(refused_csv(report.refused, tell), encoding="utf-8", newline="")
            click.echo(tell(SEE_FILE, file=_name(path)))
        elif path.exists():
            _forget_earlier(path)
    except OSError as error:
        click.echo(tell(CANNOT_WRITE, file=_name(path), reason=error.strerror or "?"), err=True)


def _forget_earlier(path: Path) -> None:
    # An earlier run's refusals would be believed to be this one's.
    with suppress(UnicodeDecodeError):
        if path.read_text(encoding="utf-8").startswith(",".join(HEADER)):
            path.unlink()


def _conclude(report: Report, tell: Say, dry_run: bool, all_or_nothing: bool) -> None:
    if dry_run:
        click.echo(tell(DRY_RUN))
    elif all_or_nothing and report.refused:
        click.echo(tell(NOTHING_KEPT))
    if report.refused:
        sys.exit(1)


@agencies.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), default="csv")
@click.option(
    "--tier",
    type=click.Choice([tier.word for tier in Tier]),
    default=Tier.PUBLIC.word,
    help="The most guarded places to write; nothing above it is.",
)
def export(file: Path | None, kind: str, tier: str) -> None:
    """Write the registry as CSV or GeoJSON to FILE, or to standard output."""
    entries = list(entries_up_to(Tier.named(tier)))
    text = WRITERS[kind](entries)
    if file is None:
        click.echo(text.encode(), nl=False)
        return
    tell = _tell()
    try:
        _replace(file, text.encode())
    except OSError as error:
        click.echo(tell(CANNOT_WRITE, file=_name(file), reason=error.strerror or "?"), err=True)
        sys.exit(1)
    click.echo(tell(EXPORTED, count=len(entries), file=_name(file)), err=True)


def _replace(file: Path, content: bytes) -> None:
    """The whole new file or the whole old one, whatever happens in between."""
    beside = file.with_name(file.name + ".part")
    beside.write_bytes(content)
    beside.replace(file)


@agencies.command("document")
@click.option("--write", is_flag=True, help="Write docs/import.md instead of printing its tables.")
def document_(write: bool) -> None:
    """The tables of docs/import.md: columns, codes, messages."""
    if write:
        document.write_page()
    else:
        click.echo(document.tables(), nl=False)
