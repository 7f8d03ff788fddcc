"""In which order a side is offered its moves: what is most likely first, what undoes last."""

from __future__ import annotations

from referral.rules.moves import Name, Party, moves_open_to
from referral.rules.states import State

_ORDER: dict[Party, tuple[Name, ...]] = {
    Party.RECEIVER: (
        Name.ACKNOWLEDGE,
        Name.MEET_CONDITIONS,
        Name.HAND_OVER,
        Name.BEGIN,
        Name.ACCEPT,
        Name.ACCEPT_CONDITIONALLY,
        Name.ASK,
        Name.PUT_ON_LIST,
        Name.COMPLETE,
        Name.MISS,
        Name.REDIRECT,
        Name.DECLINE,
        Name.CANCEL,
    ),
    Party.SENDER: (
        Name.GIVE_ANSWER,
        Name.CLOSE,
        Name.MEET_CONDITIONS,
        Name.HAND_OVER,
        Name.REOPEN,
        Name.DIVERT,
        Name.CANCEL,
        Name.MARK_ERROR,
    ),
    Party.CLOCK: (),
}
# What the receiver says on the phone, the sender may write down.
BY_PHONE = frozenset(
    {
        Name.ACKNOWLEDGE,
        Name.ASK,
        Name.ACCEPT,
        Name.ACCEPT_CONDITIONALLY,
        Name.PUT_ON_LIST,
        Name.DECLINE,
        Name.REDIRECT,
    }
)


def likely_moves(state: State, party: Party) -> tuple[Name, ...]:
    """The moves that a party may make from a state by a form, the most likely first.

    Sending a draft is not among them: it has a page of its own, with a preview.
    """
    allowed = moves_open_to(state, party)
    return tuple(name for name in _ORDER[party] if name in allowed)


def answers_by_phone(state: State) -> tuple[Name, ...]:
    """The receiver's answers that the sender may record from the phone."""
    return tuple(name for name in likely_moves(state, Party.RECEIVER) if name in BY_PHONE)
