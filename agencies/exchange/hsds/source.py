"""An HSDS object that is being read: what is taken becomes columns, the rest goes to `extra`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.cells import clean, read_date, read_key
from agencies.exchange.messages import CellError, Notes
from agencies.models.records import PARTS
from core.i18n import _
from core.ids import parse_id, stable_id

TEXT, NUMBER, OBJECT, LIST = _("text"), _("a number"), _("an object"), _("a list")

Object = dict[str, Any]


class Source:
    """One object; `path` says where it is in the service."""

    def __init__(self, given: Object, path: str, notes: Notes) -> None:
        self.given, self.path, self.notes = given, path, notes
        self._taken: set[str] = set()

    def where(self, name: str) -> str:
        """The path of a property."""
        return f"{self.path}.{name}" if self.path else name

    def keep(self, *names: str) -> None:
        """Leave properties in the rest after all: a column holds less than was said."""
        self._taken.difference_update(names)

    def drop(self, *names: str) -> None:
        """Take properties that say nothing new."""
        self._taken.update(names)

    def rest(self) -> Object:
        """What nobody took."""
        return {name: value for name, value in self.given.items() if name not in self._taken}

    def _take(self, name: str, kinds: tuple[type, ...], kind: str) -> Any:
        value = self.given.get(name)
        self._taken.add(name)
        if value is None or (isinstance(value, kinds) and not isinstance(value, bool)):
            return value
        self.notes.refuse(self.where(name), says.MUST_BE, kind=kind)
        return None

    def text(self, name: str) -> str | None:
        """A text; empty is None."""
        value = self._take(name, (str,), TEXT)
        try:
            return clean(value) or None if value else None
        except CellError as error:
            self.notes.refused.append(error.trouble(self.where(name)))
            return None

    def number(self, name: str) -> float | None:
        """A number."""
        value = self._take(name, (int, float), NUMBER)
        return None if value is None else float(value)

    def whole(self, name: str) -> int | None:
        """A number that is whole; another one stays in the rest."""
        value = self.number(name)
        if value is None or value.is_integer():
            return None if value is None else int(value)
        self.keep(name)
        return None

    def day(self, name: str) -> date | None:
        """A date; anything else stays in the rest."""
        text = self.text(name)
        try:
            return read_date(text) if text else None
        except CellError:
            self.keep(name)
            return None

    def inner(self, name: str) -> Source | None:
        """An object inside."""
        value = self._take(name, (dict,), OBJECT)
        return None if value is None else Source(value, self.where(name), self.notes)

    def each(self, name: str) -> Iterator[Source]:
        """The objects of a list inside."""
        for place, value in enumerate(self._take(name, (list,), LIST) or []):
            path = f"{self.where(name)}[{place}]"
            if isinstance(value, dict):
                yield Source(value, path, self.notes)
            else:
                self.notes.refuse(path, says.MUST_BE, kind=OBJECT)

    def key(self) -> str:
        """The HSDS id, which becomes our key; noted as refused when it cannot."""
        self._taken.add("id")
        value = self.given.get("id")
        if not isinstance(value, str) or not value.strip():
            self.notes.refuse(self.where("id"), says.MISSING)
            return ""
        try:
            return read_key(value.strip())
        except CellError as error:
            self.notes.refused.append(error.trouble(self.where("id")))
            return ""


class Owner:
    """A record whose parts are being read; collects what their columns cannot hold."""

    def __init__(self, source: Source, key: str) -> None:
        self.source, self.key = source, key
        self.id = parse_id(key) if key else None
        self._parts: dict[str, Object] = {}
        self._without_row: dict[str, list[Object]] = {}
        self._ids: set[uuid.UUID] = set()

    def part_id(self, source: Source) -> uuid.UUID:
        """A lasting id for a part: from its HSDS id, else from where it stands in its owner."""
        place = source.path.removeprefix(self.source.path)
        own = source.given.get("id")
        if isinstance(own, str):
            named = stable_id(self.key, place.rpartition("[")[0], own)
            if named not in self._ids:
                self._ids.add(named)
                return named
        return stable_id(self.key, place)

    def keep_rest(self, part: uuid.UUID | str, source: Source) -> None:
        """Remember what is left of a part."""
        rest = source.rest()
        if rest:
            self._parts[str(part)] = rest

    def keep_whole(self, name: str, source: Source) -> None:
        """Remember a part that has no row."""
        self._without_row.setdefault(name, []).append(source.given)

    def extra(self) -> Object:
        """All that is left of the record."""
        parts = {PARTS: self._parts} if self._parts else {}
        return {**self.source.rest(), **self._without_row, **parts}
