"""Telephone cells of facility lists: `3503150; 3503003`, `5703081 - 85`, `4723332-4722719`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.messages import CellError, Notes, quoted
from agencies.exchange.phones import read_phone, spell_phones
from agencies.models.records import PhoneRecord

DEFAULTS: dict[str, Any] = {
    "columns": ["agency_phones"],
    "remove": [],
    "separator": r"\s*[;,/]\s*",
    # A number and what follows its dashes: ends of further numbers, or whole ones.
    "range": r"(?P<first>[1-9]\d{4,7})(?P<more>(?:\s*-\s*\d{1,8})+)",
    # What stands alone and is no number: the end of one more.
    "suffix": r"\d{1,2}",
    "bare": r"[1-9]\d{5,7}",
    # What has digits enough and is no number: nothing here has four.
    "never": r"\d{4}",
    "area_code": "",
}


@dataclass(frozen=True, slots=True)
class PhoneRules:
    """How phone cells of a source are taken apart."""

    columns: frozenset[str]
    remove: tuple[re.Pattern[str], ...]
    separator: re.Pattern[str]
    range: re.Pattern[str]
    suffix: re.Pattern[str]
    bare: re.Pattern[str]
    never: re.Pattern[str]
    area_code: str

    def spell(self, text: str, column: str, notes: Notes) -> str:
        """The cell in the own spelling; what is no number is left out with a warning."""
        phones: dict[PhoneRecord, None] = {}
        for part in self._parts(text):
            try:
                phones[self._read(part)] = None
            except CellError as error:
                notes.warn(column, says.PHONE_LEFT_OUT, **error.values)
        return spell_phones(tuple(phones))

    def _read(self, part: str) -> PhoneRecord:
        if self.never.fullmatch(part):
            raise CellError(says.UNREADABLE_PHONE, value=quoted(part))
        return read_phone(part)

    def _parts(self, text: str) -> Iterator[str]:
        for pattern in self.remove:
            text = pattern.sub("", text)
        before = ""
        for part in filter(None, (p.strip() for p in self.separator.split(text))):
            for number in self._numbers(part, before):
                before = number
                yield self._with_area_code(number)

    def _numbers(self, part: str, before: str) -> Iterator[str]:
        found = self.range.fullmatch(part)
        if found:
            yield found["first"]
            before = found["first"]
            for more in re.findall(r"\d+", found["more"]):
                before = before[: -len(more)] + more if len(more) < len(before) - 2 else more
                yield before
        elif self.suffix.fullmatch(part) and before.isdecimal() and len(before) > len(part):
            yield before[: -len(part)] + part
        else:
            yield part

    def _with_area_code(self, number: str) -> str:
        plain = number.replace(" ", "")
        bare = self.area_code and self.bare.fullmatch(plain)
        return f"{self.area_code}-{plain}" if bare else number


def phone_rules(given: dict[str, Any]) -> PhoneRules:
    """The rules of a mapping's section `phones`. `ValueError` for an unknown one."""
    if not DEFAULTS.keys() >= given.keys():
        raise ValueError(f"unknown phone setting in {sorted(given)}")
    rules = {**DEFAULTS, **given}
    return PhoneRules(
        columns=frozenset(rules["columns"]),
        remove=tuple(re.compile(pattern) for pattern in rules["remove"]),
        separator=re.compile(rules["separator"]),
        range=re.compile(rules["range"]),
        suffix=re.compile(rules["suffix"]),
        bare=re.compile(rules["bare"]),
        never=re.compile(rules["never"]),
        area_code=str(rules["area_code"]),
    )
