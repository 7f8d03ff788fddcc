"""HSDS services."""

from __future__ import annotations

from dataclasses import replace

from agencies.exchange import messages as says
from agencies.exchange.cells import OLDEST
from agencies.exchange.hsds import parts
from agencies.exchange.hsds.said import said_by
from agencies.exchange.hsds.source import Object, Owner, Source
from agencies.exchange.hsds.task import Task
from agencies.models import Status
from agencies.models.records import ServiceRecord
from agencies.rules.needs import all_needs

OUR_TAXONOMY = "rujukan"  # how the name of a taxonomy begins whose codes are our needs


def read_service(task: Task, source: Source, owner: Owner, agency_key: str) -> ServiceRecord:
    """A service as a record, without its places."""
    source.drop("organization_id")
    service = ServiceRecord(
        key=owner.key,
        id=owner.id,
        agency_key=agency_key,
        name=task.name(source),
        alternate_name=source.text("alternate_name"),
        status=Status(task.word(source, "status", tuple(Status), Status.ACTIVE)),
        description=source.text("description"),
        url=source.text("url"),
        email=source.text("email"),
        application_process=source.text("application_process"),
        fees=source.text("fees_description"),
        eligibility_description=source.text("eligibility_description"),
        interpretation_services=source.text("interpretation_services"),
        alert=source.text("alert"),
        minimum_age=_age(task, source, "minimum_age"),
        maximum_age=_age(task, source, "maximum_age"),
        needs=_needs(task, source, owner),
        areas=parts.areas(owner, source),
        documents=parts.documents(owner, source),
        costs=parts.costs(owner, source),
        languages=parts.languages(owner, source),
        phones=parts.phones(owner, source),
        contacts=parts.contacts(owner, source),
        schedules=parts.schedules(owner, source, task.context.timezone),
        said=said_by(ServiceRecord, source, "agency_key"),
    )
    low, high = service.minimum_age, service.maximum_age
    if low is not None and high is not None and low > high:
        task.notes.refuse("minimum_age", says.AGES_CONTRADICT)
    return replace(service, extra=owner.extra())


def _age(task: Task, source: Source, name: str) -> int | None:
    age = source.whole(name)
    if age is not None and not 0 <= age <= OLDEST:
        task.notes.refuse(name, says.AGE_RANGE)
        return None
    return age


def _needs(task: Task, source: Source, owner: Owner) -> tuple[str, ...]:
    """Needs named by our own codes, and by what the mapping says of other terms."""
    found: dict[str, None] = {}
    for attribute in source.each("attributes"):
        term = attribute.inner("taxonomy_term")
        attribute.keep("taxonomy_term")
        code = str(term.given.get("code") or "") if term else ""
        if term and code in all_needs() and _is_ours(term.given):
            found[code] = None
            owner.keep_rest(f"need:{code}", attribute)
            continue
        owner.keep_whole("attributes", attribute)
        name = str(term.given.get("name") or "") if term else ""
        for known in (code, name):
            found.update(dict.fromkeys(task.rules.needs.get(known, ())))
    return tuple(found)


def _is_ours(term: Object) -> bool:
    """Whether a term is of no named taxonomy, or of ours."""
    detail = term.get("taxonomy_detail")
    named = term.get("taxonomy") or (detail.get("name") if isinstance(detail, dict) else None)
    return not named or str(named).strip().lower().startswith(OUR_TAXONOMY)
