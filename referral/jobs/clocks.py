"""The worker's rounds: the clocks of referrals, one referral after the other."""

from __future__ import annotations

from datetime import timedelta

from core.worker import register_duty, register_work
from referral.commands.asking.cascading import close_choice
from referral.commands.duty.clocks import attend
from referral.commands.duty.shifts import remind_of_shifts
from referral.queries.askings import choices_due
from referral.queries.clocks import due_referrals

SHIFTS_SEEN = timedelta(minutes=5)


def register() -> None:
    """Have the worker attend to clocks."""
    register_duty("shifts", SHIFTS_SEEN, remind_of_shifts)
    register_work("clocks", due_referrals, attend)
    register_work("choices", choices_due, close_choice)
