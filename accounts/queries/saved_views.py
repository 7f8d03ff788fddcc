"""One's own saved views."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import SavedView
from core.actors import Actor
from core.db import db


def saved_views_of(actor: Actor) -> list[SavedView]:
    """By name; none for whoever has no account."""
    if actor.account_id is None:
        return []
    mine = select(SavedView).where(SavedView.account_id == actor.account_id)
    return list(db.session.scalars(mine.order_by(SavedView.name)))
