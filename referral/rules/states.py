"""The states of a referral (design.md §6, domain.md §2.7). Three ends are never mixed: *declined*
is the agency's word, *cancelled* the survivor's or sender's, *expired* is silence."""

from __future__ import annotations

from enum import StrEnum


def _(message: str) -> str:
    return message


class State(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"  # read, and no more than that
    INFO_REQUESTED = "info_requested"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"  # a place is held and a person is named
    CONDITIONAL = "accepted_with_conditions"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DIVERTED = "diverted"  # taken elsewhere on the way, by a child referral
    NO_SHOW = "no_show"
    HANDED_OVER = "handed_over"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    CLOSED = "closed"
    IN_ERROR = "entered_in_error"


STATE_WORDS: dict[State, str] = {
    State.DRAFT: _("Draft"),
    State.SENT: _("Sent, not read yet"),
    State.ACKNOWLEDGED: _("Read, not decided yet"),
    State.INFO_REQUESTED: _("More information requested"),
    State.WAITLISTED: _("On the waiting list"),
    State.ACCEPTED: _("Accepted"),
    State.CONDITIONAL: _("Accepted under conditions"),
    State.DECLINED: _("Declined"),
    State.REDIRECTED: _("Redirected"),
    State.EXPIRED: _("Expired without an answer"),
    State.CANCELLED: _("Cancelled"),
    State.DIVERTED: _("Taken elsewhere on the way"),
    State.NO_SHOW: _("Did not arrive"),
    State.HANDED_OVER: _("Arrived, handed over"),
    State.IN_SERVICE: _("In service"),
    State.COMPLETED: _("Completed, return referral sent"),
    State.CLOSED: _("Closed"),
    State.IN_ERROR: _("Entered in error"),
}

UNANSWERED = frozenset({State.SENT, State.ACKNOWLEDGED, State.INFO_REQUESTED, State.WAITLISTED})
PROMISED = frozenset({State.ACCEPTED, State.CONDITIONAL})
ARRIVED = frozenset({State.HANDED_OVER, State.IN_SERVICE})
# Somebody still has to do something about it.
OPEN = UNANSWERED | PROMISED | ARRIVED | {State.NO_SHOW, State.COMPLETED}
# Before the person is there: the survivor's wish ends it at any time.
BEFORE_ARRIVAL = UNANSWERED | PROMISED | {State.DRAFT, State.NO_SHOW}

# What identifies the person is open to the receiver in these states only, as far as consent goes.
IDENTITY_OPEN = PROMISED | ARRIVED | {State.NO_SHOW, State.COMPLETED}
# A state that gives something to the receiver needs a live legal basis (checked by the database).
NEEDS_BASIS = frozenset(
    {State.SENT, State.WAITLISTED, State.ACCEPTED, State.CONDITIONAL, State.HANDED_OVER}
)
# States in which places are held.
HOLDS_PLACES = PROMISED
