"""Facts that a clock runs for, as a kind and an instant and not as a story (domain.md §2.2 G).

"Assault about 50 h ago" is kept as `assault@2026-11-20T19:00:00+00:00`: so it says the right thing
also tomorrow, and what can still be done until when can be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_HOURS = 24 * 60  # longer ago, or farther ahead, no clock is running


class Critical(StrEnum):
    """What happened, or is going to."""

    ASSAULT = "assault"
    PLACEMENT_ENDS = "placement_ends"
    HEARING = "hearing"
    MEDICATION_ENDS = "medication_ends"

    @property
    def is_past(self) -> bool:
        """Whether it happened, so that its hours count backwards."""
        return self is Critical.ASSAULT


class Window(StrEnum):
    """What must begin within some hours of an assault (domain.md §1.4)."""

    PEP = "pep"
    CONTRACEPTION = "contraception"


WINDOWS: dict[Window, timedelta] = {
    Window.PEP: timedelta(hours=72),  # [V S49] best within 2 h; no police report is needed for it
    Window.CONTRACEPTION: timedelta(hours=120),  # [GK] WHO
}


@dataclass(frozen=True, slots=True)
class TimeFact:
    """A kind and when it happened or will; the instant is as exact as somebody's memory."""

    kind: Critical
    at: datetime

    def closes(self) -> tuple[tuple[Window, datetime], ...]:
        """Until when what can be done; empty where no window runs."""
        if self.kind is not Critical.ASSAULT:
            return ()
        return tuple((window, self.at + length) for window, length in WINDOWS.items())


def from_hours(kind: Critical, hours: int, said_at: datetime) -> TimeFact:
    """The fact as somebody says it: so many hours ago, or ahead. `ValueError` out of range."""
    if not 0 <= hours <= MOST_HOURS:
        raise ValueError(hours)
    span = timedelta(hours=hours)
    return TimeFact(kind, said_at - span if kind.is_past else said_at + span)


def spell_time_fact(fact: TimeFact) -> str:
    """As a referral keeps it."""
    return f"{fact.kind.value}@{fact.at.isoformat(timespec='minutes')}"


def read_time_fact(text: str) -> TimeFact | None:
    """What was kept; None for plain words, which are shown as they are."""
    kind, at, moment = text.partition("@")
    try:
        found = TimeFact(Critical(kind), datetime.fromisoformat(moment))
    except ValueError:
        return None
    return found if at and found.at.tzinfo else None


def is_assault_within_pep(fact: TimeFact, now: datetime) -> bool:
    """Whether it asks for an emergency (domain.md §2.5: assault within 72 h)."""
    return fact.kind is Critical.ASSAULT and now - fact.at <= WINDOWS[Window.PEP]
