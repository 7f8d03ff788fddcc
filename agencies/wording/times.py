"""Moments and spans of time as people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, get_day_names

from agencies.queries.hours import minute_of, zone_of
from core.i18n import Say, _, say

A_MINUTE = timedelta(minutes=1)
ZONE_WORDS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def ago(span: timedelta, tell: Say) -> str:
    """How long ago: minutes under an hour, hours under two days, then days."""
    minutes = max(0, span // A_MINUTE)
    if minutes < 60:
        return tell(_("%(n)s min ago"), n=minutes)
    if minutes < 48 * 60:
        return tell(_("%(n)s h ago"), n=minutes // 60)
    return tell(_("%(n)s days ago"), n=minutes // (24 * 60))


def clock(moment: datetime, asked: datetime, timezone: str, language: str) -> str:
    """A moment in its place's own time; the day is said when it is another than the asked one."""
    return _clock(moment, minute_of(asked), timezone, language)


@lru_cache(maxsize=4_000)
def _clock(moment: datetime, asked: datetime, timezone: str, language: str) -> str:
    zone = zone_of(timezone)
    local, today = moment.astimezone(zone), asked.astimezone(zone).date()
    time = f"{local:%H.%M}" if language == "id" else f"{local:%H:%M}"
    word = _day_word(local.date(), today, language, say(language))
    return " ".join(part for part in (word, time, ZONE_WORDS.get(timezone, "")) if part)


def _day_word(day: date, today: date, language: str, tell: Say) -> str:
    if day == today:
        return ""
    if day == today + timedelta(days=1):
        return tell(_("tomorrow"))
    if timedelta(0) < day - today < timedelta(days=7):
        return _weekday(day.weekday(), language)
    return say_date(day, language)


@lru_cache(maxsize=14)
def _weekday(number: int, language: str) -> str:
    return str(get_day_names("wide", locale=Locale.parse(language))[number])


@lru_cache(maxsize=2_000)
def say_date(day: date, language: str) -> str:
    """A date such as 3 Nov 2026."""
    return str(format_date(day, "d MMM y", locale=language))
