"""Say that known ways have changed, so that every process reads them again."""

from __future__ import annotations

from sqlalchemy import text

from agencies.commands.generation import note_said_otherwise
from core.db import db
from referral.models.route import THE_ONE

_NEXT = text(
    "insert into route_version (id, number) values (:id, 1)"
    " on conflict (id) do update set number = route_version.number + 1"
)


def note_routes_changed() -> None:
    """Part of commands: from this transaction's end on other ways are known."""
    db.session.flush()
    db.session.execute(_NEXT, {"id": THE_ONE})
    note_said_otherwise()
