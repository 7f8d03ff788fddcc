"""Phone numbers: as people read them, as a link to dial, as a link to chat.

A chat link carries a number and not one word: what is typed into it would be read by the
messenger's company and by whoever picks up the phone.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

COUNTRY = "ID"


@lru_cache(maxsize=20_000)
def _parse(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, COUNTRY)
    except phonenumbers.NumberParseException:
        return None


def is_number(text: str) -> bool:
    """Whether a text can be dialled; short numbers such as 112 and 129 can."""
    digits = "".join(c for c in text if c.isdigit())
    parsed = _parse(text)
    return 3 <= len(digits) <= 5 or (parsed is not None and phonenumbers.is_possible_number(parsed))


def spell(text: str) -> str:
    """As people here read it: 021-5550123; what cannot be parsed stays as it was given."""
    parsed = _parse(text)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return text
    style = phonenumbers.PhoneNumberFormat
    national = parsed.country_code == phonenumbers.country_code_for_region(COUNTRY)
    wanted = style.NATIONAL if national else style.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, wanted))


def dial_url(text: str) -> str:
    """`tel:` link; short numbers stay short."""
    digits = "".join(c for c in text if c.isdigit())
    if not digits:
        return ""
    parsed = _parse(text)
    if len(digits) <= 5 or parsed is None or not phonenumbers.is_possible_number(parsed):
        return f"tel:{digits}"
    return f"tel:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"


def chat_url(text: str) -> str:
    """WhatsApp link with the number alone; empty for a number that cannot be one."""
    parsed = _parse(text)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return ""
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"https://wa.me/{number[1:]}"


def e164(text: str) -> str | None:
    """A number as gateways want it, +6281200001111; None for what cannot be one."""
    parsed = _parse(text)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
