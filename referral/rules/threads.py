"""Who reads and writes the messages on a referral (design.md §9)."""

from __future__ import annotations

from referral.rules.moves import Party
from referral.rules.states import OPEN, State

MOST_LETTERS = 1000


def may_read_thread(party: Party, state: State, *, has_basis: bool) -> bool:
    """The sender always; the receiver while the referral is open to it and its basis lives.

    After a decline, an expiry or a withdrawal it is closed to the receiver, as the view is.
    """
    if party is Party.SENDER:
        return state is not State.DRAFT
    return party is Party.RECEIVER and has_basis and state in OPEN


def may_write_thread(party: Party, state: State, *, has_basis: bool) -> bool:
    """Who reads may write, while there is somebody to read it on the other side."""
    reads = may_read_thread(party, state, has_basis=has_basis)
    return reads and may_read_thread(Party.RECEIVER, state, has_basis=has_basis)
