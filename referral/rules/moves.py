"""The table of moves: the only ways in which a referral changes its state (design.md §6).

`MOVES` is the whole life cycle. Each move has one command in `referral/commands/moves/`, and each
time it is made one row in the log. The picture in `docs/referral.md` is drawn from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from referral.rules.states import ARRIVED, BEFORE_ARRIVAL, PROMISED, UNANSWERED, State


class Party(StrEnum):
    """On whose side somebody acts."""

    SENDER = "sender"
    RECEIVER = "receiver"
    CLOCK = "clock"


SENDER, RECEIVER, CLOCK = Party.SENDER, Party.RECEIVER, Party.CLOCK


class Name(StrEnum):
    """The moves, by what is done."""

    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    GIVE_ANSWER = "give_answer"
    ACCEPT = "accept"
    ACCEPT_CONDITIONALLY = "accept_conditionally"
    MEET_CONDITIONS = "meet_conditions"
    PUT_ON_LIST = "put_on_list"
    DECLINE = "decline"
    REDIRECT = "redirect"
    EXPIRE = "expire"
    LAPSE = "lapse"
    DIVERT = "divert"
    CANCEL = "cancel"
    HAND_OVER = "hand_over"
    MISS = "miss"
    BEGIN = "begin"
    COMPLETE = "complete"
    CLOSE = "close"
    REOPEN = "reopen"
    MARK_ERROR = "mark_error"


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of step: from which states, to which, by whom, and what must be said with it."""

    name: Name
    sources: frozenset[State]
    target: State
    by: frozenset[Party]
    needs: tuple[str, ...] = ()  # what the command refuses to do without

    def is_open_to(self, state: State, party: Party) -> bool:
        """Whether a party may make this move from a state."""
        return state in self.sources and party in self.by


def _move(
    name: Name,
    sources: frozenset[State] | set[State],
    target: State,
    *by: Party,
    needs: tuple[str, ...] = (),
) -> Move:
    return Move(name, frozenset(sources), target, frozenset(by), needs)


_DECIDABLE = UNANSWERED
_UNDECIDED = UNANSWERED - {State.WAITLISTED}
_EVERY = frozenset(State)

_ALL = (
    # By the clock when it is the next of an asking (`rules/askings.py`).
    _move(Name.SEND, {State.DRAFT}, State.SENT, SENDER, CLOCK, needs=("basis", "need", "receiver")),
    _move(Name.ACKNOWLEDGE, {State.SENT}, State.ACKNOWLEDGED, RECEIVER),
    _move(Name.ASK, _UNDECIDED, State.INFO_REQUESTED, RECEIVER, needs=("question",)),
    _move(Name.GIVE_ANSWER, {State.INFO_REQUESTED}, State.ACKNOWLEDGED, SENDER, needs=("answer",)),
    _move(Name.ACCEPT, _DECIDABLE, State.ACCEPTED, RECEIVER, needs=("basis", "person", "place")),
    _move(
        Name.ACCEPT_CONDITIONALLY,
        _DECIDABLE,
        State.CONDITIONAL,
        RECEIVER,
        needs=("basis", "person", "place", "conditions"),
    ),
    _move(Name.MEET_CONDITIONS, {State.CONDITIONAL}, State.ACCEPTED, SENDER, RECEIVER),
    _move(Name.PUT_ON_LIST, _UNDECIDED, State.WAITLISTED, RECEIVER, needs=("basis",)),
    _move(Name.DECLINE, _DECIDABLE | PROMISED, State.DECLINED, RECEIVER, needs=("reason",)),
    _move(Name.REDIRECT, _DECIDABLE, State.REDIRECTED, RECEIVER, needs=("suggestion",)),
    _move(Name.EXPIRE, _DECIDABLE, State.EXPIRED, CLOCK),
    _move(Name.LAPSE, PROMISED, State.ACKNOWLEDGED, CLOCK),
    _move(Name.DIVERT, PROMISED, State.DIVERTED, SENDER, needs=("reason",)),
    # By the clock when the consent under it has come to its end.
    _move(Name.CANCEL, BEFORE_ARRIVAL, State.CANCELLED, SENDER, CLOCK, needs=("reason",)),
    _move(
        Name.HAND_OVER,
        PROMISED | {State.NO_SHOW},
        State.HANDED_OVER,
        RECEIVER,
        needs=("basis", "received by"),
    ),
    _move(Name.MISS, PROMISED, State.NO_SHOW, RECEIVER),
    _move(Name.BEGIN, {State.HANDED_OVER}, State.IN_SERVICE, RECEIVER),
    _move(Name.COMPLETE, ARRIVED, State.COMPLETED, RECEIVER, needs=("outcome", "return referral")),
    _move(Name.CLOSE, {State.COMPLETED}, State.CLOSED, SENDER, needs=("return referral read",)),
    _move(
        Name.REOPEN,
        {State.COMPLETED, State.CLOSED, State.EXPIRED, State.DECLINED, State.CANCELLED},
        State.SENT,
        SENDER,
        needs=("basis", "reason"),
    ),
    _move(Name.MARK_ERROR, _EVERY - {State.IN_ERROR}, State.IN_ERROR, SENDER, needs=("reason",)),
)

# From `no_show` also the other side: either may say that the person came, or that it is over.
EITHER_AFTER_NO_SHOW = frozenset({Name.HAND_OVER, Name.CANCEL})
# What an asking had called off as filled elsewhere, it asks again when that falls through.
CLOCK_REOPENS = frozenset({State.CANCELLED})

MOVES: dict[Name, Move] = {move.name: move for move in _ALL}


def may_make(name: Name, state: State, party: Party) -> bool:
    """Whether the table lets a party make a move from a state."""
    move = MOVES[name]
    if state is State.NO_SHOW and name in EITHER_AFTER_NO_SHOW:
        return party in (SENDER, RECEIVER) or move.is_open_to(state, party)
    if name is Name.REOPEN and party is CLOCK:
        return state in CLOCK_REOPENS
    return move.is_open_to(state, party)


def moves_open_to(state: State, party: Party) -> tuple[Name, ...]:
    """The moves that a party may make from a state, in the order of the table."""
    return tuple(name for name in MOVES if may_make(name, state, party))
