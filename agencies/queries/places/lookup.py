"""From typed words to places: exact first, then ever more doubtful ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from flask import current_app

from agencies.models.place import PlaceLevel
from agencies.queries.places.choice import NOTHING, Found, How, PlaceChoice
from agencies.queries.places.near import place_at
from agencies.queries.places.rows import (
    PlaceRow,
    beginning,
    by_code,
    choices,
    in_order,
    named,
    parent_names,
)
from agencies.queries.places.similar import is_like, similar_names
from agencies.rules.place_asked import Asked, Reading, lies_in, read, readings
from agencies.rules.place_codes import level_of, parents_of, typed_code
from agencies.rules.place_names import bare, forms_of_parent, modern

MOST_CHOICES = 50
MOST_BEGINNINGS = 10
SHORTEST_BEGINNING = 3  # letters
_DEGREES = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_COUNTRY = frozenset({"indonesia"})


def place(code: str) -> PlaceChoice | None:
    """The place with this code (dots may be left out), or None."""
    wanted = typed_code(code)
    found = choices(by_code([wanted])) if wanted else ()
    return found[0] if found else None


def find_places(text: str, limit: int = MOST_CHOICES) -> tuple[PlaceChoice, ...]:
    """The places that a typed text may mean, best first; see `resolve` for how sure it is."""
    return resolve(text, limit, doubtful=True).choices


def resolve(text: str, limit: int = MOST_CHOICES, *, doubtful: bool | None = None) -> Found:
    """One certain place, or choices, or nothing, for a typed name, code or pair of degrees.

    `doubtful` choices (similar names, beginnings) are given unless a geocoder can be asked first:
    `geocoding.find_address` then gives them, when the geocoder does not know the words either.
    """
    if doubtful is None:
        doubtful = current_app.config["RUJUKAN"].geocoder == "none"
    return _by_number(text) or _by_name(read(text), limit, doubtful=doubtful)


def _by_number(text: str) -> Found:
    coded = place(text)
    if coded:
        return Found((coded,), How.CODE, 1)
    pair = _DEGREES.fullmatch(text)
    if pair and "." in text and abs(float(pair[1])) <= 90 and abs(float(pair[2])) <= 180:
        return Found((place_at(float(pair[1]), float(pair[2])),), How.POINT, 1)
    return NOTHING


def _by_name(asked: Asked, limit: int, *, doubtful: bool) -> Found:
    steps = list(readings(asked))
    if not steps:
        return NOTHING
    search = Search(steps)
    ways: list[tuple[How, Callable[[], list[PlaceRow]]]] = [
        (How.NAME, search.exact),
        (How.OLD_SPELLING, partial(_in_old_spelling, steps)),
    ]
    if doubtful and not asked.is_address:
        apart = len(asked.segments) > 1
        ways += [
            (How.ELSEWHERE, search.with_like_parents),
            (How.BEGINNING, partial(_begun, asked)),
            (How.SIMILAR, search.similar),
            (How.ELSEWHERE, partial(search.elsewhere, apart=apart)),
        ]
    for how, way in ways:
        rows = in_order(way())
        if rows:
            return Found(choices(rows[:limit]), how, len(rows))
    return NOTHING


class Search:
    """The readings of one text, and the places that bear one of their names."""

    def __init__(self, steps: Sequence[tuple[Reading, ...]], *, unfinished: bool = False) -> None:
        self._steps, self._unfinished = steps, unfinished
        names = {reading.name for step in steps for reading in step}
        # What may say where it lies is looked up in the same query.
        around = {part for step in steps for reading in step for part in reading.around}
        names.update(around, map(bare, around))
        self._named: dict[str, list[PlaceRow]] = {}
        for row in named(names):
            self._named.setdefault(row.folded, []).append(row)

    def exact(self) -> list[PlaceRow]:
        """The places of the likeliest reading that fits some."""
        for step in self._steps:
            rows = self._fitting(step, self._named)
            if rows:
                return rows
        return []

    def with_like_parents(self) -> list[PlaceRow]:
        """Places of the name whose parents are written almost like what was said."""
        for step in self._steps:
            rows = _with_like_parents(self._in_some_parent(step))
            if rows:
                return rows
        return []

    def elsewhere(self, *, apart: bool) -> list[PlaceRow]:
        """Places of the name, wherever they lie.

        Without a comma (`apart`) the rest of the words must at least be the name of some place.
        """
        for step in self._steps:
            rows = self._in_some_parent(step)
            kept = [row for row, reading in rows if apart or self._is_about_places(reading)]
            if kept:
                return kept
        return []

    def _in_some_parent(self, step: Iterable[Reading]) -> list[tuple[PlaceRow, Reading]]:
        return [
            (row, reading)
            for reading in step
            if reading.around
            for row in self._named.get(reading.name, ())
            if reading.takes(row.code)
        ]

    def similar(self) -> list[PlaceRow]:
        """Places whose name is written almost like this."""
        for step in self._steps:
            worth = [r for r in step if not r.around or self._is_about_places(r)]
            alike = similar_names({reading.name for reading in worth})
            rows = named({name for names in alike.values() for name in names})
            found = {
                name: [row for row in rows if row.folded in names] for name, names in alike.items()
            }
            fitting = self._fitting(worth, found)
            if fitting:
                return fitting
        return []

    def _is_about_places(self, reading: Reading) -> bool:
        """Whether the rest of the words names a place at all: *Cipayung Bandung*."""
        return all(part in self._named or bare(part) in self._named for part in reading.around)

    def _fitting(
        self, step: Iterable[Reading], rows_by_name: dict[str, list[PlaceRow]]
    ) -> list[PlaceRow]:
        rows = [
            (row, reading)
            for reading in step
            for row in rows_by_name.get(reading.name, ())
            if reading.takes(row.code)
        ]
        if not any(reading.around for _, reading in rows):
            return [row for row, _ in rows]
        forms = forms_around([row for row, _ in rows])
        return [
            row
            for row, reading in rows
            if lies_in(reading.around, forms[row.code], unfinished=self._unfinished)
        ]


def forms_around(rows: Sequence[PlaceRow]) -> dict[str, list[frozenset[str]]]:
    """By code, the ways to name each parent, nearest first, and the country."""
    names = parent_names(rows)
    forms = {code: forms_of_parent(name, level_of(code)) for code, name in names.items()}
    return {
        row.code: [*(forms[c] for c in parents_of(row.code) if c in forms), _COUNTRY]
        for row in rows
    }


def _with_like_parents(rows: Sequence[tuple[PlaceRow, Reading]]) -> list[PlaceRow]:
    forms = forms_around([row for row, _ in rows])
    return [
        row
        for row, reading in rows
        if all(
            any(is_like(part, form) for parent in forms[row.code] for form in parent)
            for part in reading.around
        )
    ]


def _in_old_spelling(steps: Sequence[tuple[Reading, ...]]) -> list[PlaceRow]:
    """*Kramat Djati*, *Tjipajoeng*: every part in today's spelling, where that differs."""
    today = [
        tuple(_in_modern_spelling(reading, way) for reading in step)
        for way in (0, -1)
        for step in steps
    ]
    if set(today) <= set(steps):
        return []
    return Search(today).exact()


def _in_modern_spelling(reading: Reading, way: int) -> Reading:
    def today(folded: str) -> str:
        return (modern(folded) or (folded,))[way]

    return Reading(today(reading.name), reading.kind, tuple(map(today, reading.around)))


def _begun(asked: Asked) -> list[PlaceRow]:
    if len(asked.folded) < SHORTEST_BEGINNING:
        return []
    found: list[PlaceRow] = []
    for level in PlaceLevel:
        found += beginning(asked.folded, level, MOST_BEGINNINGS - len(found))
        if len(found) >= MOST_BEGINNINGS:
            break
    return found
