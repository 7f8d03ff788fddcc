"""A place to choose, and what a lookup found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

from agencies.rules.place_codes import kind_of

POINT = "point"  # the level of what is no place of the gazetteer: coordinates, or an address


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place with its parents' names, nearest first; `wording.places` says it in a language.

    `level` is province, regency, district or village, or `point` for typed coordinates and
    addresses: those have no code, and the name is that of the place that they lie in (or empty).
    """

    code: str
    level: str
    name: str
    latitude: float  # degrees; for an area its centre
    longitude: float  # degrees
    parents: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """What a form sends back for this choice; `resolve` finds exactly it again."""
        return self.code or f"{self.latitude:.5f},{self.longitude:.5f}"

    @property
    def full_name(self) -> str:
        """Name and parents: *Cipayung, Jakarta Timur, DKI Jakarta*."""
        return ", ".join(part for part in (self.name, *self.parents) if part)

    @property
    def kind(self) -> str:
        """The level, with cities and urban villages apart (see `rules.place_codes.kind_of`)."""
        return kind_of(self.code) if self.code else self.level


class How(StrEnum):
    """How what was typed led to what was found."""

    CODE = "code"
    POINT = "point"
    NAME = "name"
    ADDRESS = "address"
    ELSEWHERE = "elsewhere"  # the name, but not where it was said to lie
    OLD_SPELLING = "old spelling"
    BEGINNING = "beginning"
    SIMILAR = "similar"
    PART = "part"  # of an address that nobody knows, the area


SURE = frozenset({How.CODE, How.POINT, How.NAME, How.ADDRESS})


@dataclass(frozen=True, slots=True)
class Found(Sequence[PlaceChoice]):
    """The choices, best first, and whether the first may be taken without asking.

    `total` counts all that fit, of which `choices` may be the first ones.
    """

    choices: tuple[PlaceChoice, ...] = ()
    how: How = How.NAME
    total: int = 0

    @property
    def certain(self) -> bool:
        """One place, and no doubt which: never true of a similar name."""
        return len(self.choices) == 1 and self.total <= 1 and self.how in SURE

    @property
    def only(self) -> PlaceChoice | None:
        """The place if it is certain."""
        return self.choices[0] if self.certain else None

    @overload
    def __getitem__(self, index: int) -> PlaceChoice: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PlaceChoice, ...]: ...
    def __getitem__(self, index: int | slice) -> PlaceChoice | tuple[PlaceChoice, ...]:
        """A choice, or some."""
        return self.choices[index]

    def __len__(self) -> int:
        """How many choices."""
        return len(self.choices)


NOTHING = Found()
