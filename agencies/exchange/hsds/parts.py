"""The parts that several HSDS objects have: phones, contacts, languages, hours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from agencies.exchange import messages as says
from agencies.exchange import week
from agencies.exchange.hsds.source import Owner, Source
from agencies.exchange.messages import quoted
from agencies.exchange.phones import is_number, kind_named
from agencies.models import PhoneKind
from agencies.models.records import (
    AccessibilityRecord,
    AreaRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    LanguageRecord,
    PhoneRecord,
    ScheduleRecord,
)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_AREA_CODE = re.compile(r"ID|\d{2}(?:\.\d{2}){0,2}(?:\.\d{4})?")
_TIME = re.compile(r"(\d{2}):(\d{2})(?::00(?:\.0+)?)?(Z|[+-]\d{2}:?\d{2})?")
# Rhythms that schedule rows have no columns for: such hours are kept, but not understood.
_RHYTHMS = ("count", "byweekno", "bymonthday", "byyearday")


def phones(owner: Owner, source: Source) -> tuple[PhoneRecord, ...]:
    """The phones of an object that somebody could dial."""
    found = (_phone(owner, part) for part in source.each("phones"))
    return tuple(phone for phone in found if phone)


def _phone(owner: Owner, source: Source) -> PhoneRecord | None:
    given = source.text("number") or ""
    number = " ".join(given.strip("\"'").split())
    if not is_number(number):
        source.notes.warn(source.where("number"), says.PHONE_LEFT_OUT, value=quoted(given))
        owner.keep_whole("phones", source)
        return None
    if number != source.given["number"]:
        source.keep("number")
    kind = kind_named(source.text("type") or "voice")
    if kind is None or kind.value != source.given.get("type"):
        source.keep("type")
    part_id = owner.part_id(source)
    phone = PhoneRecord(
        number=number,
        extension=_extension(source),
        kind=kind or PhoneKind.VOICE,
        description=source.text("description"),
        id=part_id,
    )
    owner.keep_rest(part_id, source)
    return phone


def _extension(source: Source) -> str | None:
    value = source.given.get("extension")
    if isinstance(value, str) or value is None:
        return source.text("extension")
    whole = source.whole("extension")
    return None if whole is None else str(whole)


def contacts(owner: Owner, source: Source) -> tuple[ContactRecord, ...]:
    """The contacts of an object."""
    found = []
    for part in source.each("contacts"):
        part_id = owner.part_id(part)
        found.append(
            ContactRecord(
                name=part.text("name"),
                title=part.text("title"),
                department=part.text("department"),
                email=part.text("email"),
                phones=phones(owner, part),
                id=part_id,
            )
        )
        owner.keep_rest(part_id, part)
    return tuple(found)


def languages(owner: Owner, source: Source) -> tuple[LanguageRecord, ...]:
    """The languages of an object."""
    found = []
    for part in source.each("languages"):
        code = part.text("code")
        if code and not _LANGUAGE.fullmatch(code):
            part.keep("code")
            code = None
        part_id = owner.part_id(part)
        name, note = part.text("name"), part.text("note")
        found.append(LanguageRecord(code and code.lower(), name, note, id=part_id))
        owner.keep_rest(part_id, part)
    return tuple(found)


def areas(owner: Owner, source: Source) -> tuple[AreaRecord, ...]:
    """The service areas that have a name; a name may be a gazetteer code."""
    found = []
    for part in source.each("service_areas"):
        name = part.text("name")
        if not name:
            owner.keep_whole("service_areas", part)
            continue
        part_id = owner.part_id(part)
        is_code = _AREA_CODE.fullmatch(name) is not None
        found.append(AreaRecord(name if is_code else None, None if is_code else name, part_id))
        owner.keep_rest(part_id, part)
    return tuple(found)


def documents(owner: Owner, source: Source) -> tuple[DocumentRecord, ...]:
    """The required documents that are said."""
    found = []
    for part in source.each("required_documents"):
        document = part.text("document")
        if not document:
            owner.keep_whole("required_documents", part)
            continue
        part_id = owner.part_id(part)
        found.append(DocumentRecord(document, part.text("uri"), part_id))
        owner.keep_rest(part_id, part)
    return tuple(found)


def costs(owner: Owner, source: Source) -> tuple[CostRecord, ...]:
    """The cost options."""
    found = []
    for part in source.each("cost_options"):
        part_id = owner.part_id(part)
        amount = part.number("amount")
        found.append(
            CostRecord(
                option=part.text("option"),
                currency=part.text("currency"),
                amount=None if amount is None else round(Decimal(str(amount)), 6),
                amount_description=part.text("amount_description"),
                valid_from=part.day("valid_from"),
                valid_to=part.day("valid_to"),
                id=part_id,
            )
        )
        owner.keep_rest(part_id, part)
    return tuple(found)


def accessibilities(owner: Owner, source: Source) -> tuple[AccessibilityRecord, ...]:
    """Accessibility in words."""
    found = []
    for part in source.each("accessibility"):
        part_id = owner.part_id(part)
        words = part.text("description"), part.text("details"), part.text("url")
        found.append(AccessibilityRecord(*words, id=part_id))
        owner.keep_rest(part_id, part)
    return tuple(found)


def schedules(owner: Owner, source: Source, timezone: str) -> tuple[ScheduleRecord, ...]:
    """The hours of an object. What this program cannot evaluate is kept to be read."""
    return tuple(_schedule(owner, part, timezone) for part in source.each("schedules"))


def _schedule(owner: Owner, source: Source, timezone: str) -> ScheduleRecord:
    opens, closes = _times(source, timezone)
    until = source.day("until")
    source.keep("until")
    record = ScheduleRecord(
        valid_from=source.day("valid_from"),
        valid_to=source.day("valid_to") or until,
        freq=source.text("freq"),
        interval=source.whole("interval"),
        byday=source.text("byday"),
        opens_at=opens,
        closes_at=closes,
        description=source.text("description"),
        attending_type=source.text("attending_type"),
        notes=source.text("notes"),
        id=owner.part_id(source),
    )
    if week.intervals_of(replace(record, valid_from=None, valid_to=None)) is None:
        source.notes.warn(source.path, says.HOURS_IN_WORDS)
    return replace(record, extra=source.rest())


def _times(source: Source, timezone: str) -> tuple[str | None, str | None]:
    """Local opening and closing time, both or none; what is not local here stays in the rest."""
    texts = source.text("opens_at"), source.text("closes_at")
    found = [_TIME.fullmatch(text or "") for text in texts]
    here = _offset(timezone)
    zone = source.given.get("timezone")
    is_local = zone is None or (isinstance(zone, int | float) and timedelta(hours=zone) == here)
    strange = any(name in source.given for name in _RHYTHMS)
    if strange or not is_local or not all(m and _is_here(m[3], here) for m in found):
        source.keep("opens_at", "closes_at")
        return None, None
    opens, closes = (f"{m[1]}:{m[2]}" for m in found if m)
    if any(m[3] for m in found if m):
        source.keep("opens_at", "closes_at")
    return opens, closes


def _is_here(offset: str | None, here: timedelta) -> bool:
    if offset is None:
        return True
    if offset == "Z":
        return here == timedelta(0)
    sign = -1 if offset[0] == "-" else 1
    digits = offset[1:].replace(":", "")
    return here == sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


def _offset(timezone: str) -> timedelta:
    # Indonesia has no summer time; elsewhere January decides.
    january = datetime(2026, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(timezone))
    return january.utcoffset() or timedelta(0)
