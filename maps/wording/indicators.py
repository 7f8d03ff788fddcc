"""Indicators in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agencies.rules.needs import Urgency
from core.i18n import Say, _
from maps.rules.indicators import BY_CODE, GROUP_WORDS, Indicator, Sense
from maps.rules.readings import Reading, Silence
from maps.wording.readings import ninety_words, reading_words
from referral.rules.reasons import DECLINE_WORDS, Decline
from referral.wording.states import URGENCY_WORDS

SENSE_WORDS: dict[Sense, str] = {
    Sense.MORE: _("More is better."),
    Sense.LESS: _("Less is better."),
    Sense.REPORTED: _("Reported, never scored."),
}
FEW_WORD = _("fewer than 5, or hidden")
HEAD = (
    _("number"), _("group"), _("indicator"), _("from"), _("to"), _("in words"), _("meaning"),
)  # fmt: skip
HOUR_WORDS: dict[str, str] = {
    "00-06": _("Midnight to 6"),
    "06-12": _("6 to 12"),
    "12-18": _("12 to 18"),
    "18-24": _("18 to midnight"),
}


def indicator_view(one: Indicator, reading: Reading, tell: Say) -> dict[str, Any]:
    """An indicator with its figure."""
    return {
        "code": one.code,
        "number": one.number,
        "label": tell(one.label),
        "definition": f"{tell(one.definition)} {tell(SENSE_WORDS[one.sense])}",
        "words": reading_words(reading, tell),
        "ninety": ninety_words(reading, tell),
        "is_said": reading.is_said,
        "is_hidden": reading.silence is Silence.HIDDEN,
    }


def table_row(one: Indicator, reading: Reading, tell: Say) -> list[str | int | float | None]:
    """An indicator as a row of a file."""
    return [
        one.number,
        tell(GROUP_WORDS[one.group]),
        tell(one.label),
        reading.low,
        reading.high,
        "; ".join(filter(None, (reading_words(reading, tell), ninety_words(reading, tell)))),
        tell(one.definition),
    ]


def urgencies_view(code: str, by: dict[str, Reading], tell: Say) -> dict[str, Any]:
    """A time by urgency: the middle one, and what nine of ten stay under."""
    rows = [
        (tell(URGENCY_WORDS[urgency]), reading_words(r, tell), ninety_words(r, tell))
        for urgency in Urgency
        if (r := by.get(urgency.value)) is not None
    ]
    return {"label": tell(BY_CODE[code].label), "rows": rows}


def reasons_view(counts: Sequence[tuple[str, int]], tell: Say) -> list[tuple[str, int, str]]:
    """Reasons of declines as bars."""
    known = {one.value: one for one in Decline}
    return [
        (tell(DECLINE_WORDS[known[code]]), count, str(count))
        for code, count in counts
        if code in known
    ]


def hours_view(
    counts: Sequence[tuple[str, int | None]], tell: Say
) -> list[tuple[str, int | None, str]]:
    """Searches without a result by the hour, as bars."""
    return [
        (tell(HOUR_WORDS[hour]), count, tell(FEW_WORD) if count is None else str(count))
        for hour, count in counts
        if hour in HOUR_WORDS
    ]
