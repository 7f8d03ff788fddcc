"""HSDS services as records: an agency, a service, and each place with what is offered there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.cells import is_key
from agencies.exchange.hsds.agency import read_agency
from agencies.exchange.hsds.capacities import pools
from agencies.exchange.hsds.documents import BAD_LINE, check_values, read_documents
from agencies.exchange.hsds.place import read_offer
from agencies.exchange.hsds.said import said_of_offers
from agencies.exchange.hsds.service import read_service
from agencies.exchange.hsds.source import Object, Owner, Source
from agencies.exchange.hsds.task import Task
from agencies.exchange.mapping import HsdsRules
from agencies.exchange.messages import CellError
from agencies.exchange.parsed import Context, Parsed, Reading
from agencies.models.records import Entry
from core.actors import Tier


def read_hsds(path: Path, rules: HsdsRules, context: Context) -> Reading:
    """The services of a file. `RefusedError` when there are none."""
    documents = read_documents(path)
    return Reading(_each(documents, rules, context), total=len(documents))


def _each(documents: list[Any], rules: HsdsRules, context: Context) -> Iterator[Parsed]:
    for number, document in enumerate(documents, start=1):
        parsed = Parsed(number, "", guarded=rules.tier == Tier.SECRET.word)
        if document is BAD_LINE:
            parsed.refuse("record", says.BROKEN_LINE)
        elif not isinstance(document, dict):
            parsed.refuse("record", says.NOT_AN_OBJECT)
        else:
            _read(Task(parsed, rules, context), document)
        if parsed.guarded:
            parsed.notes.hide()
        yield parsed


def _read(task: Task, document: Object) -> None:
    try:
        check_values(document)
    except CellError as error:
        task.parsed.refuse("record", error.message, **error.values)
        return
    own_id = str(document.get("id", ""))
    task.parsed.key = own_id if is_key(own_id) else ""
    entries = _entries(task, document)
    if not task.notes.refused:
        task.parsed.entries = entries


def _entries(task: Task, document: Object) -> tuple[Entry, ...]:
    """The service at each of its places; alone when it has none. Empty when refused."""
    source = Source(document, "", task.notes)
    owner = Owner(source, source.key())
    agency = read_agency(task, source)
    places = [read_offer(task, part, owner.key) for part in source.each("service_at_locations")]
    of_offers = _of_offers(task, source, owner, [left for _, left, _ in places])
    if agency is None or task.notes.refused:
        return ()
    service = read_service(task, source, owner, agency.key)
    if not service.needs:
        task.notes.warn("attributes", says.NO_NEEDS)
    if not places:
        task.notes.warn("service_at_locations", says.NO_PLACE)
        return (Entry(agency, service),)
    guarded = task.parsed.guarded
    return tuple(
        Entry(
            agency,
            service,
            location,
            replace(
                offer,
                extra={} if guarded else left.extra(),
                said=(offer.said or frozenset()) | said_of_offers(source),
                **of_offers,
            ),
        )
        for location, left, offer in places
    )


def _of_offers(task: Task, source: Source, owner: Owner, offers: list[Owner]) -> dict[str, Any]:
    """What HSDS says of the service and we of its offers."""
    if not offers:
        return {}
    only = offers[0] if len(offers) == 1 else None
    return {
        "pools": pools(source, owner, only, task.context.clock.now),
        "verified_at": source.day("assured_date"),
        "verified_by": source.text("assurer_email"),
    }
