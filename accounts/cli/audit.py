"""`flask audit`: is it whole, who saw a person's data, whom did a breach touch."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from accounts.commands.audit_reports import note_breach_listed, open_access_report
from accounts.queries.audit.affected import Affected, actor_named
from accounts.queries.audit.affected import affected as affected_between
from accounts.queries.audit.verify import Checked, verify
from accounts.queries.witness import Witnessed, read_witness
from accounts.wording.audit import moment_words, sentence
from core.actors import OPERATOR
from core.clock import now
from core.db import write
from core.i18n import _, language, say
from core.ids import parse_id
from core.settings import Settings

NOTICE_WITHIN = timedelta(hours=3 * 24)  # UU 27/2022 (PDP), domain.md §1.5

NOTHING = _("Nothing is recorded about %(kind)s %(id)s.")

audit = AppGroup("audit", help="The audit: is it whole, who saw what.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(audit)


def _settings() -> Settings:
    found: Settings = current_app.config["RUJUKAN"]
    return found


@audit.command("verify")
@click.option("--chain", help="One agency's id, or `network`. Otherwise all chains.")
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A witness file or folder (from e-mail, from another machine) beside the usual one.",
)
def verify_chains(chain: str | None, witnesses: tuple[Path, ...]) -> None:
    """Check every row against its hash, its neighbours, the heads and the witness.

    The exit status is 1 when anything was edited, deleted, inserted, reordered, rewritten or cut.
    """
    started = time.perf_counter()
    usual = _settings().witness_folder
    witnessed = read_witness([*([usual] if usual.is_dir() else []), *witnesses])
    checked = list(map(_told, verify(witnessed, _chain_name(chain))))
    if chain and not checked:
        raise click.UsageError(f"There is no chain {chain}.")
    rows, seconds = sum(one.rows for one in checked), time.perf_counter() - started
    click.echo(f"Checked {rows:,} rows of {len(checked)} chains in {seconds:.1f} s.")
    _tell_uncovered(checked, witnessed)
    faults = sum(len(one.found) for one in checked)
    if faults:
        click.echo(f"{faults} faults: the audit is NOT whole.", err=True)
        sys.exit(1)
    click.echo("The audit is whole.")


def _chain_name(given: str | None) -> str | None:
    known = parse_id(given) if given else None
    return known.hex if known else given


def _told(checked: Checked) -> Checked:
    for found in checked.found:
        where = f"chain {found.chain}, number {found.number}, {found.kind}"
        click.echo(f"{where}: {found.sentence}", err=True)
    return checked


def _tell_uncovered(checked: list[Checked], witnessed: Witnessed) -> None:
    if witnessed.unreadable:
        click.echo(f"{witnessed.unreadable} lines of the witness cannot be read.", err=True)
    if witnessed.last_at is None:
        click.echo("Not covered: there is no witness, so a rewritten or cut chain can pass.")
        return
    open_ones = [one for one in checked if one.uncovered]
    rows = sum(one.uncovered for one in open_ones)
    click.echo(
        f"Not covered: what happened since the last witness at {witnessed.last_at}:"
        f" {rows:,} rows in {len(open_ones)} chains. Were exactly these cut off or written anew,"
        " nothing here would show it."
    )


@audit.command("seen")
@click.argument("kind")
@click.argument("subject_id", metavar="ID")
def seen(kind: str, subject_id: str) -> None:
    """Who saw or changed the data of a subject, such as `case 0192…`."""
    tell = say(language())
    found = write(open_access_report, OPERATOR, kind=kind, subject_id=subject_id)
    if not found:
        click.echo(tell(NOTHING, kind=kind, id=subject_id), err=True)
        sys.exit(1)
    for row in found:
        when = moment_words(row.at, _settings().timezone, language())
        click.echo(f"{when}  {sentence(row, tell)}")


@audit.command("affected")
@click.option("--since", required=True, help="ISO date or instant; without a zone, local time.")
@click.option("--until", help="The same; otherwise now.")
@click.option("--actor", help="Only what this account or key did: an e-mail address or id.")
@click.option("--known", help="When the breach became known; otherwise now.")
def affected(since: str, until: str | None, actor: str | None, known: str | None) -> None:
    """Persons (by case) and agencies that a breach touched, for the notice within 3×24 hours."""
    first, last = _instant(since, "--since"), _instant(until, "--until") if until else now()
    known_at = _instant(known, "--known") if known else now()
    if last < first:
        raise click.UsageError("--until is before --since.")
    actor_id = actor_named(actor) if actor else None
    if actor and actor_id is None:
        raise click.UsageError(f"No account, key or audit row knows {actor}.")
    found = affected_between(first, last, actor_id)
    write(note_breach_listed, OPERATOR, since=first, until=last, cases=len(found.cases))
    _tell_affected(found, first, last, known_at)


def _tell_affected(found: Affected, first: datetime, last: datetime, known_at: datetime) -> None:
    click.echo(f"From {_local(first)} to {_local(last)}: {found.rows} audit rows.")
    click.echo(f"Persons, by case: {len(found.cases)}")
    for case in found.cases:
        span = f"{_local(case.first)} to {_local(case.last)}"
        click.echo(f"  {case.code}  {case.times} times, {span}")
    click.echo(f"Agencies: {len(found.agencies)}")
    for name in found.agencies:
        click.echo(f"  {name}")
    click.echo(
        "Written notice to these persons and to the authority (UU 27/2022 PDP, 3x24 hours after"
        f" the breach is known, here {_local(known_at)}): by {_local(known_at + NOTICE_WITHIN)}."
    )
    click.echo("It says which data, when and how, and what is done about it. See docs/audit.md.")


def _local(moment: datetime) -> str:
    return moment_words(moment, _settings().timezone, "en")


def _instant(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} is no ISO date or instant: {text}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(_settings().timezone))
