"""When a fact was last confirmed, in words; never more than is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agencies.queries.entries.dates import FactDates
from agencies.rules.freshness import Fact, is_fact_old
from agencies.wording.fields import FACT_WORDS
from agencies.wording.times import say_date
from core.i18n import Say, _


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One fact: what it is, when it was confirmed, and whether that is too long ago."""

    fact: str
    words: str
    is_old: bool


def confirmed(fact: Fact, dates: FactDates, today: date, language: str, tell: Say) -> Confirmed:
    """The words for one fact of an offer."""
    day = dates.of(fact)
    old = is_fact_old(fact, day, today)
    return Confirmed(tell(FACT_WORDS[fact]), say_confirmed(day, old, today, language, tell), old)


def say_confirmed(day: date | None, old: bool, today: date, language: str, tell: Say) -> str:
    """When it was confirmed; of an old fact how long ago, and to ask."""
    if day is None:
        return tell(_("never confirmed: ask"))
    if old:
        return tell(_("last confirmed %(when)s: ask"), when=long_ago(today, day, tell))
    return tell(_("confirmed %(day)s"), day=say_date(day, language))


def long_ago(today: date, day: date, tell: Say) -> str:
    """Days, or months from two months on."""
    days = (today - day).days
    if days < 61:
        return tell(_("%(n)s days ago"), n=days)
    return tell(_("%(n)s months ago"), n=days // 30)


def reported_remark(dates: FactDates, language: str, tell: Say) -> str:
    """That an entry is reported wrong; empty when it is not."""
    if dates.reported is None:
        return ""
    day = say_date(dates.reported, language)
    return tell(_("Reported wrong on %(day)s; being checked"), day=day)
