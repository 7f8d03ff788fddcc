"""Opening hours as people read them: a line for each run of days with the same hours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale
from babel.dates import get_day_names

from agencies.models import Schedule
from agencies.queries.weekly import DAYS, weekly_hours
from agencies.wording.times import ZONE_WORDS
from core.i18n import _, say

ORDER = list(DAYS.values())


def hours_table(rows: Sequence[Schedule], timezone: str, language: str) -> list[tuple[str, str]]:
    """Days and hours, holidays last; empty when the hours are not known."""
    spans = weekly_hours(rows)
    if not spans:
        return [("", row.description) for row in rows if row.description]
    tell = say(language)
    by_day = _by_day(spans[0].weekly)
    if all(by_day.get(day) == "00:00-24:00" for day in ORDER):
        lines = [(tell(_("Every day")), tell(_("24 hours")))]
    else:
        zone = ZONE_WORDS.get(timezone, "")
        lines = [
            (_run(run, language), _times(by_day.get(run[0], ""), language, tell(_("closed")), zone))
            for run in _runs(by_day)
        ]
    rule = next((row.on_holidays for row in rows if row.on_holidays), None)
    if rule:
        lines.append(
            (tell(_("Public holidays")), tell(_("open") if rule == "open" else _("closed")))
        )
    return lines


def _by_day(weekly: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in weekly.split("; "):
        days, times = rule.split(" ", 1)
        for day in ORDER if days == "Mo-Su" else days.split(","):
            found[day] = times
    return found


def _runs(by_day: dict[str, str]) -> list[list[str]]:
    runs: list[list[str]] = []
    for day in ORDER:
        if runs and by_day.get(runs[-1][0], "") == by_day.get(day, ""):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run(days: list[str], language: str) -> str:
    first, last = day_name(days[0], language), day_name(days[-1], language)
    return first if len(days) == 1 else f"{first}–{last}"


@lru_cache(maxsize=14)
def day_name(day: str, language: str) -> str:
    """A weekday (`Mo`) in a language."""
    names = get_day_names("wide", locale=Locale.parse(language))
    return str(names[ORDER.index(day)])


def _times(times: str, language: str, closed: str, zone: str) -> str:
    if not times:
        return closed
    shown = times.replace(",", ", ").replace("-", "–")
    shown = shown.replace(":", ".") if language == "id" else shown
    return f"{shown} {zone}".strip()
