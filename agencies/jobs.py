"""The worker's rounds: each night once, who still has a place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from flask import current_app

from agencies.commands.nights import keep_night
from agencies.queries.nights import free_now, is_looked_at
from agencies.rules.nights import night_at
from core.actors import SYSTEM
from core.clock import now
from core.settings import Settings
from core.worker import register_work


@dataclass(frozen=True, slots=True)
class Look:
    """A night as it was found; read before anybody's turn to write."""

    night: date
    free: Mapping[str, Sequence[uuid.UUID]] = field(compare=False)


def register() -> None:
    """Have the worker look at each night."""
    register_work("nights", nights_due, _keep)


def nights_due(_limit: int) -> list[Look]:
    """This night, where it is the hour and nobody has looked yet."""
    settings: Settings = current_app.config["RUJUKAN"]
    night = night_at(now(), ZoneInfo(settings.timezone))
    if night is None or is_looked_at(night):
        return []
    return [Look(night, free_now(beds_fresh_hours=settings.beds_fresh_hours))]


def _keep(look: Look) -> bool:
    return keep_night(SYSTEM, night=look.night, free=look.free)
