"""What readers give: one parsed record after another, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from agencies.exchange.gazetteer import Gazetteer
from agencies.exchange.messages import Notes
from agencies.exchange.pools import Clock
from agencies.models.records import Entry
from agencies.queries.known import Outcome
from core.errors import Trouble


@dataclass(frozen=True, slots=True)
class Context:
    """What reading depends on besides the file."""

    clock: Clock
    timezone: str  # of places that do not say their own
    secret_places: frozenset[str]  # keys of places that are secret already
    gazetteer: Gazetteer


@dataclass(slots=True)
class Parsed:
    """A record of a file, numbered from 1. `entries` is empty when it is refused.

    An HSDS service is one record with an entry for each of its places.
    """

    number: int
    key: str
    entries: tuple[Entry, ...] = ()
    notes: Notes = field(default_factory=Notes)
    guarded: bool = True  # it may be of a secret place, so that nothing of it may be quoted
    outcome: Outcome | None = None

    def refuse(self, column: str, message: str, **values: object) -> None:
        """The record cannot be kept after all."""
        self.notes.refuse(column, message, **values)
        self.entries = ()
        if self.guarded:
            self.notes.hide()

    def warn(self, column: str, message: str, **values: object) -> None:
        """The record is kept, but somebody should look."""
        self.notes.warn(column, message, **values)
        if self.guarded:
            self.notes.hide()


@dataclass(slots=True)
class Reading:
    """A file that can be read: its records, and warnings about the whole."""

    records: Iterator[Parsed]
    warnings: list[Trouble] = field(default_factory=list)
    total: int | None = None  # records, when known beforehand
