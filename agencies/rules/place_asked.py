"""What somebody typed for a place, and the ways in which it can be understood.

*Cipayung Depok* may be one name or a name and where it lies; *Kota Baru* a village of that name or
the city of Baru. Nothing is decided here: every reading is offered, likely ones first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agencies.rules.place_codes import DISTRICT, PROVINCE, REGENCY, VILLAGE, kind_of, level_of
from agencies.rules.place_names import WHOLE_WORDS, plain_words, words

CITY = "city"
KINDS = {
    "provinsi": PROVINCE,
    "province": PROVINCE,
    "kota": CITY,
    "kotamadya": CITY,
    "kodya": CITY,
    "city": CITY,
    "kabupaten": REGENCY,
    "regency": REGENCY,
    "kecamatan": DISTRICT,
    "distrik": DISTRICT,
    "district": DISTRICT,
    "kelurahan": VILLAGE,
    "desa": VILLAGE,
    "ds": VILLAGE,
    "village": VILLAGE,
}
_BESIDE_KINDS = frozenset({"administrasi", "urban"})
_STREETS = ("jl", "jln", "jalan", "gang", "gg", "street", "road", "no", "nomor", "rt", "rw")
_HOUSES = ("blok", "komplek", "kompleks", "komp", "perum", "perumahan", "apartemen", "ruko")
_ADDRESS_WORDS = frozenset({*_STREETS, *_HOUSES, "apartment", "gedung", "lantai"})
_BORDERS = re.compile(r"[,;()\n]+")
MOST_LETTERS = 200
MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded name, the kind of place that was said, and where it lies, nearest first."""

    name: str
    kind: str | None = None
    around: tuple[str, ...] = ()

    def takes(self, code: str) -> bool:
        """Whether a place with this code is of the kind that was said."""
        if self.kind is None:
            return True
        if self.kind in (CITY, REGENCY):
            return kind_of(code) == self.kind
        return level_of(code) == self.kind


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, in segments (between commas) of words."""

    segments: tuple[tuple[str, ...], ...]

    @property
    def folded(self) -> str:
        """Everything as one name."""
        return "".join(word for segment in self.segments for word in segment)

    @property
    def is_address(self) -> bool:
        """Whether it speaks of a street or a house: no spelling mistake of a village then."""
        spoken = {word for segment in self.segments for word in segment}
        return bool(spoken & _ADDRESS_WORDS) or any(word.isdigit() for word in spoken)


def read(text: str) -> Asked:
    """Take apart what was typed; what is too long to be a place has no segments."""
    if len(text) > MOST_LETTERS:
        return Asked(())
    segments = tuple(tuple(words(part)) for part in _BORDERS.split(text))
    kept = tuple(segment for segment in segments if segment)
    return Asked(kept if sum(map(len, kept)) <= MOST_WORDS else ())


def read_unfinished(text: str) -> tuple[Asked, ...]:
    """The same while somebody types: *kep* may become *kepanjen* or stand for *kepulauan*."""
    asked = read(text)
    last = plain_words(text)[-1:]
    if not asked.segments or last[0] not in WHOLE_WORDS or not text[-1:].isalpha():
        return (asked,)
    *before, final = asked.segments
    return (asked, Asked((*before, (*final[:-1], last[0]))))


def readings(asked: Asked) -> Iterator[tuple[Reading, ...]]:
    """Readings in order of likelihood; those of one step count alike."""
    segments = _with_kinds(asked.segments)
    if not segments:
        return
    yield _as_name(tuple(word for segment in asked.segments for word in segment), None, ())
    first, *others = segments
    around = tuple("".join(words) for words, _ in others)
    if others:
        yield _as_name(*first, around)
    yield from _split(first, around)
    if others:
        last, *before = reversed(segments)
        yield _as_name(*last, tuple("".join(words) for words, _ in before))


Segment = tuple[tuple[str, ...], str | None]


def _with_kinds(segments: Sequence[tuple[str, ...]]) -> list[Segment]:
    """Segments with the kind that follows them: *Cipayung (kecamatan)*."""
    found: list[Segment] = []
    for segment in segments:
        kind = _only_kind(segment)
        if kind and found:
            found[-1] = (found[-1][0], kind)
        else:
            found.append((segment, None))
    return found


def _only_kind(segment: tuple[str, ...]) -> str | None:
    said = [word for word in segment if word not in _BESIDE_KINDS]
    return KINDS.get(said[0]) if len(said) == 1 else None


def _as_name(
    spoken: tuple[str, ...], kind: str | None, around: tuple[str, ...]
) -> tuple[Reading, ...]:
    """As it stands, and without a word for its kind before or behind it."""
    ways = [Reading("".join(spoken), kind, around)]
    if len(spoken) > 1 and spoken[0] in KINDS:
        rest = spoken[2:] if spoken[1] in _BESIDE_KINDS else spoken[1:]
        ways.append(Reading("".join(rest), KINDS[spoken[0]], around))
    if len(spoken) > 1 and spoken[-1] in KINDS:
        rest = spoken[:-2] if spoken[-2] in _BESIDE_KINDS else spoken[:-1]
        ways.append(Reading("".join(rest), KINDS[spoken[-1]], around))
    return tuple(way for way in ways if way.name)


def _split(first: Segment, around: tuple[str, ...]) -> Iterator[tuple[Reading, ...]]:
    """A name and where it lies without a comma between them; the longest name first."""
    spoken, kind = first
    for count in range(len(spoken) - 1, 0, -1):
        yield _as_name(spoken[:count], kind, ("".join(spoken[count:]), *around))


def lies_in(
    around: tuple[str, ...], parents: Sequence[frozenset[str]], *, unfinished: bool = False
) -> bool:
    """Whether every said part names one or more of the parents, in order, none twice.

    `parents` are the forms of each parent, nearest first. With `unfinished` the last part may be
    the beginning of a name.
    """
    reached = {0}
    for number, part in enumerate(around):
        is_last = unfinished and number == len(around) - 1
        reached = {end for start in reached for end in _ends(part, parents, start, is_last)}
    return bool(reached)


def _ends(
    part: str, parents: Sequence[frozenset[str]], start: int, unfinished: bool
) -> Iterator[int]:
    for at in range(start, len(parents)):
        for form in parents[at]:
            if part == form or (unfinished and form.startswith(part)):
                yield at + 1
            elif part.startswith(form):
                yield from _ends(part[len(form) :], parents, at + 1, unfinished)
