"""The clock's own moves. The worker makes them; nobody else may (`Party.CLOCK`)."""

from __future__ import annotations

from core.actors import SYSTEM
from referral.commands.beds.places import lapse_places
from referral.commands.moves.step import begin, finish
from referral.commands.moves.winding import wind_again
from referral.models import ReferralMove
from referral.rules.moves import Name


def expire(*, code: str) -> ReferralMove:
    """Command: nobody answered until it was of no use any more. Silence is no decline."""
    return finish(begin(SYSTEM, code, Name.EXPIRE))


def lapse(*, code: str) -> ReferralMove:
    """Command: the hold ran out and nobody came; the referral is to be decided again, in time."""
    step = begin(SYSTEM, code, Name.LAPSE)
    lapse_places(SYSTEM, step.referral, moment=step.moment)
    wind_again(step)
    return finish(step)
