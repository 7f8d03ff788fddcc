"""What is known of the person for whom somebody asks. Everything may be unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from agencies.rules.needs import ACCESSIBLE, MEN, MOTHER_AND_CHILD

ADULT = 18
OLDEST = 120
ESTIMATE_YEARS = 2
HOME = "ID"


class Sex(StrEnum):
    """The person's sex as they give it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Certainty(StrEnum):
    """How the age is known (domain.md §2.2 D)."""

    DOCUMENT = "document"
    STATED = "stated"
    ESTIMATED = "estimated"


class Disability(StrEnum):
    """Kinds of accessibility a person may need (domain.md §2.2 D)."""

    MOBILITY = "mobility"
    HEARING = "hearing"
    SIGHT = "sight"
    INTELLECTUAL = "intellectual"
    PSYCHOSOCIAL = "psychosocial"


@dataclass(frozen=True, slots=True)
class Child:
    """A child who comes along."""

    sex: Sex
    age: int


@dataclass(frozen=True, slots=True)
class Person:
    """The facts of the question; None or empty is unknown, and unknown is never a no."""

    sex: Sex | None = None
    age: int | None = None
    age_certainty: Certainty = Certainty.STATED
    children: tuple[Child, ...] = ()
    disability: tuple[Disability, ...] = ()
    languages: tuple[str, ...] = ()
    nationality: str | None = None
    id_document: bool | None = None

    @property
    def party(self) -> int:
        """How many places are needed."""
        return 1 + len(self.children)

    @property
    def oldest_boy(self) -> int | None:
        """Age of the oldest boy who comes along."""
        return max((c.age for c in self.children if c.sex is Sex.MALE), default=None)

    @property
    def is_foreign(self) -> bool | None:
        """Whether a foreign national; None when not known."""
        return None if self.nationality is None else self.nationality != HOME


_CHILD = re.compile(r"([MLFP])\s*(\d{1,2})")
_CHILD_SEX = {"M": Sex.MALE, "L": Sex.MALE, "F": Sex.FEMALE, "P": Sex.FEMALE}


def parse_children(text: str) -> tuple[Child, ...]:
    """Children as `M8,F3` (or `L8, P3`: laki-laki, perempuan). `ValueError` for anything else."""
    parts = [part.strip().upper() for part in re.split(r"[,;]", text) if part.strip()]
    found = [_CHILD.fullmatch(part) for part in parts]
    if not all(found):
        raise ValueError(text)
    children = tuple(Child(_CHILD_SEX[m[1]], int(m[2])) for m in found if m)
    if any(child.age >= ADULT for child in children):
        raise ValueError(text)
    return children


def age_range(person: Person) -> tuple[int, int] | None:
    """Youngest and oldest age in years that the person may have; None when not known.

    An estimate may be two years off. In doubt a person is treated as a child (domain.md §2.2 D):
    when the range reaches below 18 and no document says otherwise, it ends at 17.
    """
    if person.age is None:
        return None
    if person.age_certainty is not Certainty.ESTIMATED:
        return person.age, person.age
    youngest = max(0, person.age - ESTIMATE_YEARS)
    oldest = min(OLDEST, person.age + ESTIMATE_YEARS)
    return (youngest, min(oldest, ADULT - 1)) if youngest < ADULT else (youngest, oldest)


def may_be_child(person: Person) -> bool:
    """Whether the person is, or in doubt is treated as, under 18."""
    ages = age_range(person)
    return ages is not None and ages[0] < ADULT


def with_what_the_need_says(person: Person, needs: tuple[str, ...]) -> Person:
    """Facts that the asked need itself gives: a men's shelter is asked for a man (domain.md §5)."""
    if MEN in needs and person.sex is None:
        person = replace(person, sex=Sex.MALE)
    if MOTHER_AND_CHILD in needs and person.sex is None:
        person = replace(person, sex=Sex.FEMALE)
    if ACCESSIBLE in needs and not person.disability:
        person = replace(person, disability=(Disability.MOBILITY,))
    return person
