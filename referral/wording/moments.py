"""When something is due, and by how much it is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agencies.wording.times import clock as say_clock
from core.i18n import Say, _
from referral.rules.due import Due
from referral.wording.states import CLOCK_WORDS


def how_long(span: timedelta, tell: Say) -> str:
    """A span in its largest sensible unit: minutes under two hours, hours under two days."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return tell(_("%(n)s min"), n=minutes)
    if minutes < 48 * 60:
        return tell(_("%(n)s h"), n=minutes // 60)
    return tell(_("%(n)s days"), n=minutes // (24 * 60))


def due_view(due: Due, moment: datetime, timezone: str, language: str, tell: Say) -> dict[str, Any]:
    """A running clock: its words, when it ends, and how long that is from now."""
    late = due.is_late(moment)
    span = how_long(abs(due.at - moment), tell)
    return {
        "clock": due.clock.value,
        "what": tell(CLOCK_WORDS[due.clock]),
        "state": "late" if late else "due",
        "text": tell(_("late by %(span)s"), span=span)
        if late
        else tell(_("within %(span)s"), span=span),
        "at": say_clock(due.at, moment, timezone, language),
        "iso": due.at.isoformat(),
        "is_late": late,
    }
