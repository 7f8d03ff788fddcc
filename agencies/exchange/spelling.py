"""Records as rows of the own format: the export, and how an import tells what is new."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from agencies.exchange.columns import COLUMNS, Column, columns_of
from agencies.exchange.coordinates import spell_degrees
from agencies.exchange.hours import spell_holidays, spell_hours
from agencies.exchange.languages import spell_languages
from agencies.exchange.pools import spell_pools
from agencies.exchange.rows import NO_POSITION
from agencies.models import LocationType
from agencies.models.records import AnyRecord, Entry, LocationRecord, OfferRecord, R, ServiceRecord
from agencies.queries.known import is_known


def spell_entry(entry: Entry) -> dict[str, str]:
    """An entry as cells by column."""
    parts: dict[type, Any] = {
        type(part): part
        for part in (entry.agency, entry.service, entry.location, entry.offer)
        if part is not None
    }
    return {
        column.name: spell(column, parts[column.record]) if column.record in parts else ""
        for column in COLUMNS
    }


def spell(column: Column, record: AnyRecord) -> str:
    """What a record says in a column."""
    if column.kind is None:
        return _spell_together(column.name, record)
    value = getattr(record, column.field)
    return "" if value is None or value == () else column.kind.spell(value)


def _spell_together(name: str, record: AnyRecord) -> str:
    """The columns that are not one field each."""
    if isinstance(record, ServiceRecord):
        return spell_languages(record.languages, by_interpreter=name == "interpreters")
    if isinstance(record, OfferRecord):
        if name == "places":
            return spell_pools(record.pools)
        spelled = spell_hours if name == "hours" else spell_holidays
        return spelled(record.schedules)
    if isinstance(record, LocationRecord):
        return _spell_position(name, record)
    raise KeyError(name)


def _spell_position(name: str, record: LocationRecord) -> str:
    if name != "precision":
        return spell_degrees(getattr(record, name))
    if record.latitude is None and record.type is LocationType.PHYSICAL:
        return NO_POSITION
    return record.precision.value if record.precision else ""


def without_old_news(given: R, known: R, columns: Collection[str]) -> R:
    """The given record, saying only what the known one would spell otherwise.

    A file can hold less than the registry (a document's address, an hour in words): a cell that
    says what an export would say changes nothing, however much more is known.
    """
    if given.said is None:
        return given
    if is_known(known, given):
        return replace(given, said=frozenset())
    by_field: dict[str, list[Column]] = {}
    for column in columns_of(type(given)):
        if column.name in columns:
            by_field.setdefault(column.field, []).append(column)
    old = {
        field
        for field, about in by_field.items()
        if all(spell(column, given) == spell(column, known) for column in about)
    }
    return replace(given, said=given.said - old)
