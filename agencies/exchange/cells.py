"""Cells of the own format: how each kind of cell is read and spelled.

A reader gets a trimmed, non-empty text and raises `CellError`; a speller is its opposite.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from agencies.exchange import messages as says
from agencies.exchange.lists import read_list, spell_list
from agencies.exchange.messages import CellError, quoted
from agencies.models.records import AreaRecord, DocumentRecord
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.names import DatedName, parse_names, spell_names
from agencies.rules.needs import all_needs
from core.actors import Tier

LONGEST_TEXT = 20_000  # characters
LONGEST_KEY = 200
OLDEST = 120  # years
MOST = 1_000_000  # of anything that is counted

# Control characters other than tabs and line feeds, and halves of characters.
_UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_WHOLE = re.compile(r"[+-]?\d{1,12}(?:\.0+)?")
_YES = frozenset({"yes", "ya", "y", "true", "1"})
_NO = frozenset({"no", "tidak", "n", "t", "false", "0"})
_AREA_CODE = re.compile(r"ID|\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cell: how it is read, how it is spelled, and what it looks like for people."""

    read: Callable[[str], Any]
    spell: Callable[[Any], str]


def clean(text: str) -> str:
    """Trim, and give line ends one spelling. `CellError` for what no table can keep."""
    text = one_line_end(text).strip()
    wrong = _UNKEPT.search(text)
    if wrong:
        raise CellError(says.WRONG_CHARACTER, code=f"U+{ord(wrong[0]):04X}")
    if len(text) > LONGEST_TEXT:
        raise CellError(says.TOO_LONG, limit=LONGEST_TEXT)
    return text


def is_key(text: str) -> bool:
    """Whether a text can be a key."""
    return len(text) <= LONGEST_KEY and _KEY.fullmatch(text) is not None


def read_key(text: str) -> str:
    """A key: a slug, or the id that a record has elsewhere."""
    if not is_key(text):
        raise CellError(says.WRONG_KEY, value=quoted(text))
    return text


def read_whole(low: int, high: int, wrong: str = says.NOT_IN_RANGE) -> Callable[[str], int]:
    """A reader of whole numbers between two others, both allowed."""
    limits = {"low": low, "high": high} if wrong == says.NOT_IN_RANGE else {}

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise CellError(says.NOT_A_WHOLE_NUMBER, value=quoted(text))
        number = int(float(text))
        if not low <= number <= high:
            raise CellError(wrong, **limits)
        return number

    return read


def read_yes_no(text: str) -> bool:
    """Yes or no, in English or Indonesian."""
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(says.NOT_YES_NO, value=quoted(text))


def read_date(text: str) -> date:
    """An ISO date. A midnight after it, as spreadsheets add, is forgiven."""
    day = re.sub(r"[T ]00:00(:00)?$", "", text)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
            return date.fromisoformat(day)
    except ValueError:
        pass
    raise CellError(says.IMPOSSIBLE_DATE, value=quoted(text))


def read_word(words: type[StrEnum]) -> Callable[[str], Any]:
    """A reader of the words of an enum, in any case."""

    def read(text: str) -> StrEnum:
        try:
            return words(text.casefold())
        except ValueError:
            raise CellError(says.UNKNOWN_WORD, value=quoted(text), words=", ".join(words)) from None

    return read


def read_tier(text: str) -> Tier:
    """A tier by its name."""
    try:
        return Tier.named(text)
    except KeyError:
        words = ", ".join(tier.word for tier in Tier)
        raise CellError(says.UNKNOWN_WORD, value=quoted(text), words=words) from None


def read_type(text: str) -> str:
    """A code of `rules/agency_types.py`."""
    if text.upper() not in AGENCY_TYPES:
        raise CellError(says.UNKNOWN_TYPE, value=quoted(text))
    return text.upper()


def read_needs(text: str) -> tuple[str, ...]:
    """Need codes between spaces, each once."""
    codes = [code.upper() for code in re.split(r"[\s,;]+", text) if code]
    for code in codes:
        if code not in all_needs():
            raise CellError(says.UNKNOWN_NEED, value=quoted(code))
    return tuple(dict.fromkeys(codes))


def read_areas(text: str) -> tuple[AreaRecord, ...]:
    """Gazetteer codes between spaces, or words between semicolons."""
    areas: dict[AreaRecord, None] = {}
    for part in read_list(text):
        codes = part.split()
        if all(_AREA_CODE.fullmatch(code) for code in codes):
            areas.update((AreaRecord(code=code), None) for code in codes)
        else:
            areas[AreaRecord(name=part)] = None
    return tuple(areas)


def spell_areas(areas: tuple[AreaRecord, ...]) -> str:
    """The opposite of `read_areas`."""
    if all(area.code for area in areas):
        return " ".join(area.code or "" for area in areas)
    return spell_list(area.code or area.name or "" for area in areas)


def read_documents(text: str) -> tuple[DocumentRecord, ...]:
    """Papers between semicolons."""
    return tuple(DocumentRecord(part) for part in read_list(text))


def spell_documents(documents: tuple[DocumentRecord, ...]) -> str:
    """The opposite of `read_documents`."""
    return spell_list(document.document for document in documents)


def read_names(text: str) -> tuple[DatedName, ...]:
    """Earlier names with their dates, as `rules/names.py` writes them."""
    try:
        return parse_names(text)
    except ValueError:
        raise CellError(says.UNREADABLE_NAMES, value=quoted(text)) from None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_timezone(text: str) -> str:
    """A name of the time zone database."""
    if text not in _zones():
        raise CellError(says.UNKNOWN_TIMEZONE, value=quoted(text))
    return ZoneInfo(text).key


def _same(text: str) -> str:
    return text


def one_line_end(text: str) -> str:
    """The text with line feeds only: a lone carriage return would end a row of CSV."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _spell_yes_no(fact: bool) -> str:
    return "yes" if fact else "no"


TEXT = Kind(_same, one_line_end)
KEY = Kind(read_key, _same)
YES_NO = Kind(read_yes_no, _spell_yes_no)
COUNT = Kind(read_whole(0, MOST), str)
AGE = Kind(read_whole(0, OLDEST, says.AGE_RANGE), str)
DATE = Kind(read_date, date.isoformat)
TIER = Kind(read_tier, lambda tier: Tier(tier).word)
TYPE = Kind(read_type, _same)
NEEDS = Kind(read_needs, " ".join)
AREAS = Kind(read_areas, spell_areas)
DOCUMENTS = Kind(read_documents, spell_documents)
NAMES = Kind(read_names, spell_names)
TIMEZONE = Kind(read_timezone, _same)


def word(words: type[StrEnum]) -> Kind:
    """The kind of cell that holds one word of an enum."""
    return Kind(read_word(words), lambda value: str(value.value))
