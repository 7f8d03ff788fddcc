"""The registry as pages of the whole network read it: once for all of them, kept by a process.

Asked for again it is the same until the registry changes; then only the agencies that changed are
read. Who made something of an agency (`made_of_each`) makes it again for those alone: an agency
that did not change is the very same object as before.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app

from agencies.queries.members import (
    Changed,
    Member,
    RegistryVersion,
    all_members,
    changed_since,
    registry_version,
    some_members,
)
from core.bulk import undisturbed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """One version of the registry: every agency by its id, in the order of the ids.

    Nobody alters it; a change makes another one that shares what did not change.
    """

    version: RegistryVersion
    members: Mapping[uuid.UUID, Member]


class _Rolls:
    """The latest one, and what was made of its agencies."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._latest: Roll | None = None
        self._whose: dict[Any, uuid.UUID] = {}  # each offer's agency
        self._made: dict[str, dict[uuid.UUID, tuple[Member, Any]]] = {}

    def get(self) -> Roll:
        """As of now."""
        with self.lock:
            now, before = registry_version(), self._latest
            if before is not None and (before.version == now or _is_newer(before.version, now)):
                return before
            changed = None if before is None else changed_since(before.version)
            found = self._all(now) if changed is None else self._some(now, changed)
            self._latest = found
            return found

    def _all(self, version: RegistryVersion) -> Roll:
        members = all_members()
        self._whose = {}
        for member in members.values():
            self._enter(member)
        return Roll(version, members)

    def _some(self, version: RegistryVersion, changed: Changed) -> Roll:
        before = self._latest.members if self._latest else {}
        # An offer that went is known by whose it was.
        of_offers = {self._whose[one] for one in changed.offers if one in self._whose}
        wanted = changed.agencies | of_offers | (changed.all_ids - before.keys())
        found = dict(before)
        for one in wanted | (before.keys() - changed.all_ids):
            gone = found.pop(one, None)
            for offered in gone.offers if gone else ():
                self._whose.pop(offered.offer_id, None)
        for member in some_members(wanted & changed.all_ids).values():
            self._enter(member)
            found[member.id] = member
        return Roll(version, dict(sorted(found.items())))

    def _enter(self, member: Member) -> None:
        self._whose.update((offered.offer_id, member.id) for offered in member.offers)

    def made(self, name: str, roll: Roll, make: Callable[[Member], T]) -> dict[uuid.UUID, T]:
        """What is made of each agency, anew where the agency is another one."""
        with self.lock:
            known = self._made.get(name, {})
        kept: dict[uuid.UUID, tuple[Member, T]] = {}
        with undisturbed():
            for key, member in roll.members.items():
                before = known.get(key)
                if before is None or before[0] is not member:
                    before = (member, make(member))
                kept[key] = before
        with self.lock:
            self._made[name] = kept
        return {key: value for key, (_, value) in kept.items()}


def _is_newer(known: RegistryVersion, asked: RegistryVersion) -> bool:
    """Somebody whose reading began later has read it already: nothing goes back."""
    return known.era == asked.era and known.number > asked.number


def roll() -> Roll:
    """The registry as it is now."""
    return _rolls().get()


def made_of_each(name: str, of: Roll, make: Callable[[Member], T]) -> dict[uuid.UUID, T]:
    """What `make` gives for each agency, by its id; made again only for those that changed.

    `make` looks at the agency alone, and is always the same for a name.
    """
    return _rolls().made(name, of, make)


def _rolls() -> _Rolls:
    kept: _Rolls = current_app.extensions.setdefault("rujukan_rolls", _Rolls())
    return kept
