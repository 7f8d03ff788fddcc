"""Languages in a cell: codes between spaces; a name without a code stands in quotation marks."""

from __future__ import annotations

import re

from agencies.exchange import messages as says
from agencies.exchange.messages import CellError, quoted
from agencies.models.records import LanguageRecord

_PARTS = re.compile(r'"(?P<name>[^"]+)"|(?P<code>[^\s,;"]+)|(?P<wrong>")')
_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def read_languages(text: str, *, by_interpreter: bool) -> tuple[LanguageRecord, ...]:
    """The languages of a cell, each once."""
    return tuple(dict.fromkeys(_read(found, by_interpreter) for found in _PARTS.finditer(text)))


def _read(found: re.Match[str], by_interpreter: bool) -> LanguageRecord:
    if found["name"] and found["name"].strip():
        return LanguageRecord(name=found["name"].strip(), by_interpreter=by_interpreter)
    if not found["code"] or not _CODE.fullmatch(found["code"]):
        raise CellError(says.UNREADABLE_LANGUAGE, value=quoted(found[0]))
    return LanguageRecord(code=found["code"].lower(), by_interpreter=by_interpreter)


def spell_languages(languages: tuple[LanguageRecord, ...], *, by_interpreter: bool) -> str:
    """The opposite of `read_languages`."""
    spelled = [_spell(one) for one in languages if one.by_interpreter is by_interpreter]
    return " ".join(part for part in spelled if part)


def _spell(language: LanguageRecord) -> str:
    if language.code:
        return language.code
    return '"{}"'.format((language.name or "").replace('"', "'")) if language.name else ""
