"""Whose words each side reads in the log of a referral (design.md §6, staged disclosure)."""

from __future__ import annotations

from referral.rules.consent import Stage
from referral.rules.moves import Name, Party
from referral.rules.states import IDENTITY_OPEN, State

# Why a sender calls something off is between them and the survivor: the code is enough.
_SENDERS_OWN = frozenset({Name.CANCEL, Name.DIVERT, Name.MARK_ERROR})


def may_read_words(
    reader: Party, stage: Stage | None, by: Party, name: Name, from_state: State, has_basis: bool
) -> bool:
    """Whether a side reads the words of a move.

    The sender, whose person it is, reads all (`stage` None). The receiver reads its own; of the
    sender's what was said to it, as long as there is a basis, and what was said while the
    identity was open only while it is open.
    """
    if reader is Party.SENDER and stage is None:
        return True
    if by is Party.RECEIVER:
        return True
    if name in _SENDERS_OWN or not has_basis:
        return False
    return stage is Stage.AFTER or from_state not in IDENTITY_OPEN


def may_leave(reader: Party, by: Party, name: Name, from_state: State, has_basis: bool) -> bool:
    """Whether words of a move may be given to a program of a side: as little as before acceptance.

    Never what was said while the identity was open, for it may name the person; never why a sender
    called something off. Of the other side only what was said to this one.
    """
    if name in _SENDERS_OWN or from_state in IDENTITY_OPEN:
        return False
    return by in (reader, Party.RECEIVER) or has_basis
