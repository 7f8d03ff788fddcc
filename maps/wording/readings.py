"""Readings in words."""

from __future__ import annotations

from core.i18n import Say, _, decimal
from maps.rules.readings import Reading, Silence, Unit

SILENCE_WORDS: dict[Silence, str] = {
    Silence.HIDDEN: _("hidden: too few"),
    Silence.NOT_BY_THIS: _("only for the whole network"),
    Silence.NOT_YET: _("not measured yet"),
    Silence.NOTHING: _("nothing to count"),
    Silence.LIVE: _("on the page only"),
    Silence.AT_WORK: _("still being worked out"),
    Silence.UNPUBLISHED: _("not published for this period"),
    Silence.UNMEASURED: _("not measured in this period"),
}
HOUR, DAY = 60, 24 * 60


def reading_words(reading: Reading, tell: Say) -> str:
    """A figure as people read it: `35 to 45 %`, `2 to 3 hours`, `hidden: too few`."""
    if reading.low is None or reading.high is None:
        return tell(SILENCE_WORDS[reading.silence or Silence.NOTHING])
    if reading.unit is Unit.SHARE:
        return _range(f"{100 * reading.low:.0f}", f"{100 * reading.high:.0f}", tell) + " %"
    if reading.unit is Unit.NIGHTS:
        return tell(_("%(some)s of %(all)s nights"), some=f"{reading.low:.0f}", all=reading.of)
    if reading.unit is Unit.COUNT:
        return decimal(reading.low, 0)
    if reading.unit is Unit.INDEX:
        return decimal(reading.low, 2)
    return minutes_words(reading.low, reading.high, tell)


def ninety_words(reading: Reading, tell: Say) -> str:
    """The tail of a time: what nine of ten stay under; empty where it is not published."""
    if reading.ninety is None:
        return ""
    return tell(_("nine of ten within %(span)s"), span=minutes_words(0, reading.ninety[1], tell))


def minutes_words(low: float, high: float, tell: Say) -> str:
    """A span of minutes in the unit that suits its end."""
    if high < 2 * HOUR:
        return tell(_("%(range)s min"), range=_range(f"{low:.0f}", f"{high:.0f}", tell, low))
    if high < 2 * DAY:
        return tell(_("%(range)s h"), range=_spelt(low / HOUR, high / HOUR, tell))
    return tell(_("%(range)s days"), range=_spelt(low / DAY, high / DAY, tell))


def _spelt(low: float, high: float, tell: Say) -> str:
    tenths = round(low, 1)
    places = 1 if low < 10 and tenths % 1 else 0
    return _range(decimal(tenths if places else low, places), decimal(high, 0), tell, low)


def _range(low: str, high: str, tell: Say, least: float = 1.0) -> str:
    if low == high or not least:
        return high
    return tell(_("%(low)s to %(high)s"), low=low, high=high)
