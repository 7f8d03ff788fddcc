"""What a file changed: kept like every other change, written at the end of an import."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from accounts.commands.audit import record
from agencies.commands.entries.checks import forget_checks
from agencies.commands.entries.keep import Replaced, differences, keep_changes
from agencies.models import Cause
from agencies.queries.entries.dates import offers_at
from agencies.queries.export import chunks
from agencies.rules.entries import Kind, facts_of
from agencies.rules.freshness import Fact
from core.actors import Actor


class ImportedChanges:
    """The changes of an import, in the order in which they were made."""

    def __init__(self) -> None:
        self._waiting: list[Replaced] = []
        self._places: list[uuid.UUID] = []

    def add(
        self,
        agency_id: uuid.UUID,
        subject: tuple[Kind, uuid.UUID],
        name: str,
        known: Any,
        wanted: Any,
    ) -> None:
        """Remember what a file changed of an agency, a service or an offer."""
        before, after = differences(known, wanted)
        if after:
            self._waiting.append(Replaced(agency_id, *subject, name, before, after))

    def add_place(self, location_id: uuid.UUID, known: Any, wanted: Any) -> None:
        """A place has no history, but other hours there are no longer the confirmed ones."""
        if known.schedules != wanted.schedules:
            self._places.append(location_id)

    def write(self, actor: Actor) -> None:
        """Keep the changes and forget what had been confirmed of the changed facts. The audit
        gets a row for each agency: a file may change thousands of records."""
        keep_changes(actor, self._waiting, Cause.IMPORT)
        fields: dict[uuid.UUID, set[str]] = defaultdict(set)
        for one in self._waiting:
            fields[one.agency_id].update(f"{one.kind}.{field}" for field in one.after)
        for (kind, facts), subjects in self._alike().items():
            for batch in chunks(subjects):
                forget_checks(kind, batch, facts)
        for agency_id, changed in fields.items():
            record(
                actor,
                "entry.imported",
                agency_id=agency_id,
                subject=("agency", agency_id),
                fields=sorted(changed),
            )
        for location_id in self._places:
            forget_checks(Kind.OFFER, offers_at(location_id), [Fact.HOURS])

    def _alike(self) -> dict[tuple[Kind, frozenset[Fact]], list[uuid.UUID]]:
        """The subjects of each kind in which the same facts changed."""
        groups: dict[tuple[Kind, frozenset[Fact]], list[uuid.UUID]] = defaultdict(list)
        for one in self._waiting:
            groups[one.kind, frozenset(facts_of(one.kind, one.after))].append(one.id)
        return groups
