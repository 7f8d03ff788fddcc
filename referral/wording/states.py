"""Words and shapes of states, moves, clocks and groups (domain.md §7). Words are message ids."""

from __future__ import annotations

from agencies.rules.needs import Urgency
from core.i18n import _
from referral.rules.due import Clock
from referral.rules.groups import Group, Lane
from referral.rules.moves import Name
from referral.rules.states import STATE_WORDS as STATE_WORDS
from referral.rules.states import State

# Each with a shape of its own kind (templates/macros/chips.html): never by colour alone.
STATE_SHAPES: dict[State, str] = {
    **dict.fromkeys(State, "neutral"),
    State.INFO_REQUESTED: "ask",
    State.WAITLISTED: "ask",
    State.CONDITIONAL: "ask",
    State.ACCEPTED: "good",
    State.HANDED_OVER: "good",
    State.IN_SERVICE: "good",
    State.COMPLETED: "good",
    State.DECLINED: "bad",
    State.REDIRECTED: "bad",
    State.EXPIRED: "late",
    State.NO_SHOW: "late",
}
# Where the shape of its kind would say too little.
STATE_ICONS: dict[State, str] = {
    State.SENT: "mail",
    State.ACKNOWLEDGED: "check",
    State.REDIRECTED: "arrow",
    State.CANCELLED: "cross",
    State.DIVERTED: "arrow",
    State.CLOSED: "lock",
    State.IN_ERROR: "cross",
    State.DRAFT: "edit",
}
# What was done, in the log.
MOVE_WORDS: dict[Name, str] = {
    Name.SEND: _("Sent"),
    Name.ACKNOWLEDGE: _("Read"),
    Name.ASK: _("Asked for information"),
    Name.GIVE_ANSWER: _("Answered the question"),
    Name.ACCEPT: _("Accepted"),
    Name.ACCEPT_CONDITIONALLY: _("Accepted under conditions"),
    Name.MEET_CONDITIONS: _("Conditions met"),
    Name.PUT_ON_LIST: _("Put on the waiting list"),
    Name.DECLINE: _("Declined"),
    Name.REDIRECT: _("Redirected"),
    Name.EXPIRE: _("Expired without an answer"),
    Name.LAPSE: _("The place is kept no longer"),
    Name.DIVERT: _("Taken elsewhere on the way"),
    Name.CANCEL: _("Cancelled"),
    Name.HAND_OVER: _("Arrived, handed over"),
    Name.MISS: _("Did not arrive"),
    Name.BEGIN: _("Service begun"),
    Name.COMPLETE: _("Completed"),
    Name.CLOSE: _("Closed"),
    Name.REOPEN: _("Reopened"),
    Name.MARK_ERROR: _("Entered in error"),
}
# What can be done, on the forms.
MOVE_ACTS: dict[Name, str] = {
    Name.ACKNOWLEDGE: _("We have read it"),
    Name.ASK: _("Ask something"),
    Name.GIVE_ANSWER: _("Answer the question"),
    Name.ACCEPT: _("Accept"),
    Name.ACCEPT_CONDITIONALLY: _("Accept"),
    Name.MEET_CONDITIONS: _("The conditions are met"),
    Name.PUT_ON_LIST: _("Put on the waiting list"),
    Name.DECLINE: _("Decline"),
    Name.REDIRECT: _("Suggest another agency"),
    Name.DIVERT: _("They are taken elsewhere"),
    Name.CANCEL: _("Call the referral off"),
    Name.HAND_OVER: _("They have arrived"),
    Name.MISS: _("They did not come"),
    Name.BEGIN: _("The service has begun"),
    Name.COMPLETE: _("The service has ended"),
    Name.CLOSE: _("Read and closed"),
    Name.REOPEN: _("Send it again"),
    Name.MARK_ERROR: _("It was entered in error"),
}
CLOCK_WORDS: dict[Clock, str] = {
    Clock.ACKNOWLEDGE: _("To be read"),
    Clock.DECIDE: _("To be decided"),
    Clock.START: _("Service to begin"),
}
URGENCY_WORDS: dict[Urgency, str] = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.URGENT: _("Urgent"),
    Urgency.ROUTINE: _("Routine"),
}
URGENCY_SHAPES: dict[Urgency, str] = {
    Urgency.EMERGENCY: "bad",
    Urgency.URGENT: "late",
    Urgency.ROUTINE: "neutral",
}
GROUP_WORDS: dict[Group, str] = {
    Group.OPEN: _("All open"),
    Group.WAITING: _("Waiting for an answer"),
    Group.LATE: _("Late"),
    Group.PROMISED: _("Place promised"),
    Group.ARRIVED: _("Arrived"),
    Group.TO_READ: _("Return referral to read"),
    Group.ENDED: _("Ended"),
}
LANE_WORDS: dict[Lane, str] = {
    Lane.ANSWER: _("To answer"),
    Lane.TONIGHT: _("Expected tonight"),
    Lane.ASKED: _("You asked, they have not answered yet"),
    Lane.LATER: _("Expected later"),
    Lane.MISSED: _("Did not arrive"),
    Lane.WAITING: _("Waiting list"),
    Lane.HERE: _("With you now"),
}
