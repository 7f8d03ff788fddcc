"""What follows a move within one referral: places are freed where the promise is over."""

from __future__ import annotations

from accounts.walls import HANDING
from core.actors import Actor
from core.events import subscribe
from core.walls import cross
from referral.commands.beds.places import release_places
from referral.commands.moves.step import MOVED
from referral.models import Referral, ReferralMove
from referral.rules.moves import Name
from referral.rules.states import HOLDS_PLACES, State

# A person who did not come may still come: the place waits for the clock or for a word.
KEEPS = HOLDS_PLACES | {State.NO_SHOW}


def listen() -> None:
    """Follow every move from now on."""
    subscribe(MOVED, _free_places)


def _free_places(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    if move.name is Name.HAND_OVER:
        return  # what was held for them they have taken (`commands/beds/arriving.py`)
    if move.from_state in KEEPS and move.to_state not in KEEPS:
        with cross(HANDING):  # the sender's word frees places of the receiver
            release_places(actor, referral, moment=move.at)
