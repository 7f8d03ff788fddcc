"""`flask demo simulate`: a past for the sample agencies, with known truth kept beside it."""

from __future__ import annotations

import csv
import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app

from accounts.rules.samples import SAMPLE_PASSWORD
from agencies.cli.demo import demo
from agencies.commands.demo import report_sample_beds
from core.actors import OPERATOR
from core.clock import now
from core.db import write
from core.hashing import hash_password
from core.ids import parse_id
from core.settings import Settings
from referral.commands.simulated import erase_simulated_keys, forget_simulation
from referral.queries.published import published_periods
from referral.queries.simulated import (
    LOG_COLUMNS,
    has_cases,
    log_of_simulation,
    simulated_cases,
)
from referral.simulator.publishing import House
from referral.simulator.running import NothingToPlayError, simulate

CASES_A_DAY = 2.0
WIB = ZoneInfo("Asia/Jakarta")
DAYS_A_MONTH = 30.4375


@demo.command("simulate")
@click.option("--months", default=3.0, show_default=True, type=click.FloatRange(0.1, 60))
@click.option("--seed", default=1, show_default=True, help="The same seed writes the same past.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day; today if not said.")
@click.option("--cases", default=CASES_A_DAY, show_default=True, help="New cases on a usual day.")
@click.option("--once", is_flag=True, help="Say and do nothing where there is a simulation.")
@click.option("--leave-open", is_flag=True, help="End with referrals of the demo's own people.")
@click.option("--outside-a-demo", is_flag=True, help="On an empty database that is no demo.")
def simulate_months(
    months: float,
    seed: int,
    until: datetime | None,
    cases: float,
    once: bool,
    leave_open: bool,
    outside_a_demo: bool,
) -> None:
    """Write months of fictional cases and referrals of the sample agencies, by their people.

    Quarters and years that close within them are published when they do.
    What was planted stands in simulation/<seed>.json in the data folder, never in the database.
    """
    if _is_there(once):
        return
    _must_be_allowed(outside_a_demo)
    last = _last(until)
    first = last - timedelta(days=round(months * DAYS_A_MONTH))
    began = time.perf_counter()
    days = (last - first).days + 1
    with click.progressbar(length=days, label="Simulating") as bar:
        try:
            truth, play = simulate(
                seed=seed,
                first=first,
                last=last,
                cases_a_day=cases,
                password_hash=hash_password(SAMPLE_PASSWORD),
                house=_house(),
                each_day=lambda: bar.update(1),
                leave_open=leave_open,
            )
        except NothingToPlayError as wrong:
            raise click.ClickException(
                "There are no sample agencies. Load them first: flask demo load"
            ) from wrong
    write(report_sample_beds, OPERATOR)
    _keep(seed, truth.as_plain(), [str(own_id) for own_id in play.unmet])
    out = published_periods()
    spent = time.perf_counter() - began
    click.echo(f"Simulated {len(simulated_cases())} cases in {days} days ({spent:.1f} s)")
    if out:
        click.echo(f"Published: {', '.join(reversed(out))}")


@demo.command("forget-simulation")
def forget() -> None:
    """Remove every simulated case and all that hangs on it; in a demo what was published too."""
    _forget()


@demo.command("simulation-log")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def write_log(file: Path) -> None:
    """Write every simulated move to a CSV file, without codes: the same for the same seed."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(LOG_COLUMNS)
        writer.writerows(log_of_simulation())


def _is_there(once: bool) -> bool:
    """Whether there is a whole simulation already; refuses to write a second one into it."""
    known = simulated_cases()
    if not known:
        return False
    if not once:
        raise click.ClickException(
            "There is a simulation already. Remove it first: flask demo forget-simulation"
        )
    if any(_folder().glob("*.json")):
        return True
    _forget()  # one that was interrupted
    return False


def _must_be_allowed(outside_a_demo: bool) -> None:
    settings: Settings = current_app.config["RUJUKAN"]
    if settings.demo:
        return
    if not outside_a_demo:
        raise click.ClickException(
            "Fiction belongs into a demo (RUJUKAN_DEMO=1), or with --outside-a-demo into an empty"
            " database."
        )
    if has_cases():
        raise click.ClickException("This database has cases; nothing was written.")


def _last(until: datetime | None) -> datetime:
    """Now, or the end of a day that is over."""
    moment = now()
    if until is None:
        return moment
    day: date = until.date()
    ends = datetime(day.year, day.month, day.day, tzinfo=WIB) + timedelta(days=1)
    if ends > moment:
        raise click.BadParameter("The last day must be over", param_hint="--until")
    return ends.astimezone(UTC)


def _house() -> House:
    settings: Settings = current_app.config["RUJUKAN"]
    return House(ZoneInfo(settings.timezone), timedelta(days=settings.publish_after_days))


def _folder() -> Path:
    settings: Settings = current_app.config["RUJUKAN"]
    return settings.data_dir / "simulation"


def _keep(seed: int, truth: dict[str, Any], unmet: list[str]) -> None:
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = json.dumps(truth, indent=1, ensure_ascii=False, sort_keys=True)
    (_folder() / f"{seed}.json").write_text(whole + "\n", encoding="utf-8")
    (_folder() / f"{seed}.unmet").write_text("\n".join(unmet), encoding="utf-8")


def _forget() -> None:
    files = sorted(_folder().glob("*.*")) if _folder().is_dir() else []
    unmet = [
        found
        for file in files
        if file.suffix == ".unmet"
        for found in map(parse_id, file.read_text(encoding="utf-8").splitlines())
        if found
    ]
    spans = [_span(file) for file in files if file.suffix == ".json"]
    cases = simulated_cases()
    settings: Settings = current_app.config["RUJUKAN"]
    number = write(
        forget_simulation, OPERATOR, unmet=unmet, spans=spans, published_too=settings.demo
    )
    erase_simulated_keys(cases)
    for file in files:
        file.unlink()
    click.echo(f"Forgot {number} simulated cases")


def _span(file: Path) -> tuple[datetime, datetime]:
    truth = json.loads(file.read_text(encoding="utf-8"))
    return datetime.fromisoformat(truth["from"]), datetime.fromisoformat(truth["until"])
