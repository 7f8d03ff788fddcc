"""Dated names: agencies are renamed often, and people go on using the old name (domain.md §1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name that an agency bore from and until some day; None is open."""

    name: str
    valid_from: date | None = None
    valid_to: date | None = None


_DATED = re.compile(r"(?P<name>[^(]+?)\s*\((?P<first>[\d-]*)\.\.(?P<last>[\d-]*)\)")


def parse_names(text: str) -> tuple[DatedName, ...]:
    """`P2TP2A (2004-01-01..2018-12-31); other (..2021-06-30)`; `ValueError` for a wrong date."""
    return tuple(_parse_name(part.strip()) for part in text.split(";") if part.strip())


def _parse_name(part: str) -> DatedName:
    found = _DATED.fullmatch(part)
    if not found:
        return DatedName(part)
    name = DatedName(found["name"], _day(found["first"]), _day(found["last"]))
    if name.valid_from and name.valid_to and name.valid_from > name.valid_to:
        raise ValueError(part)
    return name


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def spell_names(names: tuple[DatedName, ...]) -> str:
    """The opposite of `parse_names`."""
    return "; ".join(_spell(name) for name in names)


def _spell(name: DatedName) -> str:
    if name.valid_from is None and name.valid_to is None:
        return name.name
    return f"{name.name} ({name.valid_from or ''}..{name.valid_to or ''})"
