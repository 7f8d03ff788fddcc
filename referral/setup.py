"""Adds the hand-off to the app."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask

from accounts.cli.keys import KEYS_RESTORED
from accounts.queries.audit.names import register_names
from agencies.commands.searches import SEARCH_FOUND_NOTHING
from core.actors import OPERATOR, SYSTEM
from core.backup.database import RESTORED
from core.events import subscribe
from core.worker import register_duty
from referral import models  # noqa: F401 (its tables belong to the app)
from referral.cli import keys  # noqa: F401 (adds its commands to `flask keys`)
from referral.cli.unmet import referral
from referral.commands.erasing import repeat_erasures, wipe_restored
from referral.commands.unmet import log_unmet_need
from referral.pages import cases
from referral.queries.cases import codes_of_cases

ERASURES_REPEATED = timedelta(hours=1)


def init_app(app: Flask) -> None:
    """Register every door of the package and listen to what happens below."""
    subscribe(SEARCH_FOUND_NOTHING, log_unmet_need)
    subscribe(RESTORED, wipe_restored)
    subscribe(KEYS_RESTORED, _repeat_after_restore)
    register_duty("erasures", ERASURES_REPEATED, partial(repeat_erasures, SYSTEM))
    app.cli.add_command(referral)
    cases.register(app)
    register_names("case", codes_of_cases)


def _repeat_after_restore() -> None:
    repeat_erasures(OPERATOR)
