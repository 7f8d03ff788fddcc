"""A change in readable words: what is called what, old and new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agencies.models import PoolSex, PoolUnit, Schedule, Status
from agencies.models.records import ScheduleRecord, from_plain
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.entries import Kind
from agencies.rules.needs import all_needs
from agencies.wording.fields import FIELD_WORDS
from agencies.wording.hours import hours_table
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.times import say_date
from core.i18n import Say, _, say
from core.phones import spell

STATUS_WORDS = {
    Status.ACTIVE: _("Open"),
    Status.TEMPORARILY_CLOSED: _("Closed for some time"),
    Status.INACTIVE: _("No longer given"),
    Status.DEFUNCT: _("Does not exist any more"),
}


SEX_WORDS = {
    PoolSex.ANY: _("everybody"),
    PoolSex.FEMALE: _("women and girls"),
    PoolSex.MALE: _("men and boys"),
}
UNIT_WORDS = {
    PoolUnit.PERSON: _("one person a place"),
    PoolUnit.FAMILY: _("one family a place"),
    PoolUnit.ROOM: _("a room each"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change in words; an empty side was not known."""

    label: str
    old: str
    new: str


def change_lines(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], language: str
) -> list[Line]:
    """What a change replaced by what. Beds in one line: how many were and are free."""
    tell = say(language)
    if kind is Kind.POOL:
        old, new = (tell(_("%(n)s free"), n=side.get("free")) for side in (before, after))
        return [Line(tell(FIELD_WORDS["free"]), old, new)]
    return [
        Line(
            tell(FIELD_WORDS.get(name, name)),
            _value(name, before.get(name), language, tell),
            _value(name, after[name], language, tell),
        )
        for name in after
    ]


def _value(name: str, value: Any, language: str, tell: Say) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return tell(_("Yes")) if value else tell(_("No"))
    if name in _SPEAKERS:
        return _SPEAKERS[name](value, language, tell)
    if isinstance(value, list):
        return "; ".join(_item(item) for item in value)
    return str(value)


def _item(item: Any) -> str:
    """A part that has no words of its own: its values in a row."""
    if not isinstance(item, dict):
        return str(item)
    return ", ".join(str(v) for v in item.values() if v and not isinstance(v, (dict, list)))


def _phones(value: Any, _language: str, _tell: Say) -> str:
    return "; ".join(
        " ".join(
            part
            for part in (spell(phone["number"]), _kind(phone), phone["description"] or "")
            if part
        )
        for phone in value
    )


def _kind(phone: Mapping[str, Any]) -> str:
    return "" if phone["kind"] == "voice" else f"({phone['kind']})"


def _schedules(value: Any, language: str, _tell: Say) -> str:
    records = from_plain(_Hours, {"rows": value})["rows"]
    rows = [
        Schedule(
            **{
                name: getattr(record, name)
                for name in (
                    "valid_from",
                    "valid_to",
                    "freq",
                    "interval",
                    "byday",
                    "opens_at",
                    "closes_at",
                    "on_holidays",
                    "description",
                )
            }
        )
        for record in records
    ]
    lines = hours_table(rows, "", language)
    return "; ".join(f"{days} {times}".strip() for days, times in lines)


@dataclass(frozen=True, slots=True)
class _Hours:
    """How schedules are read back from plain values."""

    rows: tuple[ScheduleRecord, ...]


def _needs(value: Any, language: str, _tell: Say) -> str:
    known = all_needs()
    return "; ".join(known[code].label(language) if code in known else code for code in value)


def _languages(value: Any, _language: str, tell: Say) -> str:
    words = []
    for item in value:
        name = LANGUAGE_WORDS.get(item["code"] or "") or item["name"] or item["code"]
        words.append(
            tell(_("%(language)s (interpreter)"), language=name) if item["by_interpreter"] else name
        )
    return ", ".join(words)


def _status(value: Any, _language: str, tell: Say) -> str:
    return tell(STATUS_WORDS[Status(value)])


def _type(value: Any, _language: str, tell: Say) -> str:
    return tell(AGENCY_TYPES.get(value, value))


def _day(value: Any, language: str, _tell: Say) -> str:
    return say_date(date.fromisoformat(value), language)


def _pools(value: Any, language: str, tell: Say) -> str:
    return "; ".join(
        tell(
            _(
                "%(label)s (%(sex)s, %(low)s to %(high)s years, %(unit)s): %(capacity)s places,"
                " %(occupied)s occupied, %(closed)s closed (said %(day)s)"
            ),
            label=pool["label"],
            sex=tell(SEX_WORDS[PoolSex(pool["sex"])]),
            low=pool["minimum_age"],
            high=pool["maximum_age"],
            unit=tell(UNIT_WORDS[PoolUnit(pool["unit"])]),
            capacity=pool["capacity"],
            occupied=pool["occupied"],
            closed=pool["closed"],
            day=say_date(datetime.fromisoformat(pool["said_at"]).date(), language),
        )
        for pool in value
    )


def _documents(value: Any, _language: str, _tell: Say) -> str:
    return "; ".join(item["document"] for item in value)


def _days(value: Any, _language: str, tell: Say) -> str:
    return tell(_("%(n)s days"), n=value)


def _years(value: Any, _language: str, tell: Say) -> str:
    return tell(_("%(n)s years"), n=value)


def _minutes(value: Any, _language: str, tell: Say) -> str:
    return tell(_("%(n)s minutes"), n=value)


_SPEAKERS: dict[str, Callable[[Any, str, Say], str]] = {
    "phones": _phones,
    "schedules": _schedules,
    "needs": _needs,
    "languages": _languages,
    "status": _status,
    "type": _type,
    "mou_until": _day,
    "verified_at": _day,
    "pools": _pools,
    "documents": _documents,
    "longest_stay_days": _days,
    "minimum_age": _years,
    "maximum_age": _years,
    "oldest_boy": _years,
    "promised_response_minutes": _minutes,
}
