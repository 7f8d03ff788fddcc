"""When somebody asks whether the person is well, and by which way (domain.md §1.5, §4, §6).

Steps and spans are [P] of domain.md: 24 h, 72 h, 7 d and 14 d after arrival, from the step on that
fits the urgency; 1, 3 and 6 months after the end of the service; three tries when contact is lost.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from agencies.rules.needs import Urgency

AFTER_ARRIVAL: tuple[tuple[str, timedelta], ...] = (
    ("24h", timedelta(hours=24)),
    ("72h", timedelta(hours=72)),
    ("7d", timedelta(days=7)),
    ("14d", timedelta(days=14)),
)
_FIRST = {Urgency.EMERGENCY: "24h", Urgency.URGENT: "72h", Urgency.ROUTINE: "7d"}
AFTER_END: tuple[tuple[str, int], ...] = (("1m", 1), ("3m", 3), ("6m", 6))  # months
AFTER_LOSS: tuple[tuple[str, timedelta], ...] = (
    ("lost1", timedelta(hours=24)),
    ("lost2", timedelta(hours=72)),
    ("lost3", timedelta(days=7)),
)
LOSS_STEPS = frozenset(name for name, _span in AFTER_LOSS)
AGAIN = "again"
_TRY_AGAIN = {
    Urgency.EMERGENCY: timedelta(hours=4),
    Urgency.URGENT: timedelta(hours=24),
    Urgency.ROUTINE: timedelta(hours=72),
}
CONFIRM_WITHIN = timedelta(hours=24)  # [P]: then whoever has not confirmed an arrival is reminded

Steps = list[tuple[str, datetime]]


def steps_after_arrival(urgency: Urgency, arrived_at: datetime) -> Steps:
    """What is asked after an arrival, and when: the more urgent, the sooner and the oftener."""
    names = [name for name, _span in AFTER_ARRIVAL]
    first = names.index(_FIRST[urgency])
    return [(name, arrived_at + span) for name, span in AFTER_ARRIVAL[first:]]


def steps_after_end(ended_at: datetime) -> Steps:
    """After the service: the same day and hour some months later."""
    return [(name, months_later(ended_at, months)) for name, months in AFTER_END]


def steps_after_loss(lost_at: datetime) -> Steps:
    """The protocol to find somebody again: three tries by the safe way."""
    return [(name, lost_at + span) for name, span in AFTER_LOSS]


def next_try(urgency: Urgency, moment: datetime) -> datetime:
    """When to try again after nobody was reached."""
    return moment + _TRY_AGAIN[urgency]


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month; its last day where it has no such day."""
    whole = moment.month - 1 + months
    year, month = moment.year + whole // 12, whole % 12 + 1
    day = min(moment.day, monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


class Means(StrEnum):
    """By what somebody may be reached."""

    CONTACT = "contact"  # the way that they named themselves
    PHONE = "phone"  # their own, and only if nothing speaks against it
    NONE = "none"  # through the agency that took them in


@dataclass(frozen=True, slots=True)
class Way:
    """How the person may be reached safely. `may_leave_message` None: nobody asked."""

    means: Means
    words: str
    may_leave_message: bool | None
    code_word: str
    must_not_know: str


def safe_way(facts: Mapping[str, Any]) -> Way:
    """The way that the safety block allows.

    The way that they named is the only one: their own phone is never shown beside it, and not
    where no message may be left (domain.md §2.2 F: somebody else may hold it).
    """
    contact, phone = facts.get("contact") or "", facts.get("phone") or ""
    leave = facts.get("may_leave_message")
    means, words = Means.NONE, ""
    if contact:
        means, words = Means.CONTACT, str(contact)
    elif phone and leave is not False:
        means, words = Means.PHONE, str(phone)
    return Way(
        means=means,
        words=words,
        may_leave_message=leave if isinstance(leave, bool) else None,
        code_word=str(facts.get("code_word") or ""),
        must_not_know=str(facts.get("must_not_know") or ""),
    )
