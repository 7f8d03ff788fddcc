"""What a decline sets off beyond the referral: an alarm, and a correction of the registry."""

from __future__ import annotations

from accounts.walls import HANDING
from agencies.commands.entries.proposals import propose
from core.actors import Actor
from core.events import subscribe
from core.walls import cross
from referral.commands.duty.alarms import Alarm, raise_alarm
from referral.commands.moves.step import MOVED
from referral.models import Referral, ReferralMove
from referral.rules.corrections import CORRECTIONS
from referral.rules.moves import Name
from referral.rules.reasons import ALARMS, Decline, Detail


def listen() -> None:
    """Follow every move from now on."""
    subscribe(MOVED, _consequences)


def _consequences(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    if move.name is not Name.DECLINE or move.reason is None:
        return
    reason = Decline(move.reason)
    if reason in ALARMS:
        raise_alarm(referral, Alarm.UNFOUNDED, f"unfounded/{referral.id}/{move.number}")
    if reason is Decline.NOT_ELIGIBLE and move.detail and referral.offer_id:
        correction = CORRECTIONS[Detail(move.detail)]
        # The sender may have written down what the agency said on the phone.
        with cross(HANDING):
            propose(
                actor,
                offer_id=referral.offer_id,
                says=dict(correction.says),
                look_at=correction.look_at,
            )
