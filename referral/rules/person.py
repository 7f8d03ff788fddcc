"""What a case says about its person: the sealed fields (domain.md §2.2 D).

None of them is needed: a case may begin with a code alone, before somebody has said their name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

OLDEST = 120  # years


@dataclass(frozen=True, slots=True)
class PersonField:
    """One sealed field and the most letters that it takes."""

    name: str
    longest: int


FIELDS = (
    PersonField("name", 200),
    PersonField("birth_year", 4),
    PersonField("phone", 40),
    PersonField("address", 500),
    PersonField("notes", 10_000),
)

Person = dict[str, str]


def tidy(given: Mapping[str, str | None]) -> Person:
    """The known fields of what was given, without spaces around; what is empty is left out."""
    cleaned = {
        field.name: (given.get(field.name) or "").replace("\r\n", "\n").strip() for field in FIELDS
    }
    return {name: text for name, text in cleaned.items() if text}


def too_long(person: Person) -> list[PersonField]:
    """Fields with more letters than they take."""
    return [field for field in FIELDS if len(person.get(field.name, "")) > field.longest]


def is_birth_year(text: str, today: date) -> bool:
    """Whether somebody who lives today may have been born in that year."""
    return text.isascii() and text.isdigit() and today.year - OLDEST <= int(text) <= today.year


def changed(before: Person, after: Person) -> list[str]:
    """Names of the fields that differ, in their order."""
    names = [field.name for field in FIELDS]
    return [name for name in names if before.get(name) != after.get(name)]


def marks(person: Person) -> str:
    """What each field said when a form was opened, as short hashes in the order of the fields."""
    return ".".join(_mark(field.name, person.get(field.name, "")) for field in FIELDS)


def differing(seen: str, person: Person) -> list[str]:
    """Names of the fields that do not say what they said when `seen` was taken.

    All of them when `seen` is no such text: nobody may write over what they have not seen.
    """
    known = seen.split(".")
    if len(known) != len(FIELDS):
        return [field.name for field in FIELDS]
    return [
        field.name
        for field, mark in zip(FIELDS, known, strict=True)
        if mark != _mark(field.name, person.get(field.name, ""))
    ]


def _mark(name: str, text: str) -> str:
    plain = text.replace("\r\n", "\n")  # a browser sends line ends of its own
    return hashlib.sha256(f"{name}={plain}".encode()).hexdigest()[:16]


def bound_to(case_id: object, field: str) -> str:
    """Where a sealed field belongs: it opens in no other case and as no other field."""
    return f"case/{case_id}/{field}"


def key_name(case_id: object) -> str:
    """The name of a case's key in the store of keys."""
    return f"case/{case_id}"
