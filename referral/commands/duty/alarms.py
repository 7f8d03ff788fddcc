"""The event of an alarm: something happened on a referral that a coordinator must look at."""

from __future__ import annotations

from enum import StrEnum

from core.events import publish
from referral.models import Referral

ALARM = "referral.alarm"  # facts: referral, why (`Alarm`), cause; in the transaction of its cause


class Alarm(StrEnum):
    """Why."""

    UNFOUNDED = "unfounded"  # declined for what nobody should be turned away for alone
    GLASS_BROKEN = "glass_broken"
    GLASS_NOT_REVIEWED = "glass_not_reviewed"


def raise_alarm(referral: Referral, why: Alarm, cause: str) -> None:
    """Part of commands: say it; `cause` makes it one notice however often it is said."""
    publish(ALARM, referral=referral, why=why, cause=cause)
