"""Import a file: read all of it, check it, compare it with the registry, save what differs.

Nothing is saved before the whole file was read, so a file that breaks in the middle changes
nothing. Saving goes in batches, each a transaction of its own, so that others can write in
between; records are known by their keys, so an import that was cut off is simply repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from agencies.commands.registry import save_records
from agencies.exchange import messages as says
from agencies.exchange.checking import AcrossRecords, warn_of_look_alikes
from agencies.exchange.columns import NAMES
from agencies.exchange.files import Format, format_of
from agencies.exchange.gazetteer import Gazetteer
from agencies.exchange.mapping import Mapping
from agencies.exchange.messages import quoted
from agencies.exchange.parsed import Context, Parsed
from agencies.exchange.pools import Clock
from agencies.exchange.readers import read
from agencies.exchange.report import Remark, Report
from agencies.exchange.spelling import without_old_news
from agencies.models.records import Entry, is_older
from agencies.queries.export import BATCH, chunks
from agencies.queries.known import (
    Known,
    Outcome,
    keys_of_secret_places,
    known_of,
    outcomes_of,
)
from core.actors import Actor
from core.clock import now
from core.db import db, write
from core.errors import RefusedError, Trouble

log = structlog.get_logger()

Progress = Callable[[str, int, int | None], None]  # a step, how many done, of how many


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is imported."""

    format: Format | None = None  # None: by the ending of the name
    mapping: Mapping | None = None
    dry_run: bool = False  # the same report, nothing written
    all_or_nothing: bool = False  # one refusal, and nothing is kept
    relative_times: bool = False  # `at=-3h` is allowed: sample data only
    timezone: str = "Asia/Jakarta"  # of places that do not say their own
    now: datetime | None = None


def import_file(
    actor: Actor, path: Path, wishes: Wishes, progress: Progress = lambda *_: None
) -> Report:
    """Import a file into the registry. `RefusedError` when nothing of it can be read."""
    records, warnings = _read_all(path, wishes, progress)
    known = known_of([entry for parsed in records for entry in parsed.entries])
    _compare(records, known)
    changed = [parsed for parsed in records if _is_news(parsed, known)]
    stop = wishes.all_or_nothing and any(parsed.notes.refused for parsed in records)
    db.session.rollback()  # the snapshot that was read ends here
    whole: list[Trouble] = []
    if not wishes.dry_run and not stop:
        whole = _save(actor, changed, wishes, progress)
    return _report(records, warnings, whole)


def _read_all(path: Path, wishes: Wishes, progress: Progress) -> tuple[list[Parsed], list[Trouble]]:
    gazetteer = Gazetteer()
    clock = Clock(wishes.now or now(), wishes.relative_times)
    context = Context(clock, wishes.timezone, keys_of_secret_places(), gazetteer)
    reading = read(path, wishes.format or format_of(path), wishes.mapping, context)
    across = AcrossRecords()
    records = []
    for parsed in reading.records:
        across.check(parsed)
        records.append(parsed)
        if len(records) % 100 == 0:
            progress("read", len(records), reading.total)
    warn_of_look_alikes(records)
    without = [] if gazetteer.is_loaded else [Trouble("file", says.NO_GAZETTEER)]
    return records, [*reading.warnings, *without]


def _compare(records: Sequence[Parsed], known: Known) -> None:
    """Keep of each record what is news, and refuse what contradicts places that are held."""
    for parsed in records:
        for entry in parsed.entries:
            _check_pools(parsed, entry, known)
        parsed.entries = tuple(_news(entry, known) for entry in parsed.entries)


def _news(entry: Entry, known: Known) -> Entry:
    agency, service = known.agencies.find(entry.agency), known.services.find(entry.service)
    location = known.locations.find(entry.location) if entry.location else None
    offer = known.offer(entry)
    return Entry(
        without_old_news(entry.agency, agency, NAMES) if agency else entry.agency,
        without_old_news(entry.service, service, NAMES) if service else entry.service,
        without_old_news(entry.location, location, NAMES)
        if entry.location and location
        else entry.location,
        without_old_news(entry.offer, offer, NAMES) if entry.offer and offer else entry.offer,
    )


def _check_pools(parsed: Parsed, entry: Entry, known: Known) -> None:
    offer, before = entry.offer, known.offer(entry)
    if offer is None or before is None or (offer.said is not None and "pools" not in offer.said):
        return
    given = {pool.label: pool for pool in offer.pools}
    for pool in before.pools:
        after = given.get(pool.label)
        if after is None:
            if pool.held:
                parsed.refuse("places", says.POOL_HELD, label=quoted(pool.label))
        elif is_older(pool, after):
            parsed.warn("places", says.OLDER_FIGURES, label=quoted(pool.label))
        elif replace(after, held=pool.held).is_overfull:
            parsed.refuse("places", says.POOL_FULL, label=quoted(pool.label))


def _is_news(parsed: Parsed, known: Known) -> bool:
    """Note what saving a record will do; whether there is something to do."""
    outcomes = set(outcomes_of(known, parsed.entries))
    if parsed.entries:
        parsed.outcome = outcomes.pop() if len(outcomes) == 1 else Outcome.CHANGED
    return bool(parsed.entries) and parsed.outcome is not Outcome.UNCHANGED


def _save(
    actor: Actor, records: Sequence[Parsed], wishes: Wishes, progress: Progress
) -> list[Trouble]:
    """Save the records; what stopped all of them, with `all_or_nothing`."""
    if wishes.all_or_nothing:
        return _save_together(actor, records) if records else []
    done = 0
    for batch in chunks(records, BATCH):
        if _save_together(actor, batch):
            for parsed in batch:  # one of them is refused: which?
                _save_one(actor, parsed)
        done += len(batch)
        progress("save", done, len(records))
    return []


def _save_together(actor: Actor, batch: Sequence[Parsed]) -> list[Trouble]:
    """Save in one transaction; what stopped it."""
    try:
        write(save_records, actor, [entry for parsed in batch for entry in parsed.entries])
    except RefusedError as error:
        return list(error.troubles)
    except SQLAlchemyError as error:
        # Never the text: it may quote a record.
        log.warning("batch refused", kind=type(error).__name__)
        return [Trouble("record", says.REFUSED_WHEN_SAVED)]
    return []


def _save_one(actor: Actor, parsed: Parsed) -> None:
    for trouble in _save_together(actor, [parsed]):
        parsed.refuse(trouble.field, trouble.message, **dict(trouble.values))


def _report(
    records: Sequence[Parsed], warnings: Sequence[Trouble], whole: Sequence[Trouble]
) -> Report:
    report = Report(warnings=[Remark(0, "", trouble) for trouble in warnings])
    report.refused += [Remark(0, "", trouble) for trouble in whole]
    for parsed in records:
        report.warnings += _remarks(parsed, parsed.notes.warnings)
        report.refused += _remarks(parsed, parsed.notes.refused)
        if parsed.outcome and not parsed.notes.refused:
            report.outcomes[parsed.outcome] += 1
    return report


def _remarks(parsed: Parsed, troubles: Sequence[Trouble]) -> list[Remark]:
    return [Remark(parsed.number, parsed.key, trouble) for trouble in troubles]
