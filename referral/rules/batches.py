"""People who travel together: what a row of their list says (domain.md §6B).

The list only saves typing. Each row becomes a person with a case, a consent and an answer of their
own; a row that cannot be read is named and keeps no other one up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agencies.rules.person import ADULT, OLDEST, Sex, parse_children
from referral.rules.consent import SHARED
from referral.rules.facts import FACTS
from referral.rules.person import FIELDS

MOST = 200  # people of one batch; [P]
NAME_LETTERS = 80  # of the batch
CODE_START = "ROM-"  # rombongan

# Columns of the list, by what they may be called in either language.
COLUMNS: dict[str, str] = {
    "name": "name", "nama": "name",
    "sex": "sex", "jenis kelamin": "sex", "l/p": "sex", "jk": "sex",
    "age": "age", "umur": "age", "usia": "age",
    "children": "children", "anak": "children",
    "languages": "languages", "bahasa": "languages",
    "reason": "reason", "alasan": "reason",
    "phone": "phone", "telepon": "phone", "hp": "phone",
}  # fmt: skip
REQUIRED = ("sex", "age")
SEXES: dict[str, Sex] = {
    **dict.fromkeys(("f", "female", "woman", "p", "pr", "perempuan", "wanita"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "man", "l", "lk", "laki-laki", "pria"), Sex.MALE),
    **dict.fromkeys(("other", "lainnya"), Sex.OTHER),
}


class Wrong(Exception):  # noqa: N818 (a word of this module alone)
    """A cell that cannot be read: which column."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person of the list: what goes into the case, and what into the referral."""

    person: Mapping[str, str]
    facts: Mapping[str, Any]
    typed: Mapping[str, list[str]]  # by the names of the form of a referral


def named_columns(cells: Mapping[str, str]) -> dict[str, str]:
    """A row by our names of its columns; a column that nobody knows is left out."""
    found: dict[str, str] = {}
    for name, text in cells.items():
        known = COLUMNS.get(name.strip().lower())
        if known is not None and text.strip():
            found[known] = text.strip()
    return found


def traveller(cells: Mapping[str, str], *, reason: str = "") -> Traveller:
    """A person as a row says them. `Wrong` for a cell that cannot be.

    `cells` by our names; sex and age must be there, for without them nobody can be matched.
    """
    sex = SEXES.get(cells.get("sex", "").lower())
    if sex is None:
        raise Wrong("sex")
    facts: dict[str, Any] = {"sex": sex.value, "age": _age(cells.get("age", ""))}
    if cells.get("children"):
        facts["children"] = _children(cells["children"])
    if cells.get("languages"):
        facts["languages"] = [one.strip() for one in cells["languages"].split(",") if one.strip()]
    facts["reason"] = cells.get("reason") or reason
    person = {name: cells[name] for name in ("name", "phone") if cells.get(name)}
    _check_lengths(facts, person)
    return Traveller(person, facts, _typed(facts))


def _typed(facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """The facts as the form of a referral spells them, so that a draft can be gone on with."""
    found = {name: [str(facts[name])] for name in ("sex", "age", "reason") if facts.get(name)}
    found["languages"] = list(facts.get("languages", ()))
    for number, child in enumerate(parse_children(facts.get("children", "")), 1):
        found[f"child_sex_{number}"] = ["M" if child.sex is Sex.MALE else "F"]
        found[f"child_age_{number}"] = [str(child.age)]
    found["release"] = [one.name for one in SHARED if one.released_by_default]
    return found | {"consent_days": ["30"], "consent_language": ["id"]}


def _age(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= OLDEST:
        return int(text)
    raise Wrong("age")


def _children(text: str) -> str:
    spelt = text.upper().replace(" ", "").replace("L", "M").replace("P", "F")
    try:
        found = parse_children(spelt)
    except ValueError:
        raise Wrong("children") from None
    if any(child.age >= ADULT for child in found):
        raise Wrong("children")
    return spelt


def _check_lengths(facts: Mapping[str, Any], person: Mapping[str, str]) -> None:
    longest = {known.name: known.longest for known in FIELDS}
    for name, text in person.items():
        if len(text) > longest[name]:
            raise Wrong(name)
    most = FACTS["reason"]
    if most is not None and len(str(facts["reason"])) > most:
        raise Wrong("reason")
