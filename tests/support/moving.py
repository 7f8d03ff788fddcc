"""The moves of design.md §6 as data, and each of them as one call: for tests that drive them all.

Written from the table in the design, not from `referral/rules/moves.py`, which is compared with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from core.actors import SYSTEM, Actor
from referral.commands.moves import answering, clock, handing, sending
from referral.commands.moves.answering import Promise
from referral.commands.moves.step import begin, finish
from referral.models import ReferralMove
from referral.rules.moves import Name
from referral.rules.reasons import Cancel, Decline, Outcome

S, R, C = "sender", "receiver", "clock"

# Each line of the table: from, to, by.
DESIGN: tuple[tuple[str, str, str], ...] = (
    ("draft", "sent cancelled", S),
    # the next of an asking, and what it called off as filled elsewhere when that falls through
    ("draft cancelled", "sent", C),
    (
        "sent",
        "acknowledged accepted accepted_with_conditions waitlisted declined redirected"
        " info_requested",
        R,
    ),
    (
        "acknowledged info_requested",
        "accepted accepted_with_conditions waitlisted declined redirected info_requested",
        R,
    ),
    ("info_requested", "acknowledged", S),
    ("waitlisted", "accepted accepted_with_conditions declined redirected", R),
    ("sent acknowledged info_requested waitlisted", "expired", C),
    ("accepted_with_conditions", "accepted", f"{S} {R}"),
    ("accepted accepted_with_conditions", "acknowledged", C),
    ("accepted accepted_with_conditions", "diverted", S),
    ("completed closed expired declined cancelled", "sent", S),
    # any before handed_over; the clock when the consent ends, or the place was filled elsewhere
    (
        "draft sent acknowledged info_requested waitlisted accepted accepted_with_conditions"
        " no_show",
        "cancelled",
        f"{S} {C}",  # the clock: when the basis ends by itself (domain.md §2.3)
    ),
    ("accepted accepted_with_conditions", "handed_over no_show declined", R),
    ("no_show", "handed_over cancelled", f"{S} {R}"),
    ("handed_over", "in_service", R),
    ("handed_over in_service", "completed", R),
    ("completed", "closed", S),
    # any
    (
        "draft sent acknowledged info_requested waitlisted accepted accepted_with_conditions"
        " declined redirected expired cancelled diverted no_show handed_over in_service completed"
        " closed",
        "entered_in_error",
        S,
    ),
)
CELLS: frozenset[tuple[str, str, str]] = frozenset(
    (source, target, party)
    for sources, targets, parties in DESIGN
    for source in sources.split()
    for target in targets.split()
    for party in parties.split()
)

# To which state each move leads, by the words of the table.
TARGETS: Mapping[Name, str] = {
    Name.SEND: "sent",
    Name.ACKNOWLEDGE: "acknowledged",
    Name.ASK: "info_requested",
    Name.GIVE_ANSWER: "acknowledged",
    Name.ACCEPT: "accepted",
    Name.ACCEPT_CONDITIONALLY: "accepted_with_conditions",
    Name.MEET_CONDITIONS: "accepted",
    Name.PUT_ON_LIST: "waitlisted",
    Name.DECLINE: "declined",
    Name.REDIRECT: "redirected",
    Name.EXPIRE: "expired",
    Name.LAPSE: "acknowledged",
    Name.DIVERT: "diverted",
    Name.CANCEL: "cancelled",
    Name.HAND_OVER: "handed_over",
    Name.MISS: "no_show",
    Name.BEGIN: "in_service",
    Name.COMPLETE: "completed",
    Name.CLOSE: "closed",
    Name.REOPEN: "sent",
    Name.MARK_ERROR: "entered_in_error",
}
# Where two moves lead to one state, from where each does.
ONLY_FROM: Mapping[Name, frozenset[str]] = {
    Name.SEND: frozenset({"draft"}),
    Name.REOPEN: frozenset({"completed", "closed", "expired", "declined", "cancelled"}),
    Name.ACKNOWLEDGE: frozenset({"sent"}),
    Name.GIVE_ANSWER: frozenset({"info_requested"}),
    Name.LAPSE: frozenset({"accepted", "accepted_with_conditions"}),
    Name.MEET_CONDITIONS: frozenset({"accepted_with_conditions"}),
    Name.ACCEPT: frozenset({"sent", "acknowledged", "info_requested", "waitlisted"}),
}
BY_PHONE = frozenset(
    {
        *(Name.ACKNOWLEDGE, Name.ASK, Name.ACCEPT, Name.ACCEPT_CONDITIONALLY),
        *(Name.PUT_ON_LIST, Name.DECLINE, Name.REDIRECT),
    }
)


def is_legal(name: Name, state: str, party: str) -> bool:
    """Whether the design has this move."""
    if name in ONLY_FROM and state not in ONLY_FROM[name]:
        return False
    return (state, TARGETS[name], party) in CELLS


Call = Callable[[Actor, str, dict[str, Any]], ReferralMove]


def _with(command: Callable[..., ReferralMove], **said: Any) -> Call:
    return lambda actor, code, more: command(actor, code=code, **said, **more)


def _clocks_own(command: Callable[..., ReferralMove], name: Name) -> Call:
    def call(actor: Actor, code: str, more: dict[str, Any]) -> ReferralMove:
        return command(code=code) if actor is SYSTEM else finish(begin(actor, code, name))

    return call


# Each move with all that it needs, but for what only the test knows (a consent, a promise).
CALLS: Mapping[Name, Call] = {
    Name.SEND: _with(sending.send),
    Name.ACKNOWLEDGE: _with(answering.acknowledge),
    Name.ASK: _with(answering.ask, words="How old is she?"),
    Name.GIVE_ANSWER: _with(sending.answer_question, words="27"),
    Name.ACCEPT: _with(answering.accept),
    Name.ACCEPT_CONDITIONALLY: _with(answering.accept_conditionally, conditions="A health check"),
    Name.MEET_CONDITIONS: _with(answering.meet_conditions),
    Name.PUT_ON_LIST: _with(answering.put_on_list),
    Name.DECLINE: _with(answering.decline, reason=Decline.FULL),
    Name.REDIRECT: _with(answering.redirect, suggestion="The house next door"),
    Name.EXPIRE: _clocks_own(clock.expire, Name.EXPIRE),
    Name.LAPSE: _clocks_own(clock.lapse, Name.LAPSE),
    Name.DIVERT: _with(sending.divert, words="Her sister took her in"),
    Name.CANCEL: _with(sending.cancel, reason=Cancel.NEED_GONE),
    Name.HAND_OVER: _with(handing.hand_over, received_by="Rini"),
    Name.MISS: _with(handing.miss),
    Name.BEGIN: _with(handing.begin_service),
    Name.COMPLETE: _with(handing.complete, outcome=Outcome.MET, service_given="A safe week"),
    Name.CLOSE: _with(sending.close),
    Name.REOPEN: _with(sending.reopen, words="She came back"),
    Name.MARK_ERROR: _with(sending.mark_error, words="Never meant"),
}


def promise_of(pool_id: uuid.UUID, places: int) -> Promise:
    """So many places of a pool, held by Ibu Rini."""
    return Promise("Ibu Rini", pool_id=pool_id, places=places)
