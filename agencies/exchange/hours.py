"""Opening hours in OpenStreetMap syntax, as HSDS schedule rows and back in one spelling.

opening-hours-py decides what a text means; here is decided what may be kept: hours that are the
same every week, and whether holidays are days like others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from agencies.exchange import messages as says
from agencies.exchange import week
from agencies.exchange.messages import CellError, quoted
from agencies.models import HolidayRule
from agencies.models.records import ScheduleRecord

LONGEST = 1_000  # characters
# Any week: without months, dates, holidays or the sun all are alike. Naive is right here: hours
# are those of the clock on the wall.
MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001

_WEEKLY = re.compile(r"(?:24/7|off|closed|open|mo|tu|we|th|fr|sa|su|\d{1,2}:\d{2}|[-,;\s])*", re.I)
# A comma after a time begins a further rule; after a day it goes on with the list: `Su,PH off`.
_NEXT_RULE = r"(?:^|;|(?:(?<=\d)|(?<=off)|(?<=closed)|(?<=open)),)"
_HOLIDAY_RULE = re.compile(rf"{_NEXT_RULE}\s*PH\s+(off|closed|open)\s*(?=$|[;,])", re.I)
_HOLIDAY_AMONG_DAYS = re.compile(r"\bPH\s*,\s*|\s*,\s*PH\b", re.I)
_CLOSED_WORDS = ("off", "closed")


def read_hours(text: str, holidays: HolidayRule | None) -> tuple[ScheduleRecord, ...]:
    """The schedule rows of a text and of the column `holidays`. `CellError` says what is wrong.

    Hours may be empty while holidays are said: then one row says only that.
    """
    spans, said = _read(text) if text else ((), None)
    if said and holidays and said is not holidays:
        raise CellError(says.HOLIDAYS_CONTRADICT)
    rule = said or holidays
    rows = week.rows_of(spans) or ((ScheduleRecord(),) if rule else ())
    return tuple(replace(row, on_holidays=rule) for row in rows)


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[tuple[week.Span, ...], HolidayRule | None]:
    if len(text) > LONGEST:
        raise CellError(says.TOO_LONG, limit=LONGEST)
    plain = re.sub(r"(\d{1,2})\.(\d{2})", r"\1:\2", re.sub("[–—]", "-", text))
    weekly, holidays = _without_holidays(plain)
    if not weekly:
        return (), holidays
    _parse(weekly, text)
    if not _WEEKLY.fullmatch(weekly):
        raise CellError(says.NOT_WEEKLY, value=quoted(text))
    spans = week.spans(_open_intervals(_parse(weekly, text)))
    if not spans:
        raise CellError(says.NEVER_OPEN)
    return spans, holidays


def _without_holidays(text: str) -> tuple[str, HolidayRule | None]:
    """The hours without what they say of public holidays, and that."""
    text = re.sub(r"\s+,", ",", text)
    said = {_rule(found[1]) for found in _HOLIDAY_RULE.finditer(text)}
    rules = []
    for part in _HOLIDAY_RULE.sub(";", text).split(";"):
        weekly = _HOLIDAY_AMONG_DAYS.sub("", part).strip()
        if weekly != part.strip():
            said.add(_rule(weekly.rpartition(" ")[2]))
        if re.search(r"\bPH\b", weekly, re.I):
            raise CellError(says.HOLIDAY_HOURS)
        rules.append(weekly)
    if len(said) > 1:
        raise CellError(says.HOLIDAYS_CONTRADICT)
    return "; ".join(rule for rule in rules if rule), next(iter(said), None)


def _rule(word: str) -> HolidayRule:
    return HolidayRule.CLOSED if word.lower() in _CLOSED_WORDS else HolidayRule.OPEN


def _parse(weekly: str, text: str) -> OpeningHours:
    try:
        return OpeningHours(weekly)
    except ParserError:
        raise CellError(says.UNREADABLE_HOURS, value=quoted(text)) from None


def _open_intervals(hours: OpeningHours) -> list[week.Interval]:
    sunday = MONDAY + timedelta(days=7)
    return [
        (_minutes(start), _minutes(end))
        for start, end, state, _ in hours.intervals(MONDAY, sunday)
        if state == State.OPEN
    ]


def _minutes(moment: datetime) -> int:
    return int((moment - MONDAY).total_seconds()) // 60


def spell_hours(rows: Sequence[ScheduleRecord]) -> str:
    """The weekly hours of rows, in the one spelling; empty when some row is not weekly."""
    said = [row for row in rows if row.opens_at or row.closes_at or row.byday or row.freq]
    intervals = [week.intervals_of(row) for row in said]
    if not all(intervals):
        return ""
    return week.spell(week.spans(i for found in intervals if found for i in found))


def spell_holidays(rows: Sequence[ScheduleRecord]) -> str:
    """What the rows say of public holidays."""
    return next((row.on_holidays.value for row in rows if row.on_holidays), "")
