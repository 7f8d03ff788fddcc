"""Meeting points in words."""

from __future__ import annotations

from typing import Any

from agencies.queries.secret.meeting import Meeting
from core.i18n import Say, _


def plain_meeting(met: Meeting) -> dict[str, Any]:
    """What the API says of a meeting point."""
    return {
        "name": met.name,
        "district": met.district,
        "escort_needed": met.escort_needed,
        "times": met.times,
    }


def say_meeting(met: Meeting, tell: Say, *, with_address: bool = False) -> str:
    """A meeting point in one line: where as far as it may be said, when, and with whom."""
    where = [met.name, met.address if with_address else None, met.district]
    parts = [
        ", ".join(part for part in where if part)
        or tell(_("the agency says where when it accepts")),
        met.times or "",
        say_escort(met.escort_needed, tell),
    ]
    return "; ".join(part for part in parts if part)


def say_escort(needed: bool | None, tell: Say) -> str:
    """Whether somebody must come along; nothing when that is not known."""
    if needed is None:
        return ""
    return tell(_("somebody must come along")) if needed else tell(_("one may come alone"))
