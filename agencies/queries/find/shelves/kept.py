"""The shelves of a process: made when first asked for, and true to the latest commit."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import current_app

from agencies.models.generation import THE_ONE
from agencies.models.offer import BY_PHONE
from agencies.queries.find.load import Ready, ready
from agencies.queries.find.shelves.shelf import NotReadyError, Shelf
from core.db import Snapshot, snapshot
from core.glass import glance

__all__ = ["NotReadyError", "Shelves", "shelves"]

MOST_SHELVES = 128  # one for each combination of needs that is asked for, and tier
MANY_CHANGES = 2_000  # from here on it is quicker to read everything again
BATCH = 500

_NOW = f"select era, number from find_generation where id = {THE_ONE}"  # noqa: S608 (a constant)
_COLUMNS = "select need, cell, offer_id, tier, latitude, longitude, revision from find_entry"
_HOW_MANY = "select count(*) from (select distinct offer_id from find_entry limit ?) as listed"
_CHANGED = "select offer_id from find_change where number > ? order by offer_id limit ?"

Generation = tuple[Any, int]
Key = tuple[tuple[str, ...], int]
NEVER: Generation = (None, 0)


class Listed(NamedTuple):
    """What find's table says of one offer."""

    needs: frozenset[str]
    cell: int
    tier: int
    latitude: float | None
    longitude: float | None
    revision: int

    def is_where_it_was(self, before: Listed) -> bool:
        """Whether only facts changed, nothing by which it is found."""
        return self[:5] == before[:5]


class Shelves:
    """Find's table in memory, and the shelves made of it. One for each process.

    Shelves are never altered where anybody could see it: a question that was begun goes on with
    what it began with. Nothing here is larger than the setting OFFERS_CACHED allows.
    """

    def __init__(self, kept: Ready, most: int) -> None:
        self._ready, self._most = kept, most
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._too_many = False
        self._listed: dict[Any, Listed] = {}
        self._by_need: dict[str, set[Any]] = defaultdict(set)
        self._shelves: OrderedDict[Key, Shelf] = OrderedDict()

    @property
    def generation(self) -> Generation:
        """Of which state of the data the latest answer was; asked now where there was none yet."""
        return self._generation or generation_now()

    def get(self, codes: tuple[str, ...], tier: int) -> Shelf | None:
        """The shelf of all offers for any of these needs that a tier may see, as of now.

        None when the registry is too large to be kept.
        """
        now = _generation(glance(_NOW))
        with self._lock:
            if self._generation != now:
                self._catch_up()
            if self._too_many:
                return None
            return self._shelf((codes, tier))

    def _shelf(self, key: Key) -> Shelf:
        known = self._shelves.get(key)
        if known is None:
            known = self._shelves[key] = self._make(*key)
            if len(self._shelves) > MOST_SHELVES:
                self._shelves.popitem(last=False)
        else:
            self._shelves.move_to_end(key)
        return known

    def _make(self, codes: tuple[str, ...], tier: int) -> Shelf:
        found: set[Any] = set().union(*(self._by_need.get(code, ()) for code in codes))
        seen = [(one, self._listed[one]) for one in found if self._listed[one].tier <= tier]
        return Shelf.of(self._ready, [
            (one, it.revision, it.latitude, it.longitude, it.needs, it.cell == BY_PHONE)
            for one, it in seen
        ])  # fmt: skip

    def _catch_up(self) -> None:
        """Read what changed since, in one snapshot with the generation that it makes."""
        with snapshot() as view:
            now = _generation(next(iter(view.rows(_NOW, ())), None))
            changed = self._changed_since(view, now)
            if changed is None:
                self._begin(view)
            else:
                self._read_again(view, changed)
        self._generation = now

    def _changed_since(self, view: Snapshot, now: Generation) -> list[Any] | None:
        """The offers that changed; None when all are to be read."""
        before = self._generation
        if before is None or before[0] != now[0] or now[1] < before[1]:
            return None
        if self._too_many:
            return []  # nothing is kept, and nothing need be
        rows = view.rows(_CHANGED, (before[1], MANY_CHANGES + 1))
        return [row[0] for row in rows] if len(rows) <= MANY_CHANGES else None

    def _begin(self, view: Snapshot) -> None:
        self._shelves.clear()
        self._by_need.clear()
        self._too_many = view.rows(_HOW_MANY, (self._most + 1,))[0][0] > self._most
        self._listed = {} if self._too_many else _listed(view.rows(_COLUMNS, ()))
        for one, listed in self._listed.items():
            self._enter(one, listed)

    def _enter(self, one: Any, listed: Listed) -> None:
        for need in listed.needs:
            self._by_need[need].add(one)

    def _read_again(self, view: Snapshot, changed: Sequence[Any]) -> None:
        current: dict[Any, Listed] = {}
        for start in range(0, len(changed), BATCH):
            some = changed[start : start + BATCH]
            marks = ", ".join("?" * len(some))
            current |= _listed(view.rows(f"{_COLUMNS} where offer_id in ({marks})", some))
        moved: set[str] = set()
        renewed: dict[Any, int] = {}
        for one in changed:
            before, after = self._listed.get(one), current.get(one)
            if before and after and after.is_where_it_was(before):
                self._listed[one] = after
                renewed[one] = after.revision
            else:
                moved |= self._replace(one, before, after)
        self._settle(moved, renewed)

    def _replace(self, one: Any, before: Listed | None, after: Listed | None) -> set[str]:
        """Put what is listed of an offer in the place of what was; returns the needs it touches."""
        needs: set[str] = set()
        if before:
            needs |= before.needs
            del self._listed[one]
            for need in before.needs:
                self._by_need[need].discard(one)
        if after:
            needs |= after.needs
            self._listed[one] = after
            self._enter(one, after)
        return needs

    def _settle(self, moved: set[str], renewed: dict[Any, int]) -> None:
        for key, shelf in list(self._shelves.items()):
            if moved.intersection(key[0]):
                del self._shelves[key]
            else:
                self._shelves[key] = shelf.renewed(renewed)


def shelves() -> Shelves:
    """This app's shelves."""
    extensions = current_app.extensions
    if "rujukan_shelves" not in extensions:
        most = current_app.config["RUJUKAN"].offers_cached
        extensions["rujukan_shelves"] = Shelves(ready(), most)
    kept: Shelves = extensions["rujukan_shelves"]
    return kept


def generation_now() -> Generation:
    """Of which state find's table is now."""
    return _generation(glance(_NOW))


def _generation(row: Any) -> Generation:
    return (row[0], row[1]) if row else NEVER


def _listed(rows: Iterable[Any]) -> dict[Any, Listed]:
    needs: dict[Any, set[str]] = defaultdict(set)
    last: dict[Any, Any] = {}
    for row in rows:
        needs[row[2]].add(row[0])
        last[row[2]] = row
    return {
        one: Listed(frozenset(needs[one]), row[1], row[3], row[4], row[5], row[6])
        for one, row in last.items()
    }
