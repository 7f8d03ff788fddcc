"""What the log of referrals holds, as numpy columns of equal length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from referral.rules.moves import Name

Ints = NDArray[np.int64]
NO = -1  # nobody, nothing, not known
NEVER = -1  # an instant that never came

# By which moves each instant came first.
MOMENTS: dict[str, tuple[Name, ...]] = {
    "asked": (Name.SEND,),
    "acknowledged": (Name.ACKNOWLEDGE,),
    # Any word about taking the person.
    "decided": (
        Name.ACCEPT, Name.ACCEPT_CONDITIONALLY, Name.PUT_ON_LIST, Name.DECLINE, Name.REDIRECT
    ),
    "accepted": (Name.ACCEPT, Name.ACCEPT_CONDITIONALLY),
    "declined": (Name.DECLINE,),
    "redirected": (Name.REDIRECT,),
    "diverted": (Name.DIVERT,),
    "expired": (Name.EXPIRE,),
    "handed_over": (Name.HAND_OVER,),
    "missed": (Name.MISS,),
    "begun": (Name.BEGIN,),
    "completed": (Name.COMPLETE,),
    "closed": (Name.CLOSE,),
    "cancelled": (Name.CANCEL,),
}  # fmt: skip
# The clocks, and which moves meet or miss them.
CLOCKS: dict[str, tuple[Name, ...]] = {
    "acknowledge": MOMENTS["acknowledged"],
    "decide": MOMENTS["decided"],
    "start": MOMENTS["handed_over"],
}


@dataclass(frozen=True, slots=True)
class Log:
    """Referrals in the order of their ids. Codes point into the lists beside them; -1 is none.

    `moments` are seconds since 1970 (UTC) of the first move of each kind, `started` when the
    first referral of the chain was sent. `met`: 1 the clock was met, 0 it was missed, -1 none ran.
    `person` is a number that tells persons apart and means nothing else: cases that one referral
    led to from another are one person. `parent` is the row of the referral that it hangs on.
    """

    ids: NDArray[np.bytes_]
    agencies: list[str]  # hex ids, in order
    sender: Ints
    receiver: Ints
    person: Ints
    needs: Ints  # one row each, as many codes as there are, then -1
    urgency: Ints  # of list(Urgency)
    kind: Ints  # of list(Kind)
    bond: Ints  # of list(Bond)
    state: Ints  # of list(State): the last one within the time that was read
    decline: Ints  # of list(Decline): the last one
    detail: Ints  # of list(Detail)
    outcome: Ints  # of list(Outcome)
    called_off: Ints  # of list(Cancel): why it was called off
    moments: dict[str, Ints]
    met: dict[str, Ints]
    by_phone: Ints
    parent: Ints
    asking: Ints
    position: Ints
    batch: Ints

    def __len__(self) -> int:
        return len(self.sender)

    def minutes(self, name: str) -> Ints:
        """Whole minutes from the asking to a moment; -1 where it never came."""
        came = self.moments[name]
        return np.where(came < 0, NO, (came - self.moments["asked"]) // 60)
