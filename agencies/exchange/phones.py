"""Telephone numbers in a cell: `021-5550123; 0812-0000-0001 (whatsapp); 3904422 ext 12`."""

from __future__ import annotations

import re

from agencies.exchange import messages as says
from agencies.exchange.lists import escape, split_list, unescape
from agencies.exchange.messages import CellError, quoted
from agencies.models import PhoneKind
from agencies.models.records import PhoneRecord

FEWEST_DIGITS, MOST_DIGITS = 3, 15  # 112 is the shortest; E.164 allows 15
SPECIAL = ";)"

_PHONE = re.compile(
    r"(?P<number>[+(]?\d[\d\s()./-]*?)"
    r"(?:\s*(?:ext|ekst)\.?\s*(?P<extension>\w{1,12}))?"
    r"(?:\s*\((?P<kind>[A-Za-z]+)(?:\s*:\s*(?P<description>(?:[^)\\]|\\.)+))?\))?",
    re.IGNORECASE,
)
_KINDS = {kind.value: kind for kind in PhoneKind} | {
    "wa": PhoneKind.WHATSAPP,
    "telepon": PhoneKind.VOICE,
    "phone": PhoneKind.VOICE,
    "faks": PhoneKind.FAX,
    "text": PhoneKind.SMS,
}


def kind_named(word: str) -> PhoneKind | None:
    """The kind of phone that a word means."""
    return _KINDS.get(word.casefold())


def read_phone(text: str) -> PhoneRecord:
    """One number. `CellError` for what nobody could dial."""
    found = _PHONE.fullmatch(text)
    kind = kind_named(found["kind"] or "voice") if found else None
    if not found or kind is None or not is_number(found["number"]):
        raise CellError(says.UNREADABLE_PHONE, value=quoted(unescape(text, SPECIAL)))
    description = found["description"]
    return PhoneRecord(
        number=" ".join(found["number"].split()),
        extension=found["extension"],
        kind=kind,
        description=unescape(description, SPECIAL).strip() if description else None,
    )


def is_number(text: str) -> bool:
    """Whether a text has as many digits as a number that can be dialled, and nothing else."""
    digits = sum(c.isdigit() for c in text)
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and bool(re.fullmatch(r"[\d\s+()./-]+", text))


def read_phones(text: str) -> tuple[PhoneRecord, ...]:
    """Numbers between semicolons, each once."""
    return tuple(dict.fromkeys(read_phone(part) for part in split_list(text)))


def spell_phones(phones: tuple[PhoneRecord, ...]) -> str:
    """The opposite of `read_phones`."""
    return "; ".join(_spell(phone) for phone in phones)


def _spell(phone: PhoneRecord) -> str:
    extension = f" ext {phone.extension}" if phone.extension else ""
    if phone.description:
        return f"{phone.number}{extension} ({phone.kind.value}: {_said(phone.description)})"
    kind = "" if phone.kind is PhoneKind.VOICE else f" ({phone.kind.value})"
    return f"{phone.number}{extension}{kind}"


def _said(description: str) -> str:
    return escape(description, SPECIAL)
