"""The boxes that are tables: phone numbers, former names, and the hours of a week."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from agencies.forms.entry.boxes import Texts, Values, WrongInputError
from agencies.models import HolidayRule, PhoneKind
from agencies.models.records import PhoneRecord, ScheduleRecord
from agencies.queries.weekly import DAYS
from agencies.rules.names import DatedName
from core.clock import now
from core.i18n import _
from core.phones import is_number

SPARE_PHONES = 2  # empty lines below those that are known
MOST_PHONES = 12
SHIFTS = 3  # of a day
ALWAYS, WEEK, UNKNOWN = "always", "week", "unknown"


@dataclass(frozen=True, slots=True)
class PhonesBox:
    """Numbers with what they are for; an emptied line is taken away."""

    name: str = "phones"
    hint: str = _("An emptied line is taken away. The first number is the one that people call.")
    look: str = "phones"

    def show(self, record: Any) -> Texts:
        """Three texts for each number."""
        known = list(record.phones)
        spare = [PhoneRecord("")] * SPARE_PHONES
        found: dict[str, list[str]] = {}
        for number, phone in enumerate([*known, *spare][:MOST_PHONES], 1):
            found[f"number_{number}"] = [phone.number]
            found[f"kind_{number}"] = [phone.kind.value]
            found[f"note_{number}"] = [phone.description or ""]
        return found

    def read(self, values: Values, record: Any) -> tuple[PhoneRecord, ...]:
        """The lines with a number, in their order; an extension stays with its number."""
        known = {phone.number: phone for phone in record.phones}
        found = []
        for line in range(1, MOST_PHONES + 1):
            number = values.get(f"number_{line}", "").strip()
            if number:
                if len(number) > 40 or not is_number(number):
                    raise WrongInputError(
                        f"number_{line}", gettext("This number cannot be dialled")
                    )
                base = known.get(number) or PhoneRecord(number)
                note = " ".join(values.get(f"note_{line}", "").split())[:100]
                kind = self._kind(values.get(f"kind_{line}", ""))
                found.append(replace(base, kind=kind, description=note or None))
        return tuple(found)

    def _kind(self, word: str) -> PhoneKind:
        return PhoneKind(word) if word in set(PhoneKind) else PhoneKind.VOICE


@dataclass(frozen=True, slots=True)
class RenameBox:
    """Whether the name that an agency bears until now is to be found on."""

    name: str = "names"
    hint: str = _("A search for the old name goes on finding you. Not for a mistyped letter.")
    look: str = "rename"

    def show(self, record: Any) -> Texts:
        """Not ticked."""
        return {}

    def read(self, values: Values, record: Any) -> tuple[DatedName, ...]:
        """The former names, with the present one when it is another from now on."""
        names: tuple[DatedName, ...] = record.names
        new = " ".join(values.get("name", "").split())
        if not values.get("keep_name") or not new or new == record.name:
            return names
        return (*names, DatedName(record.name, None, now().date()))


Row = tuple[str, str]
_TIME = re.compile(r"([01]?\d|2[0-4])[:.]?([0-5]\d)?")


@dataclass(frozen=True, slots=True)
class HoursBox:
    """A week, several shifts a day; a shift that ends before it begins runs past midnight."""

    name: str = "schedules"
    hint: str = ""
    look: str = "hours"

    def show(self, record: Any) -> Texts:
        """The rows that say plain weekly hours; others cannot be shown as a week."""
        return shown_hours(record.schedules)

    def read(self, values: Values, record: Any) -> tuple[ScheduleRecord, ...]:
        """Schedule rows, one for each pair of times with its days."""
        kind = values.get("hours_kind", WEEK)
        if kind == values.get("opened_as") == ALWAYS and _wrote_a_week(values):
            raise WrongInputError(
                "hours_kind", gettext("You wrote hours of days: choose the week, or empty them")
            )
        if kind == UNKNOWN:
            return ()
        holidays = _holidays(values.get("on_holidays", ""))
        if kind == ALWAYS:
            return (_row("00:00", "24:00", list(DAYS), holidays),)
        days: dict[Row, list[str]] = {}
        for day in DAYS:
            for number in range(1, SHIFTS + 1):
                shift = self._shift(values, day, number)
                if shift and day not in days.setdefault(shift, []):
                    days[shift].append(day)
        if not days:
            raise WrongInputError("MO_opens_1", gettext("Write at least one day's hours"))
        return tuple(_row(*shift, on, holidays) for shift, on in sorted(days.items()))

    def _shift(self, values: Values, day: str, number: int) -> Row | None:
        names = f"{day}_opens_{number}", f"{day}_closes_{number}"
        opens, closes = (_clock(name, values.get(name, "")) for name in names)
        if not opens and not closes:
            return None
        if not opens or not closes:
            missing = names[1] if opens else names[0]
            raise WrongInputError(missing, gettext("Write both when it opens and when it closes"))
        if opens == closes and opens != "00:00":
            raise WrongInputError(
                names[1], gettext("It would close when it opens; a whole day is 00:00 to 24:00")
            )
        return opens, closes


def _wrote_a_week(values: Values) -> bool:
    """Whether somebody filled in days and forgot to say that they count."""
    return any(
        values.get(f"{day}_{side}_{number}", "").strip()
        for day in DAYS
        for side in ("opens", "closes")
        for number in range(1, SHIFTS + 1)
    )


def shown_hours(rows: Sequence[ScheduleRecord]) -> dict[str, list[str]]:
    """Weekly rows as the texts of the form."""
    found: dict[str, list[str]] = {"hours_kind": [WEEK], "opened_as": [WEEK]}
    holidays = next((row.on_holidays for row in rows if row.on_holidays), None)
    found["on_holidays"] = [holidays.value if holidays else ""]
    times: dict[str, set[Row]] = {day: set() for day in DAYS}
    for row in rows:
        if is_plain(row):
            for day in _days(row):
                times[day].add(((row.opens_at or "")[:5], (row.closes_at or "")[:5]))
    if rows and all(times[day] == {("00:00", "24:00")} for day in DAYS):
        found["hours_kind"] = found["opened_as"] = [ALWAYS]
        return found
    for day, shifts in times.items():
        for number, (opens, closes) in enumerate(sorted(shifts)[:SHIFTS], 1):
            found[f"{day}_opens_{number}"] = [opens]
            found[f"{day}_closes_{number}"] = [closes]
    return found


def is_plain(row: ScheduleRecord) -> bool:
    """Whether the form can show a row: the same times every week, for good."""
    weekly = row.freq in (None, "WEEKLY", "DAILY") and (row.interval or 1) == 1
    lasting = row.valid_from is None and row.valid_to is None
    return weekly and lasting and bool(row.opens_at and row.closes_at) and bool(_days(row))


def _days(row: ScheduleRecord) -> list[str]:
    named = [day.strip().upper() for day in (row.byday or "").split(",") if day.strip()]
    return [day for day in DAYS if day in named] if named else list(DAYS)


def _clock(name: str, text: str) -> str:
    """`8`, `08.00`, `0800` and `24:00` as `HH:MM`; empty stays empty."""
    text = text.strip()
    if not text:
        return ""
    found = _TIME.fullmatch(text)
    hours, minutes = (found[1], found[2] or "00") if found else ("", "")
    if not found or (hours == "24" and minutes != "00"):
        raise WrongInputError(name, gettext("Write a time such as 08:00"))
    return f"{int(hours):02d}:{minutes}"


def _holidays(word: str) -> HolidayRule | None:
    return HolidayRule(word) if word in set(HolidayRule) else None


def _row(opens: str, closes: str, days: list[str], holidays: HolidayRule | None) -> ScheduleRecord:
    # A day that ends at midnight ends at 24:00; the next day begins at 00:00.
    closes = "24:00" if closes == "00:00" else closes
    return ScheduleRecord(
        freq="WEEKLY", byday=",".join(days), opens_at=opens, closes_at=closes, on_holidays=holidays
    )
